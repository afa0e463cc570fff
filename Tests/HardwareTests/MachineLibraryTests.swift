// The machines of the library, booted up to where memory is given out: what is found out about each, which drivers come
// of it, and that of all that was written nothing is among what must never be.

import Hardware
import Testing

@Suite struct `A machine of the library` {
    @Test(arguments: LibraryMachine.all)
    func `is found out about, and nothing of it is odd that is not`(machine: LibraryMachine) throws {
        let boot = try BootedMachine.of(machine)
        let facts = boot.facts
        #expect(facts.functions.map(\.address.text) == machine.functions.map(\.address).sorted().map(\.text))
        #expect(facts.cores.count == machine.expected.cores)
        #expect(facts.clock?.source == machine.expected.clock)
        if let clock = facts.clock {
            let (low, high) = (machine.processor.frequency / 1000 * 998, machine.processor.frequency / 1000 * 1002)
            #expect((low...high).contains(clock.frequency))
        }
        #expect(facts.configuration == machine.expected.configuration)
        #expect(boot.oddities == machine.expected.oddities)
        #expect(String(decoding: facts.processor.brand, as: UTF8.self) == machine.processor.brand)
        #expect(boot.after.machine.violations == [])
    }

    @Test(arguments: LibraryMachine.all)
    func `gets a driver for each card that a rule is for, and for no other`(machine: LibraryMachine) throws {
        let boot = try BootedMachine.of(machine)
        #expect(boot.drivers == machine.expected.drivers)
        #expect(boot.refusals == [])
        let undriven = boot.facts.functions.filter { $0.servedKind != nil && !boot.described.contains($0.address) }
        #expect(undriven.map(\.address.text) == machine.expected.undriven)
    }

    @Test(arguments: LibraryMachine.all, WriteRule.all)
    func `is not written to where it must not be`(machine: LibraryMachine, rule: WriteRule) throws {
        let breaches = rule.breaches(try BootedMachine.of(machine))
        #expect(breaches.isEmpty, "\(breaches.count) breaches, the first: \(breaches.first ?? ""); \(rule.reason)")
    }

    @Test(arguments: WriteRule.all)
    func `has each rule broken by what the rule is about`(rule: WriteRule) throws {
        let offence = rule.offence
        let honest = rule.breaches(try BootedMachine.of(offence.machine))
        let boot = try BootedMachine(offence.machine) { access, step in
            if step == offence.step { offence.write(&access) }
        }
        #expect(rule.breaches(boot).count > honest.count)
    }

    @Test func `is told apart from all others, and says where its facts are from`() {
        #expect(LibraryMachine.all.count == 12 && Set(LibraryMachine.all.map(\.name)).count == 12)
        #expect(LibraryMachine.all.allSatisfy { !$0.source.isEmpty })
        #expect(Set(WriteRule.all.map(\.name)).count == WriteRule.all.count)
    }
}
