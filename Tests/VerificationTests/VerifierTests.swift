// What the verifier says of a driver as a whole, of grants and of evidence that is not well formed, written here by
// hand.

import Testing
import Verification

@Suite struct VerifierTests {
    private func reason(
        _ code: [UInt8], _ functions: [(offset: Int, byteCount: Int)], at address: UInt64 = 0x4000_0000,
        parameterCount: Int = 0, _ grants: [Grant] = []
    ) -> VerificationError.Reason? {
        do throws(VerificationError) {
            let functions = functions.map {
                CodeFunction(
                    offset: $0.offset, byteCount: $0.byteCount,
                    parameters: [ValueRange](repeating: .anything, count: parameterCount), evidence: Evidence())
            }
            try Verifier().verify(code, at: address, functions, grants)
            return nil
        } catch {
            return error.reason
        }
    }

    @Test func `a return between int3 is accepted`() {
        #expect(reason([0xC3, 0xCC, 0xCC, 0xC3, 0xCC], [(0, 1), (3, 1)]) == nil)
    }

    @Test func `a byte between functions that is not int3 is refused`() {
        #expect(reason([0xC3, 0x90, 0xC3], [(0, 1), (2, 1)]) == .paddingNotInt3)
        #expect(reason([0xC3, 0xCC, 0x00], [(0, 1)]) == .paddingNotInt3)
        #expect(reason([0x90, 0xC3], [(1, 1)]) == .paddingNotInt3)
        #expect(reason([0xC3], []) == .paddingNotInt3)
    }

    @Test func `functions that overlap, are empty or stand outside the code are refused`() {
        #expect(reason([0xC3, 0xC3], [(0, 2), (1, 1)]) == .unreachable)
        #expect(reason([0xC3, 0xC3], [(0, 1), (0, 1)]) == .functionsOutOfOrder)
        #expect(reason([0xC3, 0xC3], [(1, 1), (0, 1)]) == .paddingNotInt3)
        #expect(reason([0xCC, 0xC3], [(1, 1), (0, 1)]) == .functionsOutOfOrder)
        // PAUSE, RET; the second function begins in the first.
        #expect(reason([0xF3, 0x90, 0xC3], [(0, 3), (2, 1)]) == .functionsOutOfOrder)
        #expect(reason([0xC3], [(0, 0)]) == .functionsOutOfOrder)
        #expect(reason([0xC3], [(0, 2)]) == .functionsOutOfOrder)
        #expect(reason([0xC3], [(0, -1)]) == .functionsOutOfOrder)
        #expect(reason([0xC3], [(-1, 1)]) == .functionsOutOfOrder)
        #expect(reason([0xC3], [(2, 1)]) == .functionsOutOfOrder)
        #expect(reason([0xC3], [(0, 1)], parameterCount: 6) == nil)
        #expect(reason([0xC3], [(0, 1)], parameterCount: 7) == .functionsOutOfOrder)
    }

    @Test func `a jump from one function into another is refused`() {
        #expect(reason([0xEB, 0x00, 0xC3], [(0, 2), (2, 1)]) == .noBlockAtTarget)
    }

    @Test func `code past the limit or past the last address is refused`() {
        let code = [UInt8](repeating: 0xCC, count: Verifier.byteCountLimit)
        #expect(reason(code, []) == nil)
        #expect(reason(code + [0xCC], []) == .tooLong)
        #expect(reason([0xC3], [(0, 1)], at: .max - 1) == nil)
        #expect(reason([0xC3], [(0, 1)], at: .max) == .tooLong)
    }

    // MARK: Grants

    private func grant(
        _ space: Grant.Space = .memory, at start: UInt64 = 0x5000_0000, byteCount: UInt64 = 4, element: UInt64 = 4,
        isWhole: Bool = true, isPrivate: Bool = false, _ limits: [Limit] = []
    ) -> Grant {
        Grant(
            name: [], space: space, start: start, byteCount: byteCount, rights: .read, elementByteCount: element,
            isWhole: isWhole, isPrivate: isPrivate, limits: limits)
    }

