// The table of opcodes against two statements of its own kind: what FORMAT.md says of each, and what the evaluator does with
// each, seen on its stack and in its program.

import Hardware
import Program
import Testing

@testable import Metabinary

@Suite struct OpcodeTableTests {
    // MARK: The format's document

    /// A row of the document's table, without blanks around its cells.
    private struct Row {
        var number, operation, operands, stack, emits: String

        init(_ line: Substring) {
            let cells = line.split(separator: "|").map { cell in
                String(cell.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
            }
            (number, operation, operands, stack, emits) = (cells[0], cells[1], cells[2], cells[3], cells[4])
        }

        /// What the stack loses and gets, as words.
        var entries: (taken: [Substring], left: [Substring]) {
            let first = stack.prefix { $0 != ")" }.drop { $0 == "(" }
            let sides = first.split(separator: "--", omittingEmptySubsequences: false)
            return (sides[0].split(separator: " "), sides[1].split(separator: " "))
        }
    }

    private static func rows() throws -> [Row] {
        try Rules.text(of: "Sources/Shared/Metabinary/FORMAT.md").split(separator: "\n")
            .filter { $0.hasPrefix("| 0x") }.map(Row.init)
    }

    private static func kinds(_ opcode: Opcode) -> [OperandKind] {
        let operands = opcode.row.operands
        return [operands.0, operands.1, operands.2].filter { $0 != .none }
    }

    private static func taken(_ opcode: Opcode) -> [EntryKind] {
        [opcode.row.taken.0, opcode.row.taken.1].filter { $0 != .none }
    }

    /// How the document calls operands.
    private static let operands: [String: [OperandKind]] = [
        "": [], "number: line, 16 bits": [.line], "number": [.number], "*place*": [.register],
        "*question*": [.question], "number: place, from the bottom, below 128": [.place],
        "byte: bits of the type": [.type], "byte: bits of the type (16 to 64)": [.type],
        "index of a parameter": [.parameter], "index of a cell": [.cell],
        "index of a region": [.region], "index of a fact": [.fact], "index of a table": [.table],
        "index of a choice": [.choice], "number: runs, 1 to 65,536": [.count],
        "number: microseconds, 10,000,000 at most": [.time], "number: bytes": [.distance],
        "numbers: lowest, highest, what is returned": [.lowest, .highest, .number],
        "numbers: lowest, what is returned": [.lowest, .number],
    ]

    /// How it calls entries.
    private static let entries: [Substring: EntryKind] = [
        "x": .any, "y": .any, "z": .any, "static": .static, "dynamic": .dynamic, "boolean": .boolean, "…": .rest,
    ]

    /// What control does, by the words of the document about it.
    private static func control(_ emits: String) -> CodeControl {
        switch true {
        case emits.contains("closes that block, opens another"): .continues
        case emits.contains("opens a block"): .opens
        case emits.contains("closes a block"): .closes
        case emits.contains("of code if it is 0"): .branches
        case emits.contains("passes over"): .jumps
        case emits.contains("as often as it says"): .repeats
        case emits == "`returnValue`": .returns
        default: .next
        }
    }

    @Test func `the format's document has the opcodes of the table`() throws {
        let stated = try Self.rows().map { "\($0.number) \($0.operation)" }
        let actual = Opcode.allCases.map { opcode in
            let digits = String(opcode.rawValue, radix: 16, uppercase: true)
            return "0x\(digits.count < 2 ? "0" : "")\(digits) `\(opcode)`"
        }
        #expect(stated == actual)
    }

    @Test func `the format's document says of each opcode what its row does`() throws {
        let rows = try Self.rows()
        for (opcode, row) in zip(Opcode.allCases, rows) {
            #expect(Self.operands[row.operands] == Self.kinds(opcode), "\(opcode)")
            let (taken, left) = row.entries
            #expect(taken.map { Self.entries[$0] } == Self.taken(opcode), "\(opcode)")
            #expect(left.map { Self.entries[$0] } == (opcode.row.left == .none ? [] : [opcode.row.left]), "\(opcode)")
            // Of some, the document says that they emit what another does.
            let other = rows.first { row.emits.contains("as \($0.number)") } ?? row
            #expect(Self.control(other.emits) == opcode.row.control, "\(opcode)")
            let words = other.emits.split(separator: "`", omittingEmptySubsequences: false)
            #expect((words.count > 1 ? String(words[1]) : nil) == opcode.row.operation.map { "\($0)" }, "\(opcode)")
        }
    }

