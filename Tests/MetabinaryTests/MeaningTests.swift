// Random expressions of the rule language, written out as text and reckoned beside it as plain integers: compiled,
// evaluated and run over random registers, the program returns the same number. METAOS_MUTANTS sets how many, METAOS_SEED
// where they start.

import Foundation
import Metabinary
import Program
import Support
import Testing

@Suite struct MeaningTests {
    /// Text of an expression, the bits that it may need by the rules of the language, and its value.
    private struct Reckoned {
        var text: String
        var bitCount: UInt64
        var value: UInt64
        var isStatic = false
    }

    /// Registers of the probe's device: name, window, offset, bytes, fields.
    private static let registers: [(name: String, window: UInt8, offset: UInt64, byteCount: UInt64)] = [
        ("BYTE", 0, 3, 1), ("WORD", 0, 6, 2), ("LONG", 0, 8, 4), ("QUAD", 1, 16, 8),
    ]
    private static let fields: [(register: String, name: String, low: UInt64, high: UInt64)] = [
        ("BYTE", "TOP", 7, 7), ("BYTE", "NIBBLE", 0, 3), ("WORD", "LOW", 0, 3), ("WORD", "MIDDLE", 4, 11),
        ("WORD", "HIGH", 12, 15), ("LONG", "LOW", 0, 11), ("LONG", "MIDDLE", 12, 20), ("LONG", "FLAG", 21, 21),
        ("LONG", "HIGH", 22, 30), ("QUAD", "FLAG", 0, 0), ("QUAD", "LOW", 1, 40), ("QUAD", "HIGH", 41, 62),
    ]

    private static func environment(_ name: String, default value: UInt64) -> UInt64 {
        ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) } ?? value
    }

    @Test func `Programs compute what the text of the rule says`() throws {
        let seed = Self.environment("METAOS_SEED", default: 1)
        let count = Self.environment("METAOS_MUTANTS", default: 200)
        var random = SeededGenerator(seed: seed)
        for index in 0..<count {
            let contents = Self.registers.map { random.next() & (UInt64.max >> (64 - 8 * $0.byteCount)) }
            let named = expression(3, contents, [], &random)
            let names = [
                Reckoned(text: "early", bitCount: named.bitCount, value: named.value, isStatic: named.isStatic)
            ]
            let answer = expression(4, contents, names, &random)
            let body = "let early = \(named.text)\nreturn (\(answer.text)) | (early & 0)"
            let image = try MetabinaryImage(try Rules.compile(body: body))
            let device = image.devices[0]
            let program = try image.evaluate(device.functions[0], regions: Rules.regions(of: device), clockFrequency: 0)
            #expect(program.defect == nil, "seed \(seed), expression \(index): \(body)")
            let result = program.run { window, offset, byteCount in
                let found = Self.registers.firstIndex {
                    $0.window == window && $0.offset == offset && $0.byteCount == byteCount
                }
                return found.map { contents[$0] } ?? 0xBAD
            }
            #expect(result == answer.value, "seed \(seed), expression \(index): \(body)\n\(contents)\n\(program.text)")
        }
    }

    private func expression(
        _ depth: Int, _ contents: [UInt64], _ names: [Reckoned], _ random: inout SeededGenerator
    ) -> Reckoned {
        let kind = depth == 0 ? random.next() % 4 : random.next() % 10
        switch kind {
        case 0:
            let value = random.next() >> (random.next() % 64)
            let text = random.next() % 2 == 0 ? "\(value)" : "0x" + String(value, radix: 16)
            return Reckoned(
                text: text, bitCount: UInt64(max(1, 64 - value.leadingZeroBitCount)), value: value, isStatic: true)
        case 1:
            let index = Int(random.next() % UInt64(Self.registers.count))
            return Reckoned(
                text: Self.registers[index].name, bitCount: 8 * Self.registers[index].byteCount, value: contents[index])
        case 2, 3:
            if let name = names.first, random.next() % 3 == 0 { return name }
            let field = Self.fields[Int(random.next() % UInt64(Self.fields.count))]
            let register = Self.registers.firstIndex { $0.name == field.register } ?? 0
            let bitCount = field.high - field.low + 1
            return Reckoned(
                text: "\(field.register).\(field.name)", bitCount: bitCount,
                value: contents[register] >> field.low & (UInt64.max >> (64 - bitCount)))
        case 4, 5, 6, 7:
            let left = expression(depth - 1, contents, names, &random)
            let right = expression(depth - 1, contents, names, &random)
            let isStatic = left.isStatic && right.isStatic
            let value = kind < 6 ? left.value & right.value : left.value | right.value
            let needed = isStatic ? UInt64(max(1, 64 - value.leadingZeroBitCount)) : nil
            let bitCount = kind < 6 ? min(left.bitCount, right.bitCount) : max(left.bitCount, right.bitCount)
            return Reckoned(
                text: "(\(left.text) \(kind < 6 ? "&" : "|") \(right.text))", bitCount: needed ?? bitCount,
                value: value, isStatic: isStatic)
        default:
            let operand = expression(depth - 1, contents, names, &random)
            let isLeft = kind == 8
            let most = isLeft ? min(63, 64 - operand.bitCount) : operand.bitCount - 1
            let count = random.next() % (most + 1)
            let value = isLeft ? operand.value << count : operand.value >> count
            let bitCount = isLeft ? operand.bitCount + count : operand.bitCount - count
            return Reckoned(
                text: "(\(operand.text) \(isLeft ? "<<" : ">>") \(count))",
                bitCount: operand.isStatic ? UInt64(max(1, 64 - value.leadingZeroBitCount)) : bitCount, value: value,
                isStatic: operand.isStatic)
        }
    }
}