    private func reason(_ grants: Grant...) -> VerificationError.Reason? {
        reason([0xC3], [(0, 1)], at: 0x4000_0000, grants)
    }

    @Test func `grants out of order or over one another are refused`() {
        #expect(reason(grant(at: 0x100), grant(at: 0x104)) == nil)
        #expect(reason(grant(at: 0x100, byteCount: 8), grant(at: 0x104)) == .grantsOutOfOrder)
        #expect(reason(grant(at: 0x104), grant(at: 0x100)) == .grantsOutOfOrder)
        #expect(reason(grant(at: 0x100), grant(at: 0x100)) == .grantsOutOfOrder)
        #expect(reason(grant(at: 0x100), grant(.ports, at: 0x100)) == nil)
        #expect(reason(grant(.ports, at: 0x100), grant(at: 0x200)) == .grantsOutOfOrder)
        #expect(reason(grant(at: 0x200), grant(.ports, at: 0x100), grant(.configuration, at: 0)) == nil)
        #expect(reason(grant(.configuration, at: 0x100), grant(.ports, at: 0x200)) == .grantsOutOfOrder)
        #expect(reason(grant(.configuration, at: 0x100), grant(at: 0x200)) == .grantsOutOfOrder)
        #expect(reason(grant(.ports, at: 0x100), grant(.ports, at: 0x104)) == nil)
        #expect(reason(grant(.ports, at: 0x100), grant(.ports, at: 0x100)) == .grantsOutOfOrder)
    }

    @Test func `grants that mean nothing are refused`() {
        #expect(reason(grant()) == nil)
        #expect(reason(grant(byteCount: 0)) == .malformedGrant)
        #expect(reason(grant(element: 0)) == .malformedGrant)
        #expect(reason(grant(byteCount: 12, element: 12)) == .malformedGrant)
        #expect(reason(grant(byteCount: 6)) == .malformedGrant)
        #expect(reason(grant(at: 0x102)) == .malformedGrant)
        #expect(reason(grant(at: .max - 7, byteCount: 8)) == .malformedGrant)
        #expect(reason(grant(at: .max - 11, byteCount: 8)) == nil)
        #expect(reason(grant(at: .max - 3)) == .malformedGrant)
        #expect(reason(grant(at: 0, byteCount: 1 << 61, element: 1 << 61)) == .malformedGrant)
        #expect(reason(grant(isWhole: false, isPrivate: true)) == .malformedGrant)
        #expect(reason(grant(.ports, at: 0xFFFC)) == nil)
        #expect(reason(grant(.ports, at: 0xFFFC, byteCount: 8)) == .malformedGrant)
        #expect(reason(grant(.ports, at: 0x1_0000)) == .malformedGrant)
        #expect(reason(grant(.ports, at: 0x2_0000)) == .malformedGrant)
        #expect(reason(grant(.configuration, at: 0xFF_FFFC)) == nil)
        #expect(reason(grant(.configuration, at: 0xFF_FFFC, byteCount: 8)) == .malformedGrant)
        #expect(reason(grant(.configuration, at: 0x100_0000)) == .malformedGrant)
    }

