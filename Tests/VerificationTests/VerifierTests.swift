// What the verifier checks today: that a function has at least one byte and at most its limit.

import Testing
import Verification

@Suite struct VerifierTests {
    @Test(arguments: [1, 12, 4095, 4096]) func `a function of 1 to 4096 bytes is accepted`(byteCount: Int) {
        #expect(Verifier().verify([UInt8](repeating: 0x90, count: byteCount)) == .accepted)
    }

    @Test func `a function without bytes is refused`() {
        #expect(Verifier().verify([]) == .refused(.empty))
    }

    @Test(arguments: [4097, 100_000]) func `a function past the limit is refused`(byteCount: Int) {
        let verdict = Verifier().verify([UInt8](repeating: 0x90, count: byteCount))
        #expect(verdict == .refused(.tooLong(byteCount: byteCount, limit: 4096)))
    }

    @Test func `a limit of its own replaces the standard one`() {
        #expect(Verifier(byteCountLimit: 2).verify([0x90, 0xC3]) == .accepted)
        #expect(Verifier(byteCountLimit: 1).verify([0x90, 0xC3]) == .refused(.tooLong(byteCount: 2, limit: 1)))
    }
}
