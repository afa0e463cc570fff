// Programs that mix ports, memory, waits and loops, run in Unicorn and compared with their meaning: results, what is left
// in memory and ports, and every access in its order. A failure prints seed and number, program and assembly.

import Encoding
import Foundation
import Interpretation
import Program
import Support
import Testing

@Suite struct PortExecutionTests {
    /// Programs a seed.
    private static let programCount =
        ProcessInfo.processInfo.environment["METAOS_PROGRAMS"].flatMap { Int($0) } ?? 120

    private static func explanation(_ program: Program, _ function: EncodedFunction?) -> String {
        var text: [UInt8] = []
        ProgramPrinter(program, regionNames: []).print(into: &text)
        for instruction in function?.instructions ?? [] {
            AssemblyPrinter().print(instruction.instruction, into: &text)
            text.write("\n")
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// What the code does that the program does not mean; `nil` where nothing is.
    private static func problem(
        _ program: Program, _ function: EncodedFunction, _ arguments: [UInt64], _ machine: PortMachine
    ) throws -> String? {
        var meaning = ProgramInterpreter(program, arguments: arguments)
        var left = RegionBytes(machine.contents)
        let expected = meaning.run(over: &left)
        let result = try machine.run(function.bytes, arguments: arguments)
        if let difference = expected.difference(fromResult: result, of: program) { return difference }
        if try machine.remains() != left.contents { return "leaves other memory or ports behind" }
        // How often a wait looks before its time is over is no business of the program.
        if meaning.expirationCount == 0, machine.accesses != machine.accesses(meant: meaning, program) {
            return "accesses \(machine.accesses)"
        }
        return nil
    }

    @Test(arguments: [21, 22, 23, 24] as [UInt64])
    func `random programs with ports return what they mean and access what they mean`(seed: UInt64) throws {
        let machine = try PortMachine(functionCount: Self.programCount, seed: seed)
        var programs = RandomPrograms(seed: seed, regions: machine.regions)
        programs.favoursPorts = true
        var (withoutRegisters, accesses, waits) = (0, 0, 0)
        for number in 0..<Self.programCount {
            let program = number % 3 == 0 ? programs.next(itemLimit: 60) : programs.nextWithBlocks(itemLimit: 80)
            let arguments = RandomPrograms.argumentTypes.map { programs.generator.next() & $0.mask }
            var problem: String?
            var placed: EncodedFunction?
            do {
                try ProgramChecker.check(program)
                let encoded = try Encoder().encode(program)
                let function = try encoded.placed(at: machine.entry, regions: machine.regions)
                placed = function
                if function.blocks.contains(where: { if case .clock = $0.kind { true } else { false } }) { waits += 1 }
                problem = try Self.problem(program, function, arguments, machine)
                accesses += machine.accesses.count { $0.place < 1 << 16 }
            } catch EncodingError.outOfRegisters {
                withoutRegisters += 1
            } catch {
                problem = "\(error)"
            }
            guard let problem else { continue }
            Issue.record(
                """
                seed \(seed), program \(number): \(problem); arguments \(arguments)
                \(Self.explanation(program, placed))
                """)
            return
        }
        #expect(withoutRegisters * 4 < Self.programCount, "seed \(seed)")
        #expect(accesses * 2 > Self.programCount, "seed \(seed)")
        #expect(waits * 20 > Self.programCount, "seed \(seed)")
    }
}