    @Test func `a value that waits for what no register holds means nothing`() {
        func reason(
            _ place: UInt64 = 0x200, told: ValueRange = ValueRange(1), range: ValueRange = ValueRange(1),
            premiseCount: Int = 1, beside other: Grant
        ) -> VerificationError.Reason? {
            let premise = Limit.Premise(place: place, told: told)
            let sequel = Limit.Sequel(
                range: range, premises: [Limit.Premise](repeating: premise, count: premiseCount))
            let limit = Limit(firstBit: 0, bitCount: 32, range: ValueRange(0), sequels: [sequel])
            return self.reason(grant(at: 0x100, [limit]), other)
        }
        let nothing = ValueRange(low: 1, high: 0)
        #expect(reason(beside: grant(at: 0x200)) == nil)
        #expect(reason(told: nothing, beside: grant(at: 0x200)) == .malformedGrant)
        #expect(reason(range: nothing, beside: grant(at: 0x200)) == .malformedGrant)
        #expect(reason(premiseCount: 0, beside: grant(at: 0x200)) == .malformedGrant)
        #expect(reason(beside: grant(at: 0x300)) == .malformedGrant)
        #expect(reason(beside: grant(.ports, at: 0x200)) == .malformedGrant)
        #expect(reason(0x204, beside: grant(at: 0x200, byteCount: 8)) == nil)
        #expect(reason(0x202, beside: grant(at: 0x200, byteCount: 8)) == .malformedGrant)
        #expect(reason(beside: grant(at: 0x200, isWhole: false)) == .malformedGrant)
        #expect(reason(beside: grant(at: 0x200, isPrivate: true)) == .malformedGrant)
        var holding = grant(at: 0x200)
        holding.voids = true
        #expect(reason(beside: holding) == nil)
        holding.select = 0x100
        #expect(reason(beside: holding) == .malformedGrant)
    }

    @Test func `registers behind others are single ones, behind one that takes their number`() {
        func reason(
            _ select: UInt64? = 0x200, at start: UInt64 = 0x100, byteCount: UInt64 = 4, isWhole: Bool = true,
            beside other: Grant? = nil, behind: Grant? = nil
        ) -> VerificationError.Reason? {
            var data = grant(at: start, byteCount: byteCount, isWhole: isWhole)
            data.select = select
            let both = [data, other ?? grant(at: 0x200)].sorted { $0.start < $1.start }
            let place = Grant.place(ofSelected: 7, behind: start)
            return self.reason(
                [0xC3], [(0, 1)], at: 0x4000_0000, both + [behind ?? grant(.selected, at: place)])
        }
        #expect(reason() == nil)
        #expect(reason(0x204) == .malformedGrant)
        #expect(reason(0x202) == .malformedGrant)
        #expect(reason(0x100) == .malformedGrant)
        #expect(reason(byteCount: 8) == .malformedGrant)
        #expect(reason(isWhole: false) == .malformedGrant)
        #expect(reason(at: 1 << 44) == .malformedGrant)
        #expect(reason(beside: grant(at: 0x200, isPrivate: true)) == .malformedGrant)
        #expect(reason(beside: grant(at: 0x200, isWhole: false)) == .malformedGrant)
        #expect(reason(0x204, beside: grant(at: 0x200, byteCount: 8)) == nil)
        var further = grant(.selected, at: Grant.place(ofSelected: 7, behind: 0x100))
        further.select = further.start
        #expect(reason(behind: further) == .malformedGrant)
        #expect(reason(behind: grant(.selected, at: 1 << 44, byteCount: 8)) == .malformedGrant)
        #expect(reason(behind: grant(.selected, at: 1 << 60)) == .malformedGrant)
    }

    @Test func `what a store of a value that waits costs the verifier is bounded`() {
        func reason(registers: UInt64, sequels: Int, premises: Int) -> VerificationError.Reason? {
            let told = (0..<premises).map {
                Limit.Premise(place: 0x200 + 4 * (UInt64($0) % registers), told: ValueRange(1))
            }
            let sequel = Limit.Sequel(range: ValueRange(1), premises: told)
            let limit = Limit(
                firstBit: 0, bitCount: 32, range: ValueRange(0),
                sequels: [Limit.Sequel](repeating: sequel, count: sequels))
            // The first half by themselves, the second as one array.
            let half = registers / 2
            let single = (0..<half).map { grant(at: 0x200 + 4 * $0) }
            let array = grant(at: 0x200 + 4 * half, byteCount: 4 * (registers - half))
            return self.reason([0xC3], [(0, 1)], at: 0x4000_0000, [grant(at: 0x100, [limit])] + single + [array])
        }
        #expect(reason(registers: 64, sequels: 8, premises: 64) == nil)
        #expect(reason(registers: 65, sequels: 1, premises: 65) == .malformedGrant)
        #expect(reason(registers: 64, sequels: 8, premises: 65) == .malformedGrant)
    }

