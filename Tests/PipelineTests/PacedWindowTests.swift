// A device that is slow and keeps its registers behind two others: from the text to bytes that the verifier accepts, and
// what they do.

import Hardware
import Pipeline
import Testing

@Suite struct PacedWindowTests {
    private static let rules = """
        class lamp 1 {
            require start() -> ready { word: 0…15 } | stuck 1
        }
        device blinker is lamp {
            match pci vendor 0x1234 device 0x0001
            window regs = bar 0 memory pace 2 us
            window csr = indirect SELECT, DATA
            register regs.DATA at 0x10 u16 rw
            register regs.SELECT at 0x12 u16 rw
            register regs.QUEUE at 0x14 u16 ro fifo
            register csr.COMMAND at 15 u16 rw { START: 2 }
            register csr.STATUS at 7 u16 ro { DONE: 8 }
            mailbox engine { request COMMAND, done STATUS.DONE }
            generate start() -> ready { word: 0…15 } | stuck 1 {
                engine.run(START) within 100 us else return stuck
                wait STATUS.DONE == 0 within 100 us else return stuck
                let item = QUEUE
                return ready { word: item }
            }
        }
        """

    @Test func `paced, selected and awaited accesses are generated and verified`() throws {
        var facts = GrantPlannerTests.facts()
        facts.clock = ClockFacts(frequency: 1_000_000_000, source: .powerManagementTimer)
        let outcome = try GrantPlannerTests.outcome(facts, try GrantPlannerTests.metabinary(Self.rules))
        if case .refused(let refusal) = outcome {
            var reason: [UInt8] = []
            refusal.error.writeReason(into: &reason)
            Issue.record("refused: \(String(decoding: reason, as: UTF8.self))")
        }
        let driver = try #require(outcome?.driver)
        // A register that others stand behind is granted; those behind it are no places of their own.
        #expect(
            driver.grants.map { String(decoding: $0.name, as: UTF8.self) } == [
                "regs.DATA", "regs.SELECT", "regs.QUEUE",
            ])
    }
}
