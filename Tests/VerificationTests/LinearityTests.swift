// The verifier's work grows with the code and no faster. What is counted is the verifier's own steps, not a processor's
// instructions: instructions that it decodes and claims that it compares; each of them is bounded.

import Testing

@testable import Verification

@Suite struct LinearityTests {
    /// What the verifier does for a function that it accepts.
    private static func work(_ program: ProvenProgram) throws -> Int {
        let function = CodeFunction(
            offset: 0, byteCount: program.function.bytes.count, parameters: [], evidence: try program.evidence())
        let check = FunctionCheck(
            function, 0, in: program.function.bytes, at: ProvenProgram.entry, try GrantTable(ProvenProgram.grants))
        try check.run()
        return check.work
    }

    @Test func `a function ten times as long takes at most twelve times the work`() throws {
        for parts in [4, 10] {
            let short = try RepeatedProgram.program(parts: parts)
            let long = try RepeatedProgram.program(parts: 10 * parts)
            #expect(long.function.bytes.count > 9 * short.function.bytes.count)
            let counts = (short: try Self.work(short), long: try Self.work(long))
            #expect(counts.short > short.function.instructions.count)
            #expect(counts.long <= 12 * counts.short, "\(counts)")
        }
    }

    /// As many blocks as there are jumps, each with a claim for every register that a function has.
    @Test func `evidence cannot make the work grow faster than the code`() throws {
        let counts = try [100, 1000].map { count in
            let code = [UInt8]((0..<count).flatMap { _ in [0xEB, 0x00] as [UInt8] }) + [0xC3]
            let claims: [UInt8] = [1, 2, 6, 7, 8, 9]
            var evidence = Evidence()
            for block in 1...count {
                evidence.blocks.append(
                    BlockClaim(offset: UInt32(2 * block), kind: .join, firstClaim: UInt32(evidence.claims.count)))
                evidence.claims += claims.map { RegisterClaim(register: $0, range: .anything) }
            }
            let function = CodeFunction(
                offset: 0, byteCount: code.count, parameters: [ValueRange](repeating: .anything, count: 6),
                evidence: evidence)
            let check = FunctionCheck(function, 0, in: code, at: ProvenProgram.entry, try GrantTable([]))
            try check.run()
            return check.work
        }
        #expect(counts[1] <= 11 * counts[0], "\(counts)")
    }
}
