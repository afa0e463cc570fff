// Generated functions run in the test process, on this processor, and are compared with the meaning of their programs.
// The programs are random; a failure prints seed and number, the program and its assembly.

import Encoding
import Hardware
import Program
import Testing

@Suite struct NativeExecutionTests {
    #if DEBUG
        private static let programCount = 300
    #else
        private static let programCount = 20_000
    #endif

    private static func explanation(_ program: Program, _ function: EncodedFunction?) -> String {
        var text: [UInt8] = []
        ProgramPrinter(program, regionNames: []).print(into: &text)
        for instruction in function?.instructions ?? [] {
            AssemblyPrinter().print(instruction.instruction, into: &text)
            text.write("\n")
        }
        return String(decoding: text, as: UTF8.self)
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `random programs return what they mean`(seed: UInt64) throws {
        let memory = NativeMemory(seed: seed)
        let capstone = Capstone()
        var programs = RandomPrograms(seed: seed, regions: memory.regions)
        var withoutRegisters = 0
        for number in 0..<Self.programCount {
            let program = programs.next(itemLimit: 60)
            try ProgramChecker.check(program)
            guard let encoded = try? encode(program) else {
                withoutRegisters += 1
                continue
            }
            let placed = try encoded.placed(at: memory.entry, regions: memory.regions)
            let expected = ReferenceInterpreter.run(program, memory: memory.contents)
            let problem = problem(program, encoded, placed, expected.loads, capstone)
            let result = problem == nil ? memory.run(placed.bytes) : 0
            if problem != nil || program.result != .void && result != expected.result {
                Issue.record(
                    """
                    seed \(seed), program \(number): \(problem ?? "returns \(result), means \(expected.result)")
                    \(Self.explanation(program, placed))
                    """)
                return
            }
        }
        // A few programs may keep more values alive than there are registers; most must not.
        #expect(withoutRegisters * 100 < Self.programCount)
    }

    @Test func `random programs use every form of the table`() {
        let memory = NativeMemory(seed: 15)
        var programs = RandomPrograms(seed: 15, regions: memory.regions)
        var unused = Set(InstructionForm.table)
        for _ in 0..<1000 where !unused.isEmpty {
            guard let function = try? encode(programs.next(itemLimit: 60)) else { continue }
            for instruction in function.instructions {
                if let form = InstructionForm.serving(instruction.instruction) { unused.remove(form) }
            }
        }
        #expect(unused.isEmpty, "seed 15")
    }

    /// What is wrong with the code as it is written, before it runs.
    private func problem(
        _ program: Program, _ encoded: EncodedFunction, _ placed: EncodedFunction, _ loads: [Item], _ capstone: Capstone
    ) -> String? {
        let decoded = capstone.decode(placed.bytes)
        guard decoded.count == placed.instructions.count else { return "Capstone sees other instructions" }
        var offset = 0
        for (ours, theirs) in zip(placed.instructions, decoded) {
            var text: [UInt8] = []
            AssemblyPrinter().print(ours.instruction, into: &text)
            guard ours.offset == offset, String(decoding: text, as: UTF8.self) == theirs.text else {
                return "Capstone sees \(theirs.text) at \(offset)"
            }
            offset += theirs.byteCount
        }
        guard offset == placed.bytes.count else { return "Capstone does not see all bytes" }
        let places = encoded.relocations.map { [UInt64($0.region), $0.addend] }
        guard places == loads.map({ [UInt64($0.region), $0.immediate] }) else {
            return "loads are not those of the program"
        }
        return nil
    }
}