    // MARK: The evaluator

    /// Code that leaves an entry: the parameter's bit 2, that of 16 bits, a condition.
    private static let dynamic: [UInt8] = [0x0C, 0, 0x02, 4, 0x05]
    private static let narrow = dynamic + [0x0A, 16]
    private static let boolean = dynamic + [0x02, 0, 0x17]
    private static let one: [UInt8] = [0x02, 1]

    /// For each opcode, code that leaves what it takes, and its operands.
    private static let uses: [Opcode: (before: [UInt8], operands: [UInt8])] = [
        .line: ([], [9]), .push: ([], [5]), .local: (dynamic, [0]), .load: ([], [1, 32, 0]),
        .and: (dynamic + dynamic, []), .or: (dynamic + dynamic, []), .shiftLeft: (dynamic + one, []),
        .shiftRight: (dynamic + one, []), .extend: (dynamic, [64]), .truncate: (dynamic, [16]),
        .returnValue: (dynamic, []), .parameter: ([], [1]), .bound: (dynamic, [0, 5, 1]),
        .loadAt: (dynamic, [1, 32, 0]), .store: (dynamic, [1, 32, 0]), .storeAt: (dynamic + dynamic, [1, 32, 0]),
        .get: ([], [1]), .getAt: (dynamic, [1]), .set: (narrow, [1]), .setAt: (dynamic + narrow, [1]),
        .add: (dynamic + dynamic, []), .subtract: (dynamic + dynamic, []), .equal: (dynamic + dynamic, []),
        .notEqual: (dynamic + dynamic, []), .unsignedLess: (dynamic + dynamic, []),
        .unsignedLessOrEqual: (dynamic + dynamic, []),
        .ifTrue: (boolean, []), .else: (boolean + [0x1B], []), .loop: ([], [4]), .wait: ([], [4]),
        .until: ([0x1E, 4] + boolean, []), .end: (boolean + [0x1B], []), .pause: ([], [4]), .releaseFence: ([], []),
        .address: ([], [1]), .fullFence: ([], []), .swap: (dynamic, [32]), .fact: ([], [0]), .entry: (one, [0]),
        .choice: ([], [0]), .ask: ([], [0]), .when: (one, [0]), .skip: ([], [0]), .each: (one, [0]),
        .forget: (dynamic + one + one, [1]), .multiply: (dynamic + one, []), .divide: (one + one, []),
        .remainder: (one + one, []), .loopOf: (one, []), .boundOf: (dynamic + one, [0, 1]),
    ]

    /// An evaluator that has carried out code, with what is left open or does not return.
    private static func run(_ code: [UInt8]) throws -> Evaluator {
        let image = try MetabinaryImage(Rules.image(code: code, stage: StageTests.stage()))
        let device = image.devices[0]
        let function = device.functions[0]
        let evaluator = Evaluator(
            reader: image.code(of: function), function: function, device: device, input: StageTests.input(),
            regions: Rules.regions(of: device), clockFrequency: 1_000_000, budget: GenerationBudget())
        do throws(MetabinaryError) { try evaluator.run() } catch {
            try #require(error == .wrongBlock(at: function.codeOffset + code.count), "\(code)")
        }
        return evaluator
    }

