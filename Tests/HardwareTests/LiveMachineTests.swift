// Discovery against QEMU's device models, compared with what QEMU's monitor says of the same machine. Set METAOS_RECORD
// to write the recordings anew; else what was found is compared with them.

import Foundation
import Hardware
import Recording
import Testing

@Suite(.serialized)
struct LiveMachineTests {
    @Test("what discovery finds is what QEMU's monitor says and what was recorded", arguments: RecordedMachine.all)
    func discoversLiveMachine(_ machine: RecordedMachine) async throws {
        let running = try await RunningMachine(machine.arguments, usesImage: machine.start == .multiboot2)
        defer { running.stop() }
        let entry = machine.start == .nothing ? BootEntry.none : running.entry
        let description = "QEMU 7.2, qemu-system-x86_64 " + machine.arguments.joined(separator: " ")
        var access = RecordingAccess(running.access, machine: description, entry: entry)
        let before = try headers(of: running)
        let found = try Recording.discover(entry, &access)
        #expect(access.base.failure == nil)

        let expected = try MonitorFunction.all(of: running.monitor("query-pci"))
        #expect(found.facts.functions.map(\.line) == expected.map(\.line))
        #expect(try headers(of: running) == before, "sizing changed a header")
        #expect(found.oddities == [])
        // Time-stamps are nanoseconds here; a busy host leaves some imprecision.
        let clock = try #require(found.facts.clock)
        #expect(clock.source == .powerManagementTimer)
        #expect((960_000_000...1_040_000_000).contains(clock.frequency), "\(clock.frequency) Hz")

        if ProcessInfo.processInfo.environment["METAOS_RECORD"] != nil {
            try Data(access.recording.text.utf8).write(to: machine.file)
        }
        var recorded = try machine.recording.replay()
        recorded.facts.clock = clock  // measured each time
        #expect(found == recorded)
    }

    @Test("the interval timer and the power-management timer agree")
    func measuresAgainstBothTimers() async throws {
        let running = try await RunningMachine(["-machine", "pc", "-m", "32", "-nodefaults"])
        defer { running.stop() }
        var access = HiddenACPIAccess(base: running.access)
        var boot = BootInformation(source: .pvh)
        boot.rootPointer = PhysicalAddress(rawValue: 0x1000)
        let facts = discoverMachine(boot, &access) { _ in }
        let clock = try #require(facts.clock)
        #expect(clock.source == .intervalTimer)
        #expect((960_000_000...1_040_000_000).contains(clock.frequency), "\(clock.frequency) Hz")
    }

    @Test("the event timers are started, agree with the others, and are left as they were")
    func measuresAgainstEventTimers() async throws {
        let running = try await RunningMachine(["-machine", "pc", "-m", "32", "-nodefaults"])
        defer { running.stop() }
        var access = StandingTimerAccess(base: running.access)
        let configuration = PhysicalAddress(rawValue: 0xFED0_0010)
        let before = access.readRegister(configuration, .doubleWord)
        let clock = try #require(discoverMachine(BootInformation(source: .pvh), &access) { _ in }.clock)
        #expect("\(clock.source.word)" == "hpet")
        #expect((960_000_000...1_040_000_000).contains(clock.frequency), "\(clock.frequency) Hz")
        #expect(access.readRegister(configuration, .doubleWord) == before)
    }

    /// The first 256 bytes of every function that the monitor knows.
    private func headers(of running: RunningMachine) throws -> [[UInt32]] {
        var access = running.access
        return try MonitorFunction.all(of: running.monitor("query-pci")).map { function in
            (0..<64).map { access.readConfiguration(function.address, 4 * $0, .doubleWord) }
        }
    }
}

/// A machine whose power-management timer, the only port that is read as four bytes, stands still.
private struct StandingTimerAccess: HardwareAccess {
    var base: QTestAccess
    var configurationMaps: [ConfigurationMap] = []

    mutating func readPort(_ port: PortNumber, _ width: AccessWidth) -> UInt32 {
        width == .doubleWord ? 0 : base.readPort(port, width)
    }
    mutating func writePort(_ port: PortNumber, _ width: AccessWidth, _ value: UInt32) {
        base.writePort(port, width, value)
    }
    mutating func readConfiguration(_ function: FunctionAddress, _ offset: UInt16, _ width: AccessWidth) -> UInt32 {
        .max
    }
    mutating func writeConfiguration(
        _ function: FunctionAddress, _ offset: UInt16, _ width: AccessWidth, _ value: UInt32
    ) {}
    mutating func readMemory(_ address: PhysicalAddress, _ width: AccessWidth) -> UInt64 {
        base.readMemory(address, width)
    }
    mutating func writeRegister(_ address: PhysicalAddress, _ width: AccessWidth, _ value: UInt32) {
        base.writeRegister(address, width, value)
    }
    mutating func readProcessorLeaf(_ leaf: UInt32, _ subleaf: UInt32) -> ProcessorLeaf {
        base.readProcessorLeaf(leaf, subleaf)
    }
    mutating func readTimestamp() -> UInt64 { base.readTimestamp() }
}

/// A machine whose memory is out of sight, so that only the interval timer is left.
private struct HiddenACPIAccess: HardwareAccess {
    var base: QTestAccess
    var configurationMaps: [ConfigurationMap] = []

    mutating func readPort(_ port: PortNumber, _ width: AccessWidth) -> UInt32 { base.readPort(port, width) }
    mutating func writePort(_ port: PortNumber, _ width: AccessWidth, _ value: UInt32) {
        base.writePort(port, width, value)
    }
    mutating func readConfiguration(_ function: FunctionAddress, _ offset: UInt16, _ width: AccessWidth) -> UInt32 {
        .max
    }
    mutating func writeConfiguration(
        _ function: FunctionAddress, _ offset: UInt16, _ width: AccessWidth, _ value: UInt32
    ) {}
    mutating func readMemory(_ address: PhysicalAddress, _ width: AccessWidth) -> UInt64 { .max }
    mutating func readProcessorLeaf(_ leaf: UInt32, _ subleaf: UInt32) -> ProcessorLeaf {
        base.readProcessorLeaf(leaf, subleaf)
    }
    mutating func readTimestamp() -> UInt64 { base.readTimestamp() }
}