    @Test func `the ports of configuration space are no ports that can be granted`() {
        for (start, byteCount) in [(0xCF8, 4), (0xCFC, 4), (0xCF4, 8), (0xCF0, 16), (0xC00, 0x200)]
            as [(UInt64, UInt64)]
        {
            #expect(reason(grant(.ports, at: start, byteCount: byteCount)) == .malformedGrant)
        }
        #expect(reason(grant(.ports, at: 0xCF4), grant(.ports, at: 0xD00)) == nil)
    }

    @Test func `the port that selects is written where some place of configuration space is granted, and nowhere else`()
    {
        // MOV EAX, 0x80001800; MOV EDX, 0xCF8; OUT DX, EAX; RET.
        let code: [UInt8] = [0xB8, 0x00, 0x18, 0x00, 0x80, 0xBA, 0xF8, 0x0C, 0x00, 0x00, 0xEF, 0xC3]
        #expect(reason(code, [(0, code.count)], [grant(.configuration, at: 0x1800)]) == nil)
        #expect(reason(code, [(0, code.count)], [grant(.ports, at: 0x1800)]) == .outsideGrants)
        #expect(reason(code, [(0, code.count)], []) == .outsideGrants)
    }

    private func reason(element: UInt64 = 16, limit firstBit: UInt16, _ bitCount: UInt8) -> VerificationError.Reason? {
        let limit = Limit(firstBit: firstBit, bitCount: bitCount, range: .anything)
        return reason(grant(byteCount: 16, element: element, [limit]))
    }

    @Test func `limits outside their element or across two groups of bits are refused`() {
        #expect(reason(limit: 64, 64) == nil)
        #expect(reason(limit: 0, 0) == .malformedGrant)
        #expect(reason(limit: 0, 65) == .malformedGrant)
        #expect(reason(limit: 32, 33) == .malformedGrant)
        #expect(reason(limit: 128, 1) == .malformedGrant)
        #expect(reason(element: 4, limit: 24, 9) == .malformedGrant)
        #expect(reason(element: 4, limit: 24, 8) == nil)
        let empty = Limit(firstBit: 0, bitCount: 8, range: ValueRange(low: 1, high: 0))
        #expect(reason(grant(element: 4, [empty])) == .malformedGrant)
    }

    @Test func `limits over each other, or in another order than that of their bits, are refused`() {
        func reason(_ bits: (UInt16, UInt8)...) -> VerificationError.Reason? {
            self.reason(
                grant(byteCount: 16, element: 16, bits.map { Limit(firstBit: $0.0, bitCount: $0.1, range: .anything) }))
        }
        #expect(reason((0, 8), (8, 8), (64, 64)) == nil)
        #expect(reason((0, 9), (8, 8)) == .malformedGrant)
        #expect(reason((0, 64), (0, 64)) == .malformedGrant)
        #expect(reason((8, 8), (0, 8)) == .malformedGrant)
    }

    @Test func `a grant over the code itself is refused`() {
        let code = [UInt8](repeating: 0xCC, count: 4096)
        let verdicts = [0x3FFF_F000, 0x3FFF_F008, 0x4000_0800, 0x4000_0FF8, 0x4000_1000].map {
            reason(code, [], at: 0x4000_0000, [grant(at: $0, byteCount: 4096)])
        }
        #expect(verdicts == [nil, .malformedGrant, .malformedGrant, .malformedGrant, nil])
        #expect(reason(code, [], at: 0xFFFF_FFFF_FFFF_E000, [grant(at: 0xFFFF_FFFF_FFFF_E000)]) == .malformedGrant)
        #expect(reason(code, [], at: 0, [grant(.ports, at: 0x100)]) == nil)
    }

    // MARK: Evidence

    /// Three times PAUSE and a RET, with this evidence.
    private func reason(_ blocks: [BlockClaim], _ claims: [RegisterClaim] = []) -> VerificationError.Reason? {
        let code: [UInt8] = [0xF3, 0x90, 0xF3, 0x90, 0xF3, 0x90, 0xC3]
        let function = CodeFunction(
            offset: 0, byteCount: code.count, parameters: [.anything, .anything],
            evidence: Evidence(blocks: blocks, claims: claims))
        do throws(VerificationError) {
            try Verifier().verify(code, at: 0x4000_0000, [function], [])
            return nil
        } catch {
            return error.reason
        }
    }

