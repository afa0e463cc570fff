// Rules and machines made to get at what is not the device's: every way in ends in a refusal that says why. The
// metabinaries are the compiler's with a few bytes changed by hand, size and checksum set right.

import Hardware
import Metabinary
import Pipeline
import Program
import Testing

@Suite struct HostileRulesTests {
    /// The metabinary of the invented device with a run of bytes, which must be there once, in place of another.
    private func changed(_ run: [UInt8], to other: [UInt8]) throws -> [UInt8] {
        var bytes = try GrantPlannerTests.metabinary()
        try bytes.replaceOnly(run, with: other)
        return bytes
    }

    private func imageError(_ bytes: [UInt8]) -> MetabinaryError? {
        do throws(MetabinaryError) {
            _ = try MetabinaryImage(bytes)
            return nil
        } catch {
            return error
        }
    }

    private func reason(_ facts: MachineFacts, _ bytes: [UInt8]) throws -> String {
        guard case .refused(let refusal) = try GrantPlannerTests.outcome(facts, bytes) else { return "a driver" }
        var text: [UInt8] = []
        refusal.error.writeReason(into: &text)
        return String(decoding: text, as: UTF8.self)
    }

    private func reason(_ facts: MachineFacts) throws -> String {
        try reason(facts, try GrantPlannerTests.metabinary())
    }

    @Test func `nothing changed is a driver`() throws {
        #expect(try reason(GrantPlannerTests.facts()) == "a driver")
        #expect(imageError(try changed([0x28, 7], to: [0x28, 7])) == nil)
    }

    @Test func `a register past the range that the machine decodes is refused with the machine's answer`() throws {
        // The window ends at byte 0x28; the table's registers, four of 16 bits from 0x20 on, reach it.
        #expect(
            try reason(GrantPlannerTests.facts(byteCount: 0x20))
                == "window regs: BAR 0 is too short: 0x20 of 0x28 bytes")
        let far = try changed([0x20, 16, 4, 2, 0], to: [0x80, 0x20, 16, 4, 2, 0])
        guard case .badRegister = imageError(far) else {
            Issue.record("not refused")
            return
        }
        var wider = try changed([0x28, 7], to: [0x88, 0x20, 7])
        wider = try #require(imageError(wider) == nil ? wider : nil)
        #expect(
            try reason(GrantPlannerTests.facts(), wider) == "window regs: BAR 0 is too short: 0x1000 of 0x1008 bytes")
        #expect(try reason(GrantPlannerTests.facts(byteCount: 0x2000), wider) == "a driver")
    }

    @Test func `a range over the local interrupt controller, or over memory, is refused with the fact against it`()
        throws
    {
        #expect(
            try reason(GrantPlannerTests.facts(base: 0xFEE0_0000))
                == "window regs: BAR 0 lies over the interrupt controller at 0xfee00000")
        #expect(
            try reason(GrantPlannerTests.facts(base: 0xFEC0_0000))
                == "window regs: BAR 0 lies over the interrupt controller at 0xfec00000")
        #expect(
            try reason(GrantPlannerTests.facts(base: 0xFE00_0000, byteCount: 0x100_0000))
                == "window regs: BAR 0 lies over the interrupt controller at 0xfee00000")
        #expect(
            try reason(GrantPlannerTests.facts(base: 0x20_0000))
                == "window regs: BAR 0 lies over usable memory at 0x100000")
    }

    @Test func `a ring whose address the device takes by an undeclared register is refused`() throws {
        // The low half, at offset 8, becomes a register of no consequence.
        let plain = try changed([0x08, 32, 1, 3, 1, 1, 0], to: [0x08, 32, 1, 3, 0, 0])
        guard case .ringWithoutBase = imageError(plain) else {
            Issue.record("not refused")
            return
        }
        // It takes the pool's address instead of the ring's.
        let astray = try changed([0x08, 32, 1, 3, 1, 1, 0], to: [0x08, 32, 1, 3, 1, 1, 1])
        guard case .badRole = imageError(astray) else {
            Issue.record("not refused")
            return
        }
    }

    @Test func `fields past their slot, or into memory that is no pool, are refused`() throws {
        // Two fields that tell of memory 1: a length at 2, an address at 8.
        let fields: [UInt8] = [2, 3, 2, 16, 2, 8, 64]
        for other in [
            [2, 3, 2, 16, 2, 16, 64], [2, 3, 2, 16, 2, 12, 64], [2, 3, 16, 16, 2, 8, 64], [2, 3, 12, 16, 2, 8, 64],
            [2, 3, 2, 16, 0, 8, 64], [2, 3, 2, 16, 4, 8, 64],
        ] as [[UInt8]] {
            guard case .badSlot = imageError(try changed(fields, to: other)) else {
                Issue.record("\(other) is not refused")
                continue
            }
        }
    }

    @Test func `code that names a register which is not there, or has not the right, is refused`() throws {
        // `POWER = ON`: push 1, line 29, store to region 0, register 1.
        let store: [UInt8] = [0x02, 1, 0x01, 29, 0x0F, 0, 1]
        guard case .badIndex = imageError(try changed(store, to: store.dropLast() + [8])) else {
            Issue.record("not refused")
            return
        }
        // STATUS is only read; region 4 is the state, region 3 the pool.
        for target in [[0, 0], [3, 8, 0], [4, 8, 0]] as [[UInt8]] {
            guard case .badRegister = imageError(try changed(store, to: store.dropLast(2) + target)) else {
                Issue.record("\(target) is not refused")
                continue
            }
        }
    }
}
