// Machines that answer at random: discovery always ends, within a stated number of accesses, and never traps. Failures
// print the seed.

import Hardware
import Testing

struct HostileMachineTests {
    /// Most accesses that discovery may make of any machine: 14.7 million in four rounds of 2^19 reads against each of four
    /// timers (one access a read, or three for the last), 8.4 million for 128 tables of 256 KiB of either root table, 2.7
    /// million where each of 8,256 places looks like a root pointer, and under 0.5 million for 512 functions and boot
    /// information.
    static let accessLimit = 28_000_000

    @Test("discovery of machines that answer at random ends", arguments: 0..<200 as Range<UInt64>)
    func endsOnRandomAnswers(_ seed: UInt64) {
        var machine = RandomMachine(seed: seed)
        let entry: UInt32 = seed % 2 == 0 ? 0x36D7_6289 : 0x336E_C578
        let address = PhysicalAddress(rawValue: seed % 7 == 0 ? .max - 7 : 0x8000)
        let boot =
            (try? BootInformation.read(magic: entry, address: address, &machine)) ?? BootInformation(source: .pvh)
        let facts = discoverMachine(boot, &machine) { _ in }
        #expect(facts.functions.count <= 512)
        for capabilities in facts.functions.map(\.capabilities) {
            #expect(capabilities.count <= 48 && capabilities.allSatisfy { $0.contents.count <= 62 })
        }
        #expect(facts.tables.count <= 64)
        #expect(machine.accessCount < Self.accessLimit)
    }

    /// The recorded machines, undamaged, read once.
    private static let recorded = RecordedMachine.all.compactMap { machine in
        (try? machine.recording).map { (entry: $0.entry, machine: DamagedMachine($0)) }
    }

    @Test("discovery of a whole machine whose answers are damaged ends", arguments: 0..<100 as Range<UInt64>)
    func endsOnDamagedAnswers(_ seed: UInt64) throws {
        try #require(Self.recorded.count == RecordedMachine.all.count)
        let (entry, whole) = Self.recorded[Int(seed) % Self.recorded.count]
        var machine = whole.damaged(by: seed)
        let boot =
            (try? BootInformation.read(magic: entry.magic, address: entry.address, &machine))
            ?? BootInformation(source: .pvh)
        let facts = discoverMachine(boot, &machine) { _ in }
        #expect(facts.functions.count <= 512)
        // 48 places, and no capability longer than is kept.
        for capabilities in facts.functions.map(\.capabilities) {
            #expect(capabilities.count <= 48 && capabilities.allSatisfy { $0.contents.count <= 62 })
        }
        #expect(machine.accessCount < Self.accessLimit)
    }

    @Test("a machine that answers all ones has nothing in it")
    func findsNothingInAllOnes() {
        var machine = RandomMachine(seed: 0)
        machine.density = 0
        let facts = discoverMachine(BootInformation(source: .pvh), &machine) { _ in }
        #expect(facts.functions == [])
        #expect(facts.tables == [])
        #expect(facts.clock == nil)
    }
}
