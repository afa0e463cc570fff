// The operations of the static stage, each by what it leaves, and code that lies: every way out of the code, past a table or
// around for ever ends in a reason.

import Hardware
import Metabinary
import Program
import Testing

@Suite struct StageTests {
    /// One table of three entries, a choice of two, and a fact: its code, and the range that it states.
    static func stage(
        tables: [UInt8] = [1, 3, 50, 70, 90], choices: [UInt8] = [1, 0, 9, 2], fact: [UInt8] = [0x02, 6],
        range: [UInt8] = [0, 20], quantities: [UInt8] = [0], probes: [UInt8] = [0]
    ) -> [UInt8] {
        [1] + tables + choices + [1, 0, 1, 9] + range + [0, UInt8(fact.count)] + fact + quantities + probes
    }

    /// Where the code of the function begins in an image with the usual stage.
    static let start = Rules.codeOffset + stage().count - 1

    /// A function of the machine with what a rule may ask for.
    private static var card: PCIFunction {
        var card = PCIFunction(address: FunctionAddress(bus: 0, device: 3, function: 0), vendor: 0x1234, device: 0x5678)
        card.revision = 9
        card.subsystemVendor = 0x1AF4
        card.subsystem = 0x1100
        card.classCode = 0x020304
        card.capabilities = [
            Capability(identifier: 0x09, offset: 0x40, contents: [20, 1, 7, 7, 7, 7]),
            Capability(identifier: 0x09, offset: 0x50, contents: [20, 2, 0x11, 0x22, 0x33, 0x44]),
            Capability(identifier: 0x05, offset: 0x60, contents: [0x06, 0]),
            Capability(identifier: 0x11, offset: 0x70, contents: [4, 0, 3, 0, 0, 0, 3, 0x20, 0, 0]),
        ]
        return card
    }

    static func input(facts: [UInt64] = [6], choices: [UInt8] = [1]) -> StaticInput {
        var input = StaticInput()
        input.function = card
        input.windowByteCounts = [0x4000]
        input.facts = facts
        input.choices = choices
        return input
    }

    private func program(
        _ code: [UInt8], stage: [UInt8] = stage(), resultBitCount: UInt8 = 64, _ input: StaticInput = input()
    ) throws(MetabinaryError) -> Program {
        let image = try MetabinaryImage(Rules.image(code: code, resultBitCount: resultBitCount, stage: stage))
        let device = image.devices[0]
        return try image.evaluate(
            device.functions[0], input: input, regions: Rules.regions(of: device), clockFrequency: 1_000_000)
    }

    /// The number that code leaves, as the only thing that its program does.
    private func number(_ code: [UInt8]) throws -> UInt64 {
        let program = try program(code + [0x0B])
        #expect(program.items.count == 2)
        return program.items[0].immediate
    }

    // MARK: What each leaves

    static let values: [(code: [UInt8], value: UInt64)] = [
        ([0x40, 0], 6), ([0x42, 0], 1), ([0x02, 2, 0x41, 0], 90),
        // Discovery: identity, subsystem, class, messages, vectors, the window, two capabilities.
        ([0x43, 0], 0x1234), ([0x43, 1], 0x5678), ([0x43, 2], 9), ([0x43, 3], 0x1AF4), ([0x43, 4], 0x1100),
        ([0x43, 5], 0x020304), ([0x43, 6], 8), ([0x43, 7], 5), ([0x43, 8, 0], 0x4000),
        ([0x43, 9, 9, 3, 2, 4, 4], 0x4433_2211), ([0x43, 9, 9, 0, 0, 4, 2], 0x0707),
        // Arithmetic and comparisons.
        ([0x02, 7, 0x02, 6, 0x48], 42), ([0x02, 45, 0x02, 6, 0x49], 7), ([0x02, 45, 0x02, 6, 0x4A], 3),
        ([0x02, 5, 0x02, 5, 0x17], 1), ([0x02, 5, 0x02, 6, 0x17], 0), ([0x02, 5, 0x02, 6, 0x18], 1),
        ([0x02, 5, 0x02, 6, 0x19], 1), ([0x02, 6, 0x02, 6, 0x19], 0), ([0x02, 6, 0x02, 6, 0x1A], 1),
        // Control: an arm, the other arm, a run that adds up, none at all, what is forgotten.
        ([0x02, 1, 0x44, 4, 0x02, 8, 0x45, 2, 0x02, 9], 8), ([0x02, 0, 0x44, 4, 0x02, 8, 0x45, 2, 0x02, 9], 9),
        ([0x02, 1, 0x02, 9, 0x46, 2, 0x02, 3], 1), ([0x02, 1, 0x02, 0, 0x46, 2, 0x02, 3], 1),
        ([0x02, 1, 0x02, 2, 0x02, 3, 0x47, 1], 1),
    ]

