// The fields of a grant's record, back into a grant. GenerationReader reads what is before them.

import Report
import Verification

extension RecordFields {
    /// The rest of the fields as a grant of that name.
    mutating func grant(_ name: [UInt8]) throws(ReportError) -> Grant {
        let spaces = [Grant.Space.ports, .configuration, .selected].filter { _ in option() }
        guard spaces.count <= 1 else { throw malformed("ports, configuration or selected") }
        var grant = Grant(
            name: name, space: spaces.first ?? .memory, start: try number(), byteCount: try number(),
            rights: try element(of: [Rights.read, .write, [.read, .write]], \.word),
            elementByteCount: try number(), isWhole: !option(), isPrivate: option(), isClosed: option(),
            voids: option(), select: try optionalNumber())
        for word in words() {
            guard let limit = Limit(reported: word) else { throw malformed("a limit, FIRST+COUNT=LOW...HIGH&BITS") }
            grant.limits.append(limit)
        }
        return grant
    }
}

extension Limit {
    /// Reads `0+64=0x402000...0x485800`, `0+32=0x401000,0x403000`.
    fileprivate init?(reported word: ArraySlice<UInt8>) {
        let sides = word.parts(at: "=")
        guard sides.count == 2 else { return nil }
        let place = sides[0].parts(at: "+")
        guard place.count == 2, let firstBit = place[0].number(radix: 10).flatMap(UInt16.init(exactly:)),
            let bitCount = place[1].number(radix: 10).flatMap(UInt8.init(exactly:)), 1...64 ~= bitCount
        else { return nil }
        self.init(firstBit: firstBit, bitCount: bitCount, range: ValueRange(0))
        for (index, part) in sides[1].parts(at: ",").enumerated() {
            let places = part.parts(at: "@")
            guard let range = ValueRange(reported: places[0], mask) else { return nil }
            if places.count > 1, index > 0 {
                let premises = places.dropFirst().compactMap(Premise.init(reported:))
                guard premises.count == places.count - 1 else { return nil }
                sequels.append(Sequel(range: range, premises: premises))
            } else if places.count == 1, sequels.isEmpty {
                if index == 0 { self.range = range } else { others.append(range) }
            } else {
                return nil
            }
        }
    }
}

extension Limit.Premise {
    /// Reads `0x50000004:0x27c000...0x28b800`, behind an `@` of what may follow that store.
    fileprivate init?(reported text: ArraySlice<UInt8>) {
        let parts = text.parts(at: ":")
        guard parts.count == 2, let place = parts[0].prefixedNumber, let told = ValueRange(reported: parts[1], .max)
        else { return nil }
        self.init(place: place, told: told)
    }
}

extension ValueRange {
    /// Reads `0x402000...0x485800`, with `&BITS` or not, `&BITS` alone, or `0x401000`.
    fileprivate init?(reported text: ArraySlice<UInt8>, _ mask: UInt64) {
        let masked = text.parts(at: "&")
        guard masked.count <= 2 else { return nil }
        let bits = masked.count == 2 ? masked[1].prefixedNumber : mask
        guard let bits else { return nil }
        if masked[0].isEmpty {
            guard masked.count == 2 else { return nil }
            self.init(bits: bits)
            return
        }
        let bounds = masked[0].parts(at: ".")
        guard let low = bounds[0].prefixedNumber else { return nil }
        self.init(low)
        if bounds.count == 1, masked.count == 1 { return }
        guard bounds.count == 4, bounds[1].isEmpty, bounds[2].isEmpty, let high = bounds[3].prefixedNumber else {
            return nil
        }
        self.high = high
        self.bits = bits
    }
}

extension ArraySlice<UInt8> {
    /// What is between the places of a character.
    func parts(at separator: Unicode.Scalar) -> [ArraySlice<UInt8>] {
        split(separator: UInt8(ascii: separator), omittingEmptySubsequences: false)
    }
}
