// Generated functions run in the test process, on this processor, and are compared with the meaning of their programs.
// The programs are random; a failure prints seed and number, the program and its assembly.

import Encoding
import Foundation
import Hardware
import Interpretation
import Program
import Support
import Testing

@Suite struct NativeExecutionTests {
    /// Programs a seed.
    private static let programCount =
        ProcessInfo.processInfo.environment["METAOS_PROGRAMS"].flatMap { Int($0) } ?? 150

    private static func explanation(_ program: Program, _ function: EncodedFunction?) -> String {
        var text: [UInt8] = []
        ProgramPrinter(program, regionNames: []).print(into: &text)
        for instruction in function?.instructions ?? [] {
            AssemblyPrinter().print(instruction.instruction, into: &text)
            text.write("\n")
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Programs of one kind, run natively and by their meaning; stops at the first that differs.
    private func compare(seed: UInt64, withBlocks: Bool) throws {
        let memory = NativeMemory(seed: seed)
        let capstone = Capstone()
        var programs = RandomPrograms(seed: seed, regions: memory.regions)
        var withoutRegisters = 0
        var expirations = 0
        for number in 0..<Self.programCount {
            let program = withBlocks ? programs.nextWithBlocks(itemLimit: 80) : programs.next(itemLimit: 60)
            let arguments = RandomPrograms.argumentTypes.map { programs.generator.next() & $0.mask }
            var problem: String?
            var placed: EncodedFunction?
            do {
                try ProgramChecker.check(program)
                let encoded = try Encoder().encode(program)
                var meaning = ProgramInterpreter(program, arguments: arguments)
                var left = RegionBytes(memory.contents)
                let expected = meaning.run(over: &left)
                expirations += meaning.expirationCount
                let function = try encoded.placed(at: memory.entry, regions: memory.regions)
                placed = function
                problem = self.problem(program, encoded, function, meaning.accesses, capstone)
                if problem == nil {
                    let result = memory.run(function.bytes, arguments: arguments)
                    problem = expected.difference(fromResult: result, of: program)
                    if memory.remains != left.contents { problem = "leaves other memory behind" }
                }
            } catch EncodingError.outOfRegisters {
                withoutRegisters += 1
            } catch {
                problem = "\(error)"
            }
            if let problem {
                Issue.record(
                    """
                    seed \(seed), program \(number): \(problem); arguments \(arguments)
                    \(Self.explanation(program, placed))
                    """)
                return
            }
        }
        // A few programs may keep more values alive than there are registers; most must not.
        #expect(withoutRegisters * 5 < Self.programCount, "seed \(seed)")
        if withBlocks, Self.programCount >= 100 { #expect(expirations > 0, "seed \(seed)") }
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `random programs return what they mean`(seed: UInt64) throws {
        try compare(seed: seed, withBlocks: false)
    }

    @Test(arguments: [4, 5, 6, 7] as [UInt64])
    func `random programs with blocks return what they mean and leave the memory that they mean`(
        seed: UInt64
    ) throws {
        try compare(seed: seed, withBlocks: true)
    }

    /// A branch of each condition across an arm that is too long for a short one.
    private static func longBranches(_ regions: [Region]) -> [Program] {
        let operations = [Operation.equal, .notEqual, .unsignedLess, .unsignedLessOrEqual]
        return operations.flatMap { operation in
            [(UInt16(0), UInt16(1)), (1, 0)].map { left, right in
                var program = Program(result: .void)
                program.regions = regions
                program.origins = [Origin(line: 1, facts: .identity)]
                program.items = [
                    Item(.parameter, .u32, origin: 0), Item(.constant, .u32, immediate: 7, origin: 0),
                    Item(
                        operation, .boolean, left: ItemReference(rawValue: left), right: ItemReference(rawValue: right),
                        origin: 0),
                    Item(.ifTrue, .void, left: ItemReference(rawValue: 2), origin: 0),
                ]
                let store = Item(.store, .u32, left: ItemReference(0), right: ItemReference(0), origin: 0)
                program.items += [Item](repeating: store, count: 30)
                program.items += [Item(.end, .void, origin: 0), Item(.returnValue, .void, origin: 0)]
                return program
            }
        }
    }

    /// Shifts of 64 bits by one, and a test of the register that carries the result.
    private static func rareShapes(_ regions: [Region]) -> [Program] {
        var shifts = Program(result: .u64)
        shifts.items = [
            Item(.load, .u64, origin: 0),
            Item(.shiftLeft, .u64, left: ItemReference(rawValue: 0), immediate: 1, origin: 0),
            Item(.shiftRight, .u64, left: ItemReference(rawValue: 1), immediate: 1, origin: 0),
            Item(.returnValue, .u64, left: ItemReference(rawValue: 2), origin: 0),
        ]
        var test = Program(result: .u32)
        test.items = [
            Item(.load, .u32, origin: 0), Item(.constant, .u32, immediate: 0x1234_5678, origin: 0),
            Item(.and, .u32, left: ItemReference(rawValue: 0), right: ItemReference(rawValue: 1), origin: 0),
            Item(.constant, .u32, origin: 0),
            Item(.equal, .boolean, left: ItemReference(rawValue: 2), right: ItemReference(rawValue: 3), origin: 0),
            Item(.ifTrue, .void, left: ItemReference(rawValue: 4), origin: 0),
            Item(.returnValue, .u32, left: ItemReference(rawValue: 0), origin: 0), Item(.end, .void, origin: 0),
            Item(.returnValue, .u32, left: ItemReference(rawValue: 3), origin: 0),
        ]
        // Masks of 64 bits that an immediate can say, of one byte and of four.
        var masks = Program(result: .u64)
        masks.items = [
            Item(.load, .u64, origin: 0), Item(.constant, .u64, immediate: ~0xF, origin: 0),
            Item(.and, .u64, left: ItemReference(rawValue: 0), right: ItemReference(rawValue: 1), origin: 0),
            Item(.constant, .u64, immediate: ~0xFFFF, origin: 0),
            Item(.and, .u64, left: ItemReference(rawValue: 0), right: ItemReference(rawValue: 3), origin: 0),
            Item(.add, .u64, left: ItemReference(rawValue: 2), right: ItemReference(rawValue: 4), origin: 0),
            Item(.returnValue, .u64, left: ItemReference(rawValue: 5), origin: 0),
        ]
        // A byte of memory against a bound.
        var bytes = Program(result: .u8)
        bytes.items = [
            Item(.load, .u8, origin: 0), Item(.constant, .u8, immediate: 0x90, origin: 0),
            Item(.unsignedLess, .boolean, left: ItemReference(0), right: ItemReference(1), origin: 0),
            Item(.ifTrue, .void, left: ItemReference(2), origin: 0),
            Item(.returnValue, .u8, left: ItemReference(1), origin: 0), Item(.end, .void, origin: 0),
            Item(.constant, .u8, origin: 0), Item(.returnValue, .u8, left: ItemReference(6), origin: 0),
        ]
        return [shifts, test, masks, bytes].map { program in
            var program = program
            program.regions = regions
            program.origins = [Origin(line: 1, facts: .identity)]
            return program
        }
    }

    @Test func `random programs and long branches use every form of the table`() throws {
        let memory = NativeMemory(seed: 15)
        var programs = RandomPrograms(seed: 15, regions: memory.regions + [PortMachine.ports])
        var unused = Set(InstructionForm.table)
        func use(_ program: Program) {
            guard let function = try? Encoder().encode(program) else { return }
            for instruction in function.instructions {
                if let form = InstructionForm.serving(instruction.instruction) { unused.remove(form) }
            }
        }
        for program in Self.longBranches(memory.regions) + Self.rareShapes(memory.regions) {
            try ProgramChecker.check(program)
            use(program)
        }
        for number in 0..<1200 where !unused.isEmpty {
            use(number % 4 == 0 ? programs.nextWithBlocks(itemLimit: 80) : programs.next(itemLimit: 60))
        }
        let words = unused.map { "\($0.mnemonic) \($0.destination), \($0.source)" }
        #expect(words.isEmpty, "seed 15")
    }

    /// What is wrong with the code as it is written, before it runs.
    private func problem(
        _ program: Program, _ encoded: EncodedFunction, _ placed: EncodedFunction,
        _ accesses: [ProgramAccess], _ capstone: Capstone
    ) -> String? {
        let decoded = capstone.decode(placed.bytes)
        guard decoded.count == placed.instructions.count else { return "Capstone sees other instructions" }
        var offset = 0
        for (ours, theirs) in zip(placed.instructions, decoded) {
            let text = Capstone.text(of: ours.instruction, at: offset, byteCount: theirs.byteCount)
            guard ours.offset == offset, text == theirs.text else {
                return "Capstone sees \(theirs.text) at \(offset), not \(text)"
            }
            offset += theirs.byteCount
        }
        guard offset == placed.bytes.count else { return "Capstone does not see all bytes" }
        // One instruction an access, in the program's order, and none missing of those that run.
        let items = encoded.instructions.filter {
            $0.instruction.mnemonic != .lea && $0.instruction.destination.isMemory != $0.instruction.source.isMemory
        }.map(\.item)
        guard zip(items, items.dropFirst()).allSatisfy({ $0 < $1 }) else { return "accesses are out of order" }
        for item in items where ![.load, .store].contains(program.items[item].operation) {
            return "an access that is not the program's"
        }
        for relocation in encoded.relocations {
            let encoded = encoded.instructions[relocation.instruction]
            guard encoded.instruction.memory.isMemory else { continue }
            guard relocation.region == Int(program.items[encoded.item].region) else { return "another region" }
        }
        guard Set(accesses.map(\.item)).isSubset(of: items) else { return "an access is missing" }
        return nil
    }
}
