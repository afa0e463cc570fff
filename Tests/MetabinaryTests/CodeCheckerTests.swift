// Code that is refused as the image is read, before anything is carried out: cut off, past the stack, with ways that lead where
// no operation begins or meet unlike. And ways that are as they should be.

import Metabinary
import Program
import Testing

@Suite struct CodeCheckerTests {
    private static let start = StageTests.start
    private static let full = [UInt8]([[UInt8]](repeating: [0x02, 1], count: 128).joined())

    static let hostile: [(what: String, code: [UInt8], reason: MetabinaryError)] = [
        ("an operand that is cut off", [0x02, 0x80], .endsEarly(at: start + 2)),
        ("no operand", [0x0D, 1, 2], .endsEarly(at: start + 3)),
        ("a place without its offset", [0x04, 1, 32], .endsEarly(at: start + 3)),
        ("a question without its part", [0x43, 9, 9, 0, 0], .endsEarly(at: start + 5)),
        // The stack.
        ("one entry of two", [0x02, 1, 0x15], .stackTooShallow(at: start + 2)),
        ("none of one", [0x0A, 16], .stackTooShallow(at: start)),
        ("a result that is not there", [0x0B], .stackTooShallow(at: start)),
        ("a name that is not there", [0x02, 1, 0x03, 1], .stackTooShallow(at: start + 2)),
        ("more forgotten than there is", [0x02, 1, 0x47, 2], .stackTooShallow(at: start + 2)),
        ("an entry of the block around", [0x02, 1, 0x1E, 4, 0x0A, 16], .stackTooShallow(at: start + 4)),
        ("an entry of one arm only", [0x02, 1, 0x44, 2, 0x02, 5, 0x0B], .wrongBlock(at: start + 6)),
        ("what a run has forgotten", [0x02, 5, 0x02, 2, 0x46, 2, 0x47, 0], .stackTooShallow(at: start + 6)),
        ("a name too many", full + [0x02, 1], .stackTooDeep(at: start + 256)),
        ("a name of a run too many", full + [0x46, 2, 0x02, 1], .stackTooDeep(at: start + 258)),
        // Ways.
        ("into an operand", [0x02, 1, 0x44, 1, 0x02, 5, 0x02, 0, 0x0B], .badSkip(at: start + 4)),
        ("into a second operand", [0x45, 4, 0x0C, 0, 0x0D, 0, 9, 1], .badSkip(at: start + 4)),
        ("past the code", [0x02, 1, 0x44, 3, 0x02, 5], .badSkip(at: start + 2)),
        ("a run that ends in an operand", [0x02, 1, 0x46, 1, 0x02, 5, 0x0B], .badSkip(at: start + 4)),
        ("into a run", [0x02, 1, 0x02, 2, 0x44, 2, 0x46, 2, 0x02, 7], .badSkip(at: start + 6)),
        ("out of a run", [0x02, 1, 0x46, 2, 0x45, 1, 0x30], .badSkip(at: start + 4)),
        ("a run that goes on behind its own", [0x02, 1, 0x46, 4, 0x02, 1, 0x46, 1, 0x30], .badSkip(at: start + 6)),
        // Blocks.
        ("an end without a block", [0x20], .wrongBlock(at: start)),
        ("a block of one arm only", [0x02, 1, 0x44, 2, 0x1D, 4, 0x20], .wrongBlock(at: start + 6)),
        ("a block that a run leaves open", [0x02, 1, 0x46, 2, 0x1D, 4, 0x20], .wrongBlock(at: start + 6)),
    ]

    @Test(arguments: hostile.indices)
    func `code that cannot be is refused as the image is read`(row: Int) {
        let (what, code, reason) = Self.hostile[row]
        let error = #expect(throws: MetabinaryError.self, "\(what)") {
            try MetabinaryImage(Rules.image(code: code, stage: StageTests.stage()))
        }
        #expect(error == reason, "\(what)")
    }

    static let sound: [(what: String, code: [UInt8])] = [
        ("a full stack", full + [0x0B]),
        ("two arms", [0x02, 1, 0x44, 4, 0x02, 8, 0x45, 2, 0x02, 9, 0x0B]),
        ("an arm that returns", [0x02, 1, 0x44, 5, 0x02, 8, 0x0B, 0x45, 3, 0x02, 9, 0x0B]),
        ("an arm that returns with names", [0x02, 0, 0x44, 5, 0x02, 8, 0x02, 8, 0x0B, 0x02, 9, 0x0B]),
        ("an arm that ends with a run", [0x02, 1, 0x44, 6, 0x02, 2, 0x46, 2, 0x02, 7, 0x02, 9, 0x0B]),
        ("a run with a skip to its end", [0x02, 2, 0x46, 5, 0x45, 3, 0x02, 7, 0x30, 0x02, 9, 0x0B]),
        ("runs that end together", [0x02, 2, 0x46, 6, 0x02, 2, 0x46, 2, 0x02, 7, 0x02, 9, 0x0B]),
        ("an empty run", [0x02, 2, 0x46, 0, 0x02, 9, 0x0B]),
    ]

    @Test(arguments: sound.indices)
    func `code whose ways meet alike is read and evaluated`(row: Int) throws {
        let (what, code) = Self.sound[row]
        let image = try MetabinaryImage(Rules.image(code: code, stage: StageTests.stage()))
        let device = image.devices[0]
        let program = try image.evaluate(
            device.functions[0], input: StageTests.input(), regions: Rules.regions(of: device), clockFrequency: 1)
        #expect(program.defect == nil, "\(what)")
    }
}
