// A function that mutants are made of, with all that a verifier and the oracle are told of it.

import Devices
import Pipeline
import Verification

/// A function, and what it may do.
struct Subject: Sendable {
    /// The machine, the card and the function: no other subject has it.
    var name: String
    /// Name of the description that the driver is of, by which figures are split.
    var family: String
    /// Name of the function in its rule, or by which it is called.
    var member: String
    var code: [UInt8]
    /// Address of the first byte.
    var address: UInt64
    var grants: [Grant]
    /// What each argument may be.
    var parameters: [ValueRange]
    /// The driver that it is of, for a model of what its device reaches; `nil` for a sample.
    var driver: GeneratedDriver?

    /// Whether another subject differs from this one in no more than the numbers that its driver's place brings along.
    func isForm(of other: Subject) -> Bool {
        guard family == other.family, member == other.member, code.count == other.code.count,
            grants.count == other.grants.count
        else { return false }
        return zip(grants, other.grants).allSatisfy {
            $0.space == $1.space && $0.byteCount == $1.byteCount && $0.rights == $1.rights && $0.name == $1.name
        }
    }

    /// Arguments in their ranges: the ends, numbers of any size, and what lies about the numbers that the code names.
    func arguments(_ generator: inout SeededGenerator, near numbers: [UInt64]) -> [UInt64] {
        parameters.map { range in
            for _ in 0..<16 {
                let value = number(&generator, in: range, near: numbers)
                if range.contains(value) { return value }
            }
            return range.low
        }
    }

    private func number(
        _ generator: inout SeededGenerator, in range: ValueRange, near numbers: [UInt64]
    ) -> UInt64 {
        let noise = generator.next()
        switch generator.number(in: 0...7) {
        case 0: return noise & 1 == 0 ? range.low : range.high
        case 1: return noise & range.bits
        case 2, 3: return noise >> UInt64(generator.number(in: 52...63))
        case 4: return noise >> UInt64(generator.number(in: 0...63))
        default:
            guard !numbers.isEmpty else { return noise & range.bits }
            let number = numbers[generator.number(in: 0...numbers.count - 1)]
            return noise & 1 == 0 ? number &+ (noise >> 1) % 3 &- 1 : (noise >> 1) % max(number, 1)
        }
    }
}
