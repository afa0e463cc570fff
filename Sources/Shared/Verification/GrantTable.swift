// The grants of a driver, and the question whether an access stays in one of them.

/// Where an access may go: a range, and a constant that is added to it.
struct Reach {
    /// What is in the register; 0 without one.
    var base = ValueRange(0)
    var displacement: UInt64

    /// The addresses.
    var range: ValueRange { base.adding(ValueRange(displacement), width: 64) }
}

/// Grants in order of their addresses, memory before ports before configuration space.
package final class GrantTable {
    private let grants: [Grant]
    /// Whether some value waits for what is stored there.
    private var isAwaited: [Bool]
    /// Most registers that values wait for, and most premises of the values of a grant: for each store of such a value all
    /// of these are looked for among all of those.
    private static let awaitedLimit: UInt64 = 64, premiseLimit = 512
    private var awaitedCount: UInt64 = 0

    /// - Parameter grants: in rising order of space and address, none over another.
    ///
    /// Throws: `VerificationError`, of the reasons `grantsOutOfOrder` and `malformedGrant`.
    package init(_ grants: [Grant]) throws(VerificationError) {
        self.grants = grants
        isAwaited = [Bool](repeating: false, count: grants.count)
        for (index, grant) in grants.enumerated() {
            guard Self.isWellFormed(grant) else { throw VerificationError(.malformedGrant, grant: grant.name) }
            guard index > 0 else { continue }
            let before = grants[index - 1]
            let isBehind =
                before.space == grant.space
                ? before.start + before.byteCount <= grant.start : before.space.rawValue < grant.space.rawValue
            guard isBehind else { throw VerificationError(.grantsOutOfOrder, grant: grant.name) }
        }
        for grant in grants { try noteAwaited(by: grant) }
    }

    private func noteAwaited(by grant: Grant) throws(VerificationError) {
        if let select = grant.select { try note(select, of: grant) }
        var premiseCount = 0
        for limit in grant.limits {
            for sequel in limit.sequels {
                try note(sequel, of: grant)
                premiseCount += sequel.premises.count
            }
        }
        guard premiseCount <= Self.premiseLimit, awaitedCount <= Self.awaitedLimit else {
            throw VerificationError(.malformedGrant, grant: grant.name)
        }
    }

    /// Notes the registers that a value waits for. Each is an element of its grant, which is always written whole.
    @inline(never)
    private func note(_ sequel: Limit.Sequel, of grant: Grant) throws(VerificationError) {
        guard !sequel.range.isEmpty, !sequel.premises.isEmpty else {
            throw VerificationError(.malformedGrant, grant: grant.name)
        }
        for premise in sequel.premises {
            guard !premise.told.isEmpty else { throw VerificationError(.malformedGrant, grant: grant.name) }
            try note(premise.place, of: grant)
        }
    }

    /// Notes that it matters what was stored at a place last.
    private func note(_ place: UInt64, of grant: Grant) throws(VerificationError) {
        guard let index = index(of: place, in: grant.space), grants[index].isWhole, grants[index].select == nil,
            (place - grants[index].start) % grants[index].elementByteCount == 0, !grants[index].isPrivate
        else { throw VerificationError(.malformedGrant, grant: grant.name) }
        if !isAwaited[index] { awaitedCount += grants[index].byteCount / grants[index].elementByteCount }
        isAwaited[index] = true
    }

    private static func isWellFormed(_ grant: Grant) -> Bool {
        let element = grant.elementByteCount
        let end: UInt64 =
            switch grant.space {
            case .memory: .max
            case .ports: 1 << 16
            case .configuration: 1 << 24
            case .selected: 1 << 60
            }
        guard element > 0, element <= 1 << 32, element & (element - 1) == 0, grant.start <= end,
            grant.byteCount > 0, grant.byteCount <= end - grant.start, grant.byteCount % element == 0,
            grant.start % min(element, 8) == 0, !grant.isPrivate || grant.isWhole,
            grant.select == nil && grant.space != .selected || isSingle(grant)
        else { return false }
        // The ports of configuration space are granted by what lies behind them.
        if grant.space == .ports, grant.start <= ConfigurationPorts.data.upperBound,
            grant.start + grant.byteCount > ConfigurationPorts.select
        {
            return false
        }
        var next: UInt64 = 0
        for limit in grant.limits {
            let first = UInt64(limit.firstBit)
            let count = UInt64(limit.bitCount)
            guard count > 0, count <= 64, first % 64 + count <= 64, first + count <= 8 * element, first >= next,
                !limit.range.isEmpty
            else { return false }
            next = first + count
            for other in limit.others where other.isEmpty { return false }
        }
        return true
    }

    /// Whether a grant is one register, of those that are behind others or that others are behind.
    private static func isSingle(_ grant: Grant) -> Bool {
        grant.isWhole && !grant.isPrivate && grant.byteCount == grant.elementByteCount
            && (grant.select == nil || grant.space != .selected && grant.start <= Grant.selectedPlace)
    }

    /// Whether some place of configuration space is granted.
    var hasConfiguration: Bool { last(before: .max, in: .configuration) != nil }

    /// Proves an access, and returns what a load can find.
    ///
    /// - Parameters:
    ///   - reach: where the access may start.
    ///   - byteCount: 1, 2, 4 or 8.
    ///   - stored: what is written; `nil` for a read.
    ///   - isChanged: whether the same instruction writes what it reads: of memory that nobody else looks at.
    ///   - stores: the last store to each register that a value waits for, where it is known; with this one, once it is proven.
    @inline(never)
    func access(
        _ reach: Reach, _ byteCount: UInt64, in space: Grant.Space, storing stored: ValueRange?,
        isChanged: Bool = false, after stores: inout [RegisterStore]
    ) throws(VerificationError) -> ValueRange {
        let address = reach.range
        guard let index = index(of: address.low, in: space) else {
            throw VerificationError(.outsideGrants, found: address, grant: nearest(to: address.low, in: space))
        }
        let grant = grants[index]
        guard address.high <= grant.start + grant.byteCount - 1,
            grant.start + grant.byteCount - address.high >= byteCount
        else { throw VerificationError(.outsideGrants, found: address, grant: grant.name) }
        guard grant.rights.contains(stored == nil ? .read : .write), grant.isPrivate || !isChanged else {
            throw VerificationError(.wrongDirection, found: address, grant: grant.name)
        }
        guard let offset = Self.offset(of: reach, in: grant), offset + byteCount <= grant.elementByteCount else {
            throw VerificationError(.acrossElements, found: address, grant: grant.name)
        }
        if grant.isWhole, offset != 0 || byteCount != grant.elementByteCount {
            throw VerificationError(.notWhole, found: address, grant: grant.name)
        }
        if let select = grant.select {
            let number = Self.taken(select, grant.space, from: &stores)
            guard let number, number <= Grant.selectedNumber else {
                throw VerificationError(.unknownSelection, found: address, grant: grant.name)
            }
            let place = Grant.place(ofSelected: number, behind: grant.start)
            return try access(Reach(displacement: place), byteCount, in: .selected, storing: stored, after: &stores)
        }
        if let stored { try check(stored, 8 * offset, 8 * byteCount, grant, after: stores) }
        if grant.voids, stored != nil || !grant.rights.contains(.write) { stores = [] }
        if let stored {
            if isAwaited[index] {
                RegisterStore(space: space, place: address.low, value: stored).replace(in: &stores, last: address.high)
            }
            return stored
        }
        // Nothing that memory holds is believed, be it the driver's own: a device may have written there.
        return ValueRange(bits: ValueRange.mask(8 * byteCount))
    }

    /// What was stored at a place last, if it is known; it is not known any more.
    @inline(never)
    private static func taken(_ place: UInt64, _ space: Grant.Space, from stores: inout [RegisterStore]) -> UInt64? {
        guard let index = stores.firstIndex(where: { $0.place == place && $0.space == space }) else { return nil }
        return stores.remove(at: index).value.constant
    }

    /// The offset in its element that every address has, `nil` where they differ.
    private static func offset(of reach: Reach, in grant: Grant) -> UInt64? {
        let inElement = grant.elementByteCount - 1
        if let constant = reach.base.constant { return (constant &+ reach.displacement &- grant.start) & inElement }
        // What varies is a multiple of the element's size.
        guard reach.base.bits & inElement == 0 else { return nil }
        return (reach.displacement &- grant.start) & inElement
    }

    /// Proves that a store keeps every limit on the bits that it writes, and leaves clear what no limit speaks of.
    private func check(
        _ stored: ValueRange, _ firstBit: UInt64, _ bitCount: UInt64, _ grant: Grant, after stores: [RegisterStore]
    ) throws(VerificationError) {
        // Bits of the store that have to be clear.
        var denied = grant.isClosed ? ValueRange.mask(bitCount) : 0
        for limit in grant.limits {
            let first = UInt64(limit.firstBit)
            let end = first + UInt64(limit.bitCount)
            let low = max(first, firstBit)
            let high = min(end, firstBit + bitCount)
            if low >= high { continue }
            denied &= ~(ValueRange.mask(high - low) << (low - firstBit))
            let value = stored.shiftedRight(low - firstBit).lowBits(high - low)
            if limit.isOfBits {
                guard value.bits & ~(limit.range.bits >> (low - first)) == 0 else {
                    throw VerificationError(.limitBroken, found: value, allowed: limit.range, grant: grant.name)
                }
                continue
            }
            guard low == first, high == end else {
                throw VerificationError(.limitCut, found: stored, grant: grant.name)
            }
            guard limit.covers(value, after: stores, in: grant.space) else {
                throw VerificationError(.limitBroken, found: value, allowed: limit.range, grant: grant.name)
            }
        }
        guard stored.bits & denied == 0 else {
            let allowed = ValueRange(bits: ValueRange.mask(bitCount) & ~denied)
            throw VerificationError(.limitBroken, found: stored, allowed: allowed, grant: grant.name)
        }
    }

    /// The grant that an address lies in.
    private func index(of address: UInt64, in space: Grant.Space) -> Int? {
        guard let index = last(before: address, in: space) else { return nil }
        let grant = grants[index]
        return address - grant.start < grant.byteCount ? index : nil
    }

    /// The last grant that starts at an address or before it.
    @inline(never)
    private func last(before address: UInt64, in space: Grant.Space) -> Int? {
        var low = 0
        var high = grants.count
        while low < high {
            let middle = (low + high) / 2
            let grant = grants[middle]
            let isBefore = grant.space == space ? grant.start <= address : grant.space.rawValue < space.rawValue
            if isBefore { low = middle + 1 } else { high = middle }
        }
        return low > 0 && grants[low - 1].space == space ? low - 1 : nil
    }

    /// Name of the grant that the address may have been meant for.
    private func nearest(to address: UInt64, in space: Grant.Space) -> [UInt8] {
        last(before: address, in: space).map { grants[$0].name } ?? []
    }
}
