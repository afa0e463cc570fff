// The evaluator: the exact programs of the shipped rules, the meaning of expressions against a reading of their text,
// and the reason that it gives for each kind of bad code.

import Hardware
import Metabinary
import Program
import Testing

@Suite struct EvaluatorTests {
    private func evaluate(_ bytes: [UInt8], function: Int = 0) throws -> Program {
        let image = try MetabinaryImage(bytes)
        let device = image.devices[0]
        var input = StaticInput()
        input.facts = device.facts.map { _ in 0 }
        return try image.evaluate(
            device.functions[function], input: input, regions: Rules.regions(of: device), clockFrequency: 0)
    }

    @Test func `The link of the shipped card is one load, a shift and a bit`() throws {
        #expect(
            try evaluate(try Rules.atlas()).text == """
                0 load u32 0+0x8 @103 facts=1000001
                1 shiftRight u32 %0 1 @103 facts=1000000
                2 truncate boolean %1 @103 facts=1000000
                3 returnValue boolean %2 @103 facts=1000000
                """)
    }

    @Test func `The address of the shipped card is joined from two loads in the order of the rule`() throws {
        #expect(
            try evaluate(try Rules.atlas(), function: 1).text == """
                0 load u32 0+0x5400 @150 facts=1000001
                1 load u32 0+0x5404 @151 facts=1000001
                2 constant u32 65535 @151 facts=1000000
                3 and u32 %1 %2 @151 facts=1000000
                4 extend u64 %0 @152 facts=1000000
                5 extend u64 %3 @152 facts=1000000
                6 shiftLeft u64 %5 32 @152 facts=1000000
                7 or u64 %4 %6 @152 facts=1000000
                8 returnValue u64 %7 @152 facts=1000000
                """)
    }

    @Test func `What is static leaves no item but its value`() throws {
        let program = try evaluate(try Rules.compile(body: "let n = 3 << 2\nreturn (n | 1) << n >> (n & 4) & 0xFFFF"))
        #expect(program.text == "0 constant u64 3328 @12 facts=1000000\n1 returnValue u64 %0 @12 facts=1000000")
    }

    @Test func `Windows of a device keep their own facts`() throws {
        let program = try evaluate(try Rules.compile(body: "return QUAD | BYTE"))
        #expect(
            program.text == """
                0 load u64 1+0x10 @11 facts=1100000
                1 load u8 0+0x3 @11 facts=1000100
                2 extend u64 %1 @11 facts=1000000
                3 or u64 %0 %2 @11 facts=1000000
                4 returnValue u64 %3 @11 facts=1000000
                """)
    }

    @Test func `A region that ends before a register is refused, and so is a missing one`() throws {
        let image = try MetabinaryImage(try Rules.compile(body: "return LONG"))
        let device = image.devices[0]
        let function = device.functions[0]
        #expect(throws: Never.self) {
            try image.evaluate(function, regions: Rules.regions(of: device, byteCount: 12), clockFrequency: 0)
        }
        for windows in [Rules.regions(of: device, byteCount: 11), []] {
            let error = #expect(throws: MetabinaryError.self) {
                try image.evaluate(function, regions: windows, clockFrequency: 0)
            }
            #expect(error?.message.description == "evaluation: a register lies past the end of its window")
        }
    }

    @Test func `A function of one image is no danger to another`() throws {
        let large = try MetabinaryImage(try Rules.compile(body: "return LONG"))
        let small = try MetabinaryImage(Rules.image(code: [0x02, 0, 0x0B]))
        let empty = try MetabinaryImage(
            Rules.sealed(Array("META".utf8) + [MetabinaryImage.version, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]))
        for image in [small, empty] {
            #expect(throws: MetabinaryError.self) {
                try image.evaluate(
                    large.devices[0].functions[0], regions: Rules.regions(of: large.devices[0]), clockFrequency: 0)
            }
        }
    }

    private static let start = Rules.codeOffset

    /// Code, bits of the result, and the reason; the places count from the start of the code.
    static let badCode: [(code: [UInt8], resultBitCount: UInt8, reason: MetabinaryError)] = [
        ([], 32, .missingReturn(at: start)),
        ([0x02, 1], 32, .missingReturn(at: start + 2)),
        ([0x00], 32, .unknownOpcode(at: start)),
        ([0x24], 32, .unknownOpcode(at: start)),
        ([0x02], 32, .endsEarly(at: start + 1)),
        ([0x02, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x02], 32, .numberTooLarge(at: start + 1)),
        ([0x01, 0x80, 0x80, 0x04], 32, .numberTooLarge(at: start + 1)),
        ([0x03, 128, 1], 32, .badIndex(at: start + 1)),
        ([0x03, 0], 32, .stackTooShallow(at: start)),
        ([0x0B], 32, .stackTooShallow(at: start)),
        ([0x02, 1, 0x05], 32, .stackTooShallow(at: start + 2)),
        ([0x04, 4, 32, 0], 32, .badIndex(at: start + 1)),
        ([0x04, 0, 7], 32, .badIndex(at: start + 2)),
        ([0x04, 0, 3], 32, .badRegister(at: start + 1)),
        ([0x02, 1, 0x0F, 0, 6], 32, .badRegister(at: start + 3)),
        ([0x04, 1, 32, 13], 32, .badRegister(at: start + 1)),
        ([0x04, 1, 32, 64], 32, .badRegister(at: start + 1)),
        ([0x04, 1, 1, 0], 32, .badRegister(at: start + 1)),
        ([0x04, 1, 48, 0], 32, .badType(at: start + 2)),
        ([0x04, 1, 0, 0], 32, .badType(at: start + 2)),
        ([0x04, 0, 0, 0x04, 0, 1, 0x05], 32, .typesDiffer(at: start + 6)),
        ([0x04, 0, 1, 0x02, 0x80, 2, 0x06], 32, .valueTooWide(at: start + 6)),
        ([0x02, 1, 0x04, 0, 1, 0x07], 32, .notStatic(at: start + 5)),
        ([0x04, 0, 0, 0x02, 1, 0x07], 32, .shiftTooFar(at: start + 5)),
        ([0x04, 0, 0, 0x02, 32, 0x08], 32, .shiftTooFar(at: start + 5)),
        ([0x02, 1, 0x02, 64, 0x07], 32, .shiftTooFar(at: start + 4)),
        ([0x04, 0, 0, 0x09, 32], 32, .typesDiffer(at: start + 3)),
        ([0x04, 0, 0, 0x0A, 64], 32, .typesDiffer(at: start + 3)),
        ([0x04, 0, 0, 0x09, 48], 32, .badType(at: start + 4)),
        ([0x04, 0, 0, 0x0B], 31, .valueTooWide(at: start + 3)),
        ([0x04, 0, 2, 0x0B], 32, .typesDiffer(at: start + 3)),
        ([0x02, 2, 0x0B], 1, .valueTooWide(at: start + 2)),
        ([0x02, 1, 0x0B, 0x01, 1], 32, .codeAfterReturn(at: start + 3)),
        ([0x02, 1, 0x0B], 65, .badResult(at: start - 6)),
        // Arguments, indices and cells.
        ([0x0C, 2], 32, .badIndex(at: start + 1)),
        ([0x0D, 2, 1, 0], 32, .badRange(at: start)),
        ([0x02, 1, 0x0D, 1, 2, 0], 32, .staticCondition(at: start + 2)),
        ([0x0C, 0, 0x0D, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0x1F, 0], 32, .valueTooWide(at: start + 2)),
        ([0x0C, 0, 0x0D, 0, 1, 4], 2, .valueTooWide(at: start + 2)),
        ([0x0C, 0, 0x0E, 1, 64, 0], 64, .unboundedIndex(at: start + 2)),
        ([0x0C, 0, 0x0D, 0, 7, 0, 0x0E, 1, 16, 0], 32, .unboundedIndex(at: start + 6)),
        ([0x0C, 0, 0x02, 56, 0x05, 0x0E, 1, 64, 8], 64, .unboundedIndex(at: start + 5)),
        ([0x0C, 0, 0x0A, 16, 0x02, 48, 0x05, 0x0E, 1, 64, 0], 64, .typesDiffer(at: start + 7)),
        ([0x02, 64, 0x02, 0, 0x10, 1, 8, 0], 32, .unboundedIndex(at: start + 4)),
        ([0x0C, 0, 0x02, 8, 0x05, 0x0E, 0, 6], 32, .unboundedIndex(at: start + 5)),
        ([0x0C, 0, 0x02, 3, 0x05, 0x0E, 0, 6], 32, .unboundedIndex(at: start + 5)),
        ([0x0C, 0, 0x02, 4, 0x05, 0x0E, 0, 0], 32, .unboundedIndex(at: start + 5)),
        ([0x04, 2, 8, 0], 32, .badRegister(at: start + 1)),
        ([0x04, 3, 8, 0], 32, .badRegister(at: start + 1)),
        ([0x11, 3], 32, .badIndex(at: start + 1)),
        ([0x02, 1, 0x13, 0], 32, .pastCell(at: start + 2)),
        ([0x0C, 0, 0x13, 0], 32, .pastCell(at: start + 2)),
        ([0x0C, 0, 0x02, 16, 0x05, 0x12, 1], 32, .unboundedIndex(at: start + 5)),
        ([0x23, 4], 32, .badIndex(at: start + 1)),
        // Blocks.
        ([0x02, 1, 0x1B], 32, .staticCondition(at: start + 2)),
        ([0x0C, 0, 0x1B], 32, .staticCondition(at: start + 2)),
        ([0x20], 32, .wrongBlock(at: start)),
        ([0x1C], 32, .wrongBlock(at: start)),
        ([0x1D, 4, 0x1C], 32, .wrongBlock(at: start + 2)),
        ([0x1D, 0], 32, .badCount(at: start)),
        ([0x1D, 4, 0x02, 1, 0x0B, 0x20], 32, .wrongBlock(at: start + 5)),
        ([0x1D, 4, 0x03, 0, 0x20, 0x03, 0, 0x0B], 32, .stackTooShallow(at: start + 5)),
        ([0x02, 1, 0x1D, 4, 0x0B, 0x0B], 32, .codeAfterReturn(at: start + 5)),
        ([0x1E, 4, 0x1E, 4], 32, .wrongBlock(at: start + 2)),
        ([0x1E, 4, 0x20], 32, .wrongBlock(at: start + 2)),
        ([0x1E, 4, 0x04, 0, 1, 0x02, 0, 0x17, 0x1F, 0x20], 32, .missingReturn(at: start + 9)),
        ([0x1E, 4, 0x02, 1, 0x0B, 0x1F], 32, .codeAfterReturn(at: start + 5)),
        ([0x1E, 0x81, 0xAD, 0xE2, 0x04], 32, .numberTooLarge(at: start + 1)),
        ([0x1D, 4, 0x02, 1], 32, .wrongBlock(at: start + 4)),
        ([0x21, 4, 0x02, 1, 0x0B], 32, .noClock(at: start)),
        (Array((0..<17).map { _ in [UInt8(0x1D), 4] }.joined()), 32, .blocksTooDeep(at: start + 32)),
        ([UInt8](repeating: 0x02, count: 258), 32, .stackTooDeep(at: start + 256)),
        ([UInt8](repeating: 0x02, count: 4097), 32, .numberTooLarge(at: start - 2)),
    ]

    @Test(arguments: badCode.indices)
    func `Bad code is refused with its reason and place`(row: Int) {
        let (code, resultBitCount, reason) = Self.badCode[row]
        let error = #expect(throws: MetabinaryError.self) {
            try evaluate(Rules.image(code: code, resultBitCount: resultBitCount))
        }
        #expect(error == reason)
        #expect(error?.offset == reason.offset)
    }

    @Test func `The longest code makes a program within the limit of items`() throws {
        var code: [UInt8] = [0x02, 1]
        while code.count < 4090 { code += [0x0A, 64] }
        code += [0x04, 0, 0, 0x0B]
        #expect(try evaluate(Rules.image(code: code)).defect == nil)
    }
}