    @Test(arguments: Opcode.allCases)
    func `the evaluator takes, leaves and emits what the row says`(opcode: Opcode) throws {
        let (before, operands) = try #require(Self.uses[opcode])
        let row = opcode.row
        let start = try Self.run(before)
        let end = try Self.run(before + [opcode.rawValue] + operands)
        let gone = opcode == .forget ? start.stack.count - 1 : Self.taken(opcode).count
        #expect(end.stack.count - start.stack.count == (row.left == .none ? 0 : 1) - gone)
        let items = end.program.items.dropFirst(start.program.items.count)
        // A range has a constant besides, which is what is returned; what is turned round is four bytes, each moved twice
        // and masked by a constant, and three of them joined.
        let besides = [.bound: 1, .boundOf: 1, .swap: 4 * 4 + 3 - 1][opcode, default: 0]
        #expect(items.count == row.itemCount + besides)
        #expect(row.operation == nil || items.contains { $0.operation == row.operation })
        if row.left != .none {
            let entry = try #require(end.stack.last)
            #expect(entry.isStatic == (row.left == .static))
            #expect((entry.type == .boolean) == (row.left == .boolean))
        }
        #expect(end.blocks.count - start.blocks.count == [.opens: 1, .closes: -1][row.control, default: 0])
    }

    @Test(arguments: Opcode.allCases.filter { $0.row.left == .any || $0.row.left == .boolean })
    func `what is left of static entries is static, and no item`(opcode: Opcode) throws {
        let operands = opcode == .local ? [0] : try #require(Self.uses[opcode]).operands
        let end = try Self.run(Self.one + Self.one + [opcode.rawValue] + operands)
        #expect(end.stack.last?.isStatic == true && end.program.items.isEmpty)
    }

    /// What is left of an entry that the row wants otherwise.
    @Test(arguments: Opcode.allCases)
    func `an entry of another kind than the row's is refused`(opcode: Opcode) throws {
        let (_, operands) = try #require(Self.uses[opcode])
        let wrong: [EntryKind: [[UInt8]]] = [
            .static: [Self.dynamic], .dynamic: [Self.one, Self.boolean], .boolean: [Self.one, Self.dynamic],
        ]
        let right: [EntryKind: [UInt8]] = [.static: Self.one, .dynamic: Self.dynamic, .any: Self.dynamic]
        let kinds = Self.taken(opcode)
        for (index, kind) in kinds.enumerated() {
            for entry in wrong[kind, default: []] {
                var entries = kinds.map { right[$0, default: Self.boolean] }
                entries[index] = entry
                let code = (opcode == .until ? [0x1E, 4] : []) + Array(entries.joined()) + [opcode.rawValue] + operands
                let at = StageTests.start + code.count - 1 - operands.count
                let image = try MetabinaryImage(Rules.image(code: code, stage: StageTests.stage()))
                let error = #expect(throws: MetabinaryError.self) {
                    try image.evaluate(
                        image.devices[0].functions[0], input: StageTests.input(),
                        regions: Rules.regions(of: image.devices[0]), clockFrequency: 1)
                }
                #expect(error == (kind == .static ? .notStatic(at: at) : .staticCondition(at: at)))
            }
        }
    }

    // MARK: Numbers

    @Test func `what two numbers give is a number of 64 bits, or none`() {
        let top = UInt64.max
        #expect(Opcode.multiply.fold(7, 6) == 42 && Opcode.multiply.fold(top, 2) == nil)
        #expect(Opcode.divide.fold(45, 6) == 7 && Opcode.divide.fold(45, 0) == nil)
        #expect(Opcode.remainder.fold(45, 6) == 3 && Opcode.remainder.fold(45, 0) == nil)
        #expect(Opcode.shiftLeft.fold(3, 63) == 1 << 63 && Opcode.shiftLeft.fold(3, 64) == nil)
        #expect(Opcode.shiftRight.fold(top, 63) == 1 && Opcode.shiftRight.fold(top, 64) == nil)
        #expect(Opcode.add.fold(top, 2) == 1 && Opcode.subtract.fold(1, 2) == top)
        #expect(Opcode.unsignedLess.fold(1, 2) == 1 && Opcode.and.fold(6, 3) == 2 && Opcode.or.fold(6, 3) == 7)
        #expect(Opcode.load.fold(1, 2) == nil && Opcode.push.fold(1, 2) == nil)
    }
}