    @Test(arguments: values.indices)
    func `each operation leaves its number, and no item`(row: Int) throws {
        #expect(try number(Self.values[row].code) == Self.values[row].value)
    }

    @Test func `a run begins with its number, and nested runs multiply`() throws {
        // Stores the product of the numbers of both loops to the table's third element, in each of 2 * 3 runs.
        let inner: [UInt8] = [0x03, 0, 0x03, 1, 0x48, 0x0F, 0, 2]
        let outer: [UInt8] = [0x02, 3, 0x46, UInt8(inner.count)] + inner
        let program = try program([0x02, 2, 0x46, UInt8(outer.count)] + outer + [0x02, 0, 0x0B])
        let constants = program.items.filter { $0.operation == .constant }.dropLast().map(\.immediate)
        #expect(constants == [0, 0, 0, 0, 1, 2])
        #expect(program.items.count { $0.operation == .store } == 6)
    }

    @Test func `a product with the device is a shift`() throws {
        for code: [UInt8] in [
            [0x0C, 0, 0x0A, 16, 0x09, 32, 0x02, 8, 0x48], [0x02, 8, 0x0C, 0, 0x0A, 16, 0x09, 32, 0x48],
        ] {
            let shift = try #require(
                try program(code + [0x0B], resultBitCount: 32).items.last { $0.operation == .shiftLeft })
            #expect(shift.immediate == 3)
        }
    }

    @Test func `loops and bounds take a fact`() throws {
        let loop = try program([0x40, 0, 0x4B, 0x20, 0x02, 0, 0x0B])
        #expect(loop.items.first { $0.operation == .loop }?.immediate == 6)
        let bound = try program([0x0C, 0, 0x40, 0, 0x4C, 2, 1, 0x02, 0, 0x0B])
        #expect(bound.text.contains("constant u32 4 "), "\(bound.text)")
    }

    @Test func `a fact is evaluated by code of its own`() throws {
        let image = try MetabinaryImage(Rules.image(stage: Self.stage(fact: [0x43, 2, 0x02, 2, 0x48])))
        let device = image.devices[0]
        let fact = device.facts[0]
        var budget = GenerationBudget()
        #expect(try image.evaluate(fact, of: device, input: Self.input(facts: []), budget: &budget) == 18)
        #expect(fact.lowest == 0 && fact.highest == 20 && fact.rule.line == 9)
        var other = Self.input(facts: [])
        other.function?.revision = 11
        let outside = #expect(throws: MetabinaryError.self) {
            try image.evaluate(fact, of: device, input: other, budget: &budget)
        }
        #expect(outside?.message.description == "evaluation: a fact lies outside of its range")
        other.function = nil
        let missing = #expect(throws: MetabinaryError.self) {
            try image.evaluate(fact, of: device, input: other, budget: &budget)
        }
        #expect(missing?.message.description == "evaluation: the machine does not tell")
    }

    // MARK: Code that lies

    private static let condition: [UInt8] = [0x0C, 0, 0x02, 0, 0x17]

    static let hostile: [(code: [UInt8], reason: MetabinaryError)] = [
        ([0x40, 1], .badIndex(at: start + 1)), ([0x02, 0, 0x41, 1], .badIndex(at: start + 3)),
        ([0x42, 1], .badIndex(at: start + 1)), ([0x43, 12], .badFact(at: start + 1)),
        ([0x43, 8, 1], .badIndex(at: start + 2)), ([0x43, 9, 9, 0, 0, 1, 4], .badWindow(at: start + 5)),
        ([0x43, 9, 9, 0, 0, 4, 3], .badWindow(at: start + 5)), ([0x43, 9, 9, 0, 0, 62, 4], .badWindow(at: start + 5)),
        ([0x02, 3, 0x41, 0], .pastTable(at: start + 2)), ([0x0C, 0, 0x41, 0], .notStatic(at: start + 2)),
        ([0x43, 9, 8, 0, 0, 4, 4], .factMissing(at: start)), ([0x0C, 0, 0x44, 0], .notStatic(at: start + 2)),
        ([0x0C, 0, 0x46, 0], .notStatic(at: start + 2)), ([0x44, 0], .stackTooShallow(at: start)),
        ([0x02, 0, 0x44, 1], .badSkip(at: start + 2)), ([0x45, 1], .badSkip(at: start)),
        ([0x45, 0x81, 0x20], .numberTooLarge(at: start + 1)),
        ([0x02, 1, 0x46, 3, 0x02, 0], .badSkip(at: start + 2)),
        // A skip out of the run that it is in, a run that takes what is not its own, one that leaves a block open.
        ([0x02, 2, 0x46, 2, 0x45, 1, 0x02, 0, 0x0B], .badSkip(at: start + 4)),
        ([0x02, 7, 0x02, 2, 0x46, 6, 0x0F, 0, 2, 0x0F, 0, 2, 0x0B], .wrongBlock(at: start + 12)),
        ([0x02, 2, 0x46, 2, 0x1D, 4, 0x20], .wrongBlock(at: start + 6)),
        ([0x1D, 4, 0x02, 2, 0x46, 1, 0x20, 0x02, 0, 0x0B], .wrongBlock(at: start + 7)),
        ([0x02, 2, 0x46, 3, 0x02, 1, 0x0B], .codeAfterReturn(at: start + 4)),
        ([0x02, 1, 0x47, 2], .stackTooShallow(at: start + 2)),
        ([0x02, 1, 0x1D, 4, 0x47, 0, 0x20], .stackTooShallow(at: start + 4)),
        ([0x02, 1, 0x02, 1, 0x46, 2, 0x47, 0], .stackTooShallow(at: start + 6)),
        ([0x02, 5, 0x02, 0, 0x49], .dividedByZero(at: start + 4)),
        ([0x02, 5, 0x02, 0, 0x4A], .dividedByZero(at: start + 4)),
        ([0x0C, 0, 0x02, 3, 0x49], .notStatic(at: start + 4)), ([0x0C, 0, 0x02, 3, 0x48], .notStatic(at: start + 4)),
        ([0x0C, 0, 0x0C, 0, 0x48], .notStatic(at: start + 4)), ([0x0C, 0, 0x02, 2, 0x48], .shiftTooFar(at: start + 4)),
        ([0x02] + [UInt8](repeating: 0xFF, count: 8) + [0x7F, 0x02, 4, 0x48], .valueTooWide(at: start + 12)),
        ([0x02, 0, 0x4B], .badCount(at: start + 2)), ([0x02, 0x81, 0x80, 0x04, 0x4B], .badCount(at: start + 4)),
        ([0x0C, 0, 0x02, 1, 0x4C, 2, 0], .badRange(at: start + 4)),
        ([0x02, 1, 0x02, 1, 0x4C, 0, 0], .staticCondition(at: start + 4)),
        // A run that puts another block in place of the one that it is in.
        (
            condition + [0x1B, 0x02, 2, 0x46, 11, 0x20, 0x02, 1, 0x02, 1] + condition + [0x1B, 0x20, 0x02, 0, 0x0B],
            .wrongBlock(at: start + 21)
        ),
        // For ever, and deep.
        ([0x02] + [0xFF, 0xFF, 0xFF, 0x7F] + [0x46, 2, 0x02, 1], .tooManySteps(at: start + 7, line: 7)),
        (
            Array((0..<17).map { [0x02, 1, 0x46, UInt8(68 - 4 * $0)] }.joined()) + [0x02, 0, 0x02, 0],
            .blocksTooDeep(at: start + 66)
        ),
    ]

    @Test(arguments: hostile.indices)
    func `code that lies is refused with its reason and place`(row: Int) {
        let (code, reason) = Self.hostile[row]
        let error = #expect(throws: MetabinaryError.self, "\(row)") { try program(code) }
        #expect(error == reason, "\(row)")
    }

    @Test func `tables of a stage that cannot be are refused`() {
        let probe: [UInt8] = [1, 0, 0, 0, 0, 0, 33, 0, 1, 9, 3, 0x02, 0, 0x0B]
        let rows: [(stage: [UInt8], reason: String)] = [
            (Self.stage(), "none"), ([2], "badFact"), ([1, 33], "numberTooLarge"),
            (Self.stage(choices: [1, 0, 9, 1]), "badChoice"), (Self.stage(choices: [1, 0, 9, 9]), "numberTooLarge"),
            (Self.stage(choices: [3, 0, 9, 8, 0, 9, 8, 0, 9, 2]), "badChoice"),
            // A fact that names itself, one with its range the wrong way round, one of a probe that is not there.
            (Self.stage(fact: [0x40, 0]), "badIndex"), (Self.stage(range: [20, 0]), "badFact"),
            ([1, 0, 0, 1, 0, 1, 9, 0, 20, 1, 0, 0, 0], "badFact"),
            ([1, 0, 0, 1, 0, 1, 9, 0, 20, 2, 0, 0, 0], "badFact"),
            (Self.stage(quantities: [1, 0, 0, 0]), "none"), (Self.stage(quantities: [1, 4, 0, 0]), "badQuantity"),
            (Self.stage(quantities: [1, 0, 3, 0]), "badIndex"), (Self.stage(quantities: [1, 0, 0, 1]), "badIndex"),
            // The size of state, and of a ring's slots, are what they are.
            (Self.stage(quantities: [1, 0, 2, 0]), "badQuantity"),
            (Self.stage(quantities: [1, 1, 0, 0]), "badQuantity"),
            (Self.stage(quantities: [1, 1, 1, 0]), "none"), (Self.stage(quantities: [1, 3, 2, 0]), "none"),
            (Self.stage(probes: probe), "none"), (Self.stage(probes: [1, 3] + probe.dropFirst(2)), "badProbe"),
            (Self.stage(probes: [1, 0, 2] + probe.dropFirst(3)), "badProbe"),
            (Self.stage(probes: [1, 0, 0, 0, 1, 0, 32] + probe.dropFirst(5)), "badProbe"),
            (Self.stage(probes: [1, 0, 0, 0, 0, 0, 32] + probe.dropFirst(7)), "badProbe"),
            (Self.stage(probes: [1, 1, 0, 1, 0, 7] + probe.dropFirst(3)), "badIndex"),
        ]
        for (row, (stage, reason)) in rows.enumerated() {
            var found = "none"
            do throws(MetabinaryError) { _ = try MetabinaryImage(Rules.image(stage: stage)) } catch {
                found = "\(error)"
            }
            #expect(found.hasPrefix(reason), "\(row): \(found)")
        }
    }

    @Test func `sizes that are facts are put in, and none is larger than stated`() throws {
        // Memory 0 is a ring of 64 bytes in slots of 16, memory 1 a pool of 64; cell 1 has 8 elements of 16 bits.
        let image = try MetabinaryImage(Rules.image(stage: Self.stage(quantities: [1, 0, 0, 0])))
        let device = image.devices[0]
        #expect(try device.resolved([32]).memories.map(\.byteCount) == [32, 64, 32])
        for wrong: UInt64 in [0, 20, 80] {
            #expect(throws: MetabinaryError.self, "\(wrong)") { try device.resolved([wrong]) }
        }
        let cells = try MetabinaryImage(Rules.image(stage: Self.stage(quantities: [1, 2, 1, 0]))).devices[0]
        let smaller = try cells.resolved([4])
        #expect(smaller.cells.map(\.count) == [1, 4, 1] && smaller.cells.map(\.offset) == cells.cells.map(\.offset))
        #expect(throws: MetabinaryError.self) { try cells.resolved([9]) }
        let masks = try MetabinaryImage(Rules.image(stage: Self.stage(quantities: [1, 3, 0, 0]))).devices[0]
        #expect(try masks.resolved([0x30]).cells[0].mask == 0x30)
        #expect(throws: MetabinaryError.self) { try masks.resolved([0x0F]) }
    }

    @Test func `random code of the static stage ends, with a program or a reason`() throws {
        let seed: UInt64 = 0x5EED
        var state = seed
        func next(_ limit: UInt64) -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state >> 33) % limit
        }
        let opcodes: [UInt8] = Opcode.allCases.map(\.rawValue)
        var programs = 0
        for round in 0..<3000 {
            var code: [UInt8] = []
            while code.count < 7 {
                code.append(opcodes[Int(next(UInt64(opcodes.count)))])
                for _ in 0..<next(3) { code.append(UInt8(next(8))) }
            }
            do throws(MetabinaryError) {
                let program = try program(code + [0x02, 0, 0x0B])
                #expect(program.defect == nil, "seed \(seed), round \(round): \(code)")
                programs += 1
            } catch {
                #expect(error.offset <= Self.start + code.count + 3, "seed \(seed), round \(round)")
            }
        }
        #expect(programs > 0)
    }
}
