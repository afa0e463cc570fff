// The words of a grant's record, back into a grant. GenerationReader reads what stands before them.

import Verification

extension RecordFields {
    /// The rest of the words as a grant of that name.
    mutating func grant(_ name: [UInt8]) throws(ReportError) -> Grant {
        let space: Grant.Space = takes("ports") ? .ports : takes("configuration") ? .configuration : .memory
        let start: UInt64 = try prefixed("the address of a grant")
        let byteCount: UInt64 = try size("the size of a grant")
        let (key, element) = try keyAndValue("rights")
        guard let rights = [Rights.read, .write, [.read, .write]].first(where: { key[...].isSpelled($0.word) }) else {
            throw malformed("ro=, wo= or rw=")
        }
        var grant = Grant(
            name: name, space: space, start: start, byteCount: byteCount, rights: rights,
            elementByteCount: try decimal(element, "the size of an element"), isWhole: !takes("parts"),
            isPrivate: takes("private"), isClosed: takes("closed"), voids: takes("voids"))
        while hasMore { grant.limits.append(try limit()) }
        return grant
    }

    /// `0+64=0x402000...0x485800`, `0+32=0x401000,0x403000`
    private mutating func limit() throws(ReportError) -> Limit {
        let expected = Self.expectedLimit
        let (place, value) = try keyAndValue(expected)
        let parts = place.split(separator: UInt8(ascii: "+"), omittingEmptySubsequences: false)
        guard parts.count == 2 else { throw malformed(expected) }
        let firstBit: UInt16 = try decimal(parts[0], expected)
        let bitCount: UInt8 = try decimal(parts[1], expected)
        guard 1...64 ~= bitCount else { throw malformed("a count of bits from 1 to 64") }
        var limit = Limit(firstBit: firstBit, bitCount: bitCount, range: ValueRange(0))
        for (index, part) in value.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).enumerated() {
            let places = part.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
            let range = try range(places[0], limit.mask)
            if places.count > 1, index > 0 {
                var sequel = Limit.Sequel(range: range, premises: [])
                for place in places.dropFirst() { sequel.premises.append(try premise(place)) }
                limit.sequels.append(sequel)
            } else if places.count == 1, limit.sequels.isEmpty {
                if index == 0 { limit.range = range } else { limit.others.append(range) }
            } else {
                throw malformed(expected)
            }
        }
        return limit
    }

    /// `0x50000004:0x27c000...0x28b800`, behind an `@` of what may follow that store.
    private func premise(_ text: ArraySlice<UInt8>) throws(ReportError) -> Limit.Premise {
        let parts = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard parts.count == 2 else { throw malformed(Self.expectedLimit) }
        return Limit.Premise(place: try prefixed(parts[0], Self.expectedLimit), told: try range(parts[1], .max))
    }

    private static var expectedLimit: String { "a limit, FIRST+COUNT=LOW...HIGH&BITS" }

    /// `0x402000...0x485800`, with `&BITS` or not, or `0x401000`
    private func range(_ text: ArraySlice<UInt8>, _ mask: UInt64) throws(ReportError) -> ValueRange {
        let expected = Self.expectedLimit
        let masked = text.split(separator: UInt8(ascii: "&"), omittingEmptySubsequences: false)
        if masked[0].isEmpty, masked.count == 2 {
            return ValueRange(bits: try prefixed(masked[1], expected))
        }
        let bounds = masked[0].split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        var range = ValueRange(try prefixed(bounds[0], expected))
        if bounds.count == 1, masked.count == 1 { return range }
        guard bounds.count == 4, bounds[1].isEmpty, bounds[2].isEmpty, masked.count <= 2 else {
            throw malformed(expected)
        }
        range.high = try prefixed(bounds[3], expected)
        range.bits = masked.count == 2 ? try prefixed(masked[1], expected) : mask
        return range
    }
}
