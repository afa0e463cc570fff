// What the verifier says of a driver's bytes as a whole, written here by hand.

import Testing
import Verification

@Suite struct VerifierTests {
    private func reason(_ code: [UInt8], _ functions: [(offset: Int, byteCount: Int)]) -> VerificationError.Reason? {
        do throws(VerificationError) {
            let functions = functions.map {
                CodeFunction(offset: $0.offset, byteCount: $0.byteCount, parameters: [], evidence: Evidence())
            }
            try Verifier().verify(code, at: 0x4000_0000, functions, [])
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
    }

    @Test func `functions that overlap, are empty or stand outside the code are refused`() {
        #expect(reason([0xC3, 0xC3], [(0, 2), (1, 1)]) == .unreachable)
        #expect(reason([0xC3, 0xC3], [(0, 1), (0, 1)]) == .functionsOutOfOrder)
        #expect(reason([0xC3], [(0, 0)]) == .functionsOutOfOrder)
        #expect(reason([0xC3], [(0, 2)]) == .functionsOutOfOrder)
    }

    @Test func `code past the limit is refused`() {
        let code = [UInt8](repeating: 0xCC, count: Verifier.byteCountLimit)
        #expect(reason(code, []) == nil)
        #expect(reason(code + [0xCC], []) == .tooLong)
    }
}
