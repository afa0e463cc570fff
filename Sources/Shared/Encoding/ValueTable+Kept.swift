// Which constants wait in a register because that takes fewer bytes than saying them over and over: an address near which
// several accesses lie, each of which has one byte of displacement then instead of four, and a number that is stored. Each
// is loaded once, before everything that uses it and outside of every loop.

import Program

/// A constant that waits in a register.
struct Kept: BitwiseCopyable {
    /// Stands where there is none.
    static let none = UInt8.max
    /// Most constants that are looked at.
    static let limit = 64

    /// Whether it is an address, and not a number that is stored.
    let isAddress: Bool
    /// Of an address, the index of the region.
    let region: UInt8
    /// The number, or the offset in the region that the register has.
    var number: UInt64
    /// Of an address, the least and the greatest offset of its accesses.
    var low: UInt64
    var high: UInt64
    /// The item before which it is loaded.
    var first: ItemReference
    /// The last item that uses it.
    var last: ItemReference
    /// What using it saves, without what loading it takes. Units: bytes.
    var saving: Int
    /// The register, once it is loaded and until the last item.
    var register = Register.rax
    var isHeld = false
    /// Whether a register is to be kept for it, and whether that is decided.
    var isWanted = false
    var isLookedAt = false
}

extension ValueTable {
    /// Bytes of a load of 32 bits into a register, and of zero.
    private static var loadByteCount: (number: Int, zero: Int) { (5, 2) }

    /// Finds the constants that are worth a register.
    mutating func planKept() {
        kept.removeAll()
        for index in 0..<values.count where values[index].isReached && !values[index].isPortAccess {
            let value = values[index]
            guard value.step == .folded || value.step == .load || value.step == .store || value.step == .storeConstant
            else { continue }
            let place = value.step == .folded ? value.partner.index : index
            if value.base == .none { values[index].keptAddress = keepAddress(value, place) }
            if value.step == .storeConstant { values[index].keptNumber = keepNumber(value, index) }
        }
        for index in 0..<kept.count where kept[index].isAddress { chooseBase(index) }
        hasKept = false
        while let best = mostSaving() {
            kept[best].isWanted = overlapping(best) < Self.mostAtATime
            kept[best].isLookedAt = true
            hasKept = hasKept || kept[best].isWanted
        }
    }

    /// The constant that saves most of those that nobody has looked at.
    private func mostSaving() -> Int? {
        var best: Int?
        for index in 0..<kept.count where !kept[index].isLookedAt && kept[index].saving > 0 {
            if let known = best, kept[known].saving >= kept[index].saving { continue }
            best = index
        }
        return best
    }

    /// How many of those that are wanted are live while a constant is: more than at any one time, which is no harm.
    private func overlapping(_ number: Int) -> Int {
        var count = 0
        for index in 0..<kept.count
        where kept[index].isWanted && kept[index].first <= kept[number].last && kept[number].first <= kept[index].last {
            count += 1
        }
        return count
    }

    /// Constants that registers are kept for at a time: as many as leave some for values.
    private static var mostAtATime: Int { 5 }

    /// The address that an access is near to: the one used last of those in reach, or a new one.
    private mutating func keepAddress(_ value: Value, _ index: Int) -> UInt8 {
        for number in (0..<kept.count).reversed() where kept[number].isAddress && kept[number].region == value.region {
            let (low, high) = (min(kept[number].low, value.offset), max(kept[number].high, value.offset))
            guard high - low <= 0xFF else { continue }
            (kept[number].low, kept[number].high) = (low, high)
            kept[number].saving += 3
            use(number, at: index)
            return UInt8(truncatingIfNeeded: number)
        }
        return append(
            Kept(
                isAddress: true, region: value.region, number: value.offset, low: value.offset, high: value.offset,
                first: ItemReference(index), last: ItemReference(index), saving: 3 - Self.loadByteCount.number), index)
    }

    /// The register that holds what a store says: the same number's, or a new one.
    private mutating func keepNumber(_ value: Value, _ index: Int) -> UInt8 {
        let width = UInt64(value.type.bitCount / 8)
        let number = value.number
        // 64 bits are widened from 32 of the immediate, where these say it.
        guard number <= UInt64(Int32.max) || value.type.bitCount <= 32 else { return Kept.none }
        let saving = Int(min(width, 4))
        for known in (0..<kept.count).reversed() where !kept[known].isAddress && kept[known].number == number {
            kept[known].saving += saving
            use(known, at: index)
            return UInt8(truncatingIfNeeded: known)
        }
        let load = number == 0 ? Self.loadByteCount.zero : Self.loadByteCount.number
        return append(
            Kept(
                isAddress: false, region: 0, number: number, low: 0, high: 0, first: ItemReference(index),
                last: ItemReference(index), saving: saving - load), index)
    }

    private mutating func append(_ new: Kept, _ index: Int) -> UInt8 {
        guard kept.count < kept.capacity else { return Kept.none }
        kept.append(new)
        use(kept.count - 1, at: index)
        return UInt8(truncatingIfNeeded: kept.count - 1)
    }

    /// Has a constant loaded before all that use it, and live until an item that does.
    private mutating func use(_ number: Int, at index: Int) {
        var first = kept[number].first
        // Out of the blocks that the item is not in, and of what is repeated.
        while values[first.index].block != .none {
            let block = values[first.index].block
            guard values[block.index].partner.index <= index || values[first.index].loop != .none else { break }
            first = values[block.index].opener == .none ? block : values[block.index].opener
        }
        kept[number].first = first
        var last = ItemReference(index)
        var loop = values[index].loop
        while loop != .none, loop >= first {
            last = values[loop.index].partner
            loop = values[loop.index].loop
        }
        if kept[number].last < last { kept[number].last = last }
    }

    /// Chooses the offset that the register of an address has: that of an access from which all others are in reach, of
    /// several the one with most accesses, which need no displacement then.
    private mutating func chooseBase(_ number: Int) {
        let (low, high) = (kept[number].low, kept[number].high)
        var best = (count: 0, offset: low &+ 0x80)
        for index in 0..<values.count where Int(values[index].keptAddress) == number {
            let offset = values[index].offset
            guard offset <= low &+ 0x80, high <= offset &+ 0x7F else { continue }
            var count = 0
            for other in 0..<values.count where Int(values[other].keptAddress) == number {
                if values[other].offset == offset { count += 1 }
            }
            if count > best.count { best = (count, offset) }
        }
        kept[number].number = best.offset
        kept[number].saving += best.count
    }
}