    private func block(_ offset: UInt32, _ firstClaim: UInt32 = 0, _ kind: BlockClaim.Kind = .join) -> BlockClaim {
        BlockClaim(offset: offset, kind: kind, firstClaim: firstClaim)
    }

    private func claim(_ register: UInt8, _ origin: UInt8 = 0, _ range: ValueRange = .anything) -> RegisterClaim {
        RegisterClaim(register: register, range: range, originRegister: origin)
    }

    @Test func `blocks out of order, outside the function or inside an instruction are refused`() {
        #expect(reason([block(0), block(2), block(6)]) == nil)
        #expect(reason([block(2), block(0)]) == .evidenceMalformed)
        #expect(reason([block(2), block(2)]) == .evidenceMalformed)
        #expect(reason([block(7)]) == .evidenceMalformed)
        #expect(reason([block(.max)]) == .evidenceMalformed)
        #expect(reason([block(3)]) == .insideInstruction)
        #expect(reason([block(2), block(3)]) == .insideInstruction)
        #expect(reason([block(5)]) == .insideInstruction)
    }

    @Test func `claims out of place are refused`() {
        let claims = [claim(6), claim(7)]
        #expect(reason([block(0), block(2, 2)], claims) == nil)
        #expect(reason([block(0, 1)], claims) == .evidenceMalformed)
        #expect(reason([block(0), block(2, 2), block(4, 1)], claims) == .evidenceMalformed)
        #expect(reason([block(0), block(2, 3)], claims) == .evidenceMalformed)
        #expect(reason([block(0), block(2, .max)], claims) == .evidenceMalformed)
        // Each turn of a clock loop reads the time anew.
        var elapsed = claim(6)
        elapsed.elapsedBlock = 0
        #expect(reason([block(0, 0, .clock(start: 7))], [elapsed]) == .evidenceMalformed)
        #expect(reason([block(0), block(2)], [elapsed]) == .claimNotMet)
        #expect(reason([block(0), block(2, 1)], [claim(6), elapsed]) == .claimNotMet)
        // No block tells the time of itself, or of a loop after it.
        #expect(reason([block(0)], [elapsed]) == .evidenceMalformed)
        // The claims of the first block are the second's now: there it holds nothing that they speak of.
        #expect(reason([block(0), block(2)], claims) == .claimNotMet)
    }

    @Test func `claims of no register, of one register twice, or of no number are refused`() {
        #expect(reason([block(0)], [claim(6), claim(6)]) == .evidenceMalformed)
        #expect(reason([block(0)], [claim(7), claim(6)]) == .evidenceMalformed)
        #expect(reason([block(0)], [claim(16)]) == .evidenceMalformed)
        #expect(reason([block(0)], [claim(255)]) == .evidenceMalformed)
        #expect(reason([block(0)], [claim(7, 16)]) == .evidenceMalformed)
        #expect(reason([block(0)], [claim(7, 0, ValueRange(low: 1, high: 0))]) == .evidenceMalformed)
    }

    @Test func `loops by no register are refused`() {
        #expect(reason([block(0, 0, .counted(variant: 255))]) == nil)
        #expect(reason([block(0, 0, .clock(start: 15))]) == nil)
        #expect(reason([block(0, 0, .clock(start: 16))]) == .clockLoopBroken)
        // RET in a loop that jumps back by a counter that is no register.
        let code: [UInt8] = [0xEB, 0xFE]
        for kind in [BlockClaim.Kind.counted(variant: 16), .clock(start: 1), .join] {
            let function = CodeFunction(
                offset: 0, byteCount: 2, parameters: [], evidence: Evidence(blocks: [block(0, 0, kind)]))
            #expect(throws: VerificationError.self) { try Verifier().verify(code, at: 0, [function], []) }
        }
    }
}
