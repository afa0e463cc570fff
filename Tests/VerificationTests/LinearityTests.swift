// The verifier's work grows with the code and no faster: instructions that this processor carries out while it
// verifies a function and one ten times as long are counted one by one, by the trap flag. System calls count as one.

import Encoding
import Hardware
import Program
import StepCounter
import Support
import Testing

@Suite struct LinearityTests {
    /// A function of so many equal parts: loads, a branch with two arms, a loop and a wait.
    private static func program(parts: Int) throws -> ProvenProgram {
        var program = Program(result: .void)
        program.regions = ProvenProgram.regions
        program.origins = [Origin(line: 1, facts: .identity)]
        func add(
            _ operation: Operation, _ type: ValueType = .void, _ left: Int? = nil, _ right: Int? = nil,
            immediate: UInt64 = 0, region: UInt8 = 0
        ) -> Int {
            let reference = { (index: Int?) in index.map { ItemReference(rawValue: UInt32($0)) } ?? .none }
            program.items.append(
                Item(
                    operation, type, left: reference(left), right: reference(right), immediate: immediate,
                    region: region, origin: 0))
            return program.items.count - 1
        }
        for part in 0..<parts {
            let offset = UInt64(part % 32) * 8
            let number = add(.load, .u32, immediate: offset)
            let bound = add(.constant, .u32, immediate: 32)
            let isSmall = add(.below, .boolean, number, bound)
            _ = add(.ifTrue, .void, isSmall)
            let index = add(.shiftLeft, .u32, number, immediate: 3)
            _ = add(.store, .u32, index, bound, region: 1)
            _ = add(.otherwise)
            _ = add(.store, .u32, nil, number, immediate: offset, region: 2)
            _ = add(.end)
            let count = add(.loop, .u32, immediate: 8)
            _ = add(.store, .u32, nil, count, immediate: offset, region: 1)
            _ = add(.end)
            _ = add(.wait, immediate: 1000)
            let status = add(.load, .u32, immediate: offset)
            _ = add(.until, .void, add(.truncate, .boolean, status))
            _ = add(.returnValue)
            _ = add(.end)
        }
        _ = add(.returnValue)
        return try ProvenProgram(program, parameters: [])
    }

    /// Instructions for one look.
    private static func steps(_ body: () -> Void) -> UInt64 {
        withoutActuallyEscaping(body) { body in
            withUnsafePointer(to: body) { pointer in
                step_counter_run(
                    { context in context?.assumingMemoryBound(to: (() -> Void).self).pointee() },
                    UnsafeMutableRawPointer(mutating: pointer))
            }
        }
    }

    @Test(.enabled(if: TestSize.isOptimized))
    func `a function ten times as long takes at most twelve times the instructions`() throws {
        let parts = 2
        let counts = try [parts, 10 * parts].map { parts in
            let program = try Self.program(parts: parts)
            let evidence = try program.evidence()
            // Once before, so that nothing is set up while it counts.
            try program.verify(evidence)
            var isAccepted = false
            let steps = Self.steps { isAccepted = (try? program.verify(evidence)) != nil }
            #expect(isAccepted)
            return (steps: steps, byteCount: program.function.bytes.count)
        }
        print("verification: \(counts[0]) and \(counts[1])")
        #expect(counts[0].steps > 1000)
        #expect(counts[1].steps <= 12 * counts[0].steps, "\(counts)")
    }
}
