// Virtio cards as other hypervisors and boards of hardware have them: doorbells elsewhere, features of the platform, cards
// that ask for a reset, interrupts that nobody hears. Under each, every function of the driver is called.

import Devices
import Hardware
import Pipeline
import Testing

@Suite struct RealVirtioTests {
    private static func machine(
        _ row: DriverUnderTest = .virtio, probes: [String: UInt64] = [:],
        shape: (inout PCIFunction) -> Void = { _ in }
    ) throws -> (machine: SimulatedMachine, card: VirtioCard) {
        let driver = try DriverUnderTest.generate(
            row.deviceName, probes: row.probes.merging(probes) { $1 }, shape: shape)
        let machine = try SimulatedMachine(driver, row.model, clockFrequency: row.clockFrequency, seed: seed)
        return (machine, try #require(machine.card as? VirtioCard))
    }

    private func exchange(_ machine: SimulatedMachine) throws {
        try machine.start()
        var exchange = FrameExchange(machine, count: 200, seed: seed)
        try exchange.run()
        _ = try machine.stationAddress()
        #expect(machine.card.violations == [])
    }

    /// Doorbells that far apart, and room for four.
    private static func space(_ bytes: UInt32, _ function: inout PCIFunction) {
        guard function.vendor == 0x1AF4, function.device == 0x1000 else { return }
        for index in function.capabilities.indices where function.capabilities[index].contents.count > 17 {
            guard function.capabilities[index].contents[1] == 2 else { continue }
            // Bytes 12 and 16 of the capability, whose first two are not among the contents.
            for (place, value) in [(10, max(4 * bytes, 4)), (14, bytes)] {
                for byte in 0..<4 {
                    function.capabilities[index].contents[place + byte] = UInt8(truncatingIfNeeded: value >> (8 * byte))
                }
            }
        }
        // Where nothing else is.
        for index in function.baseAddressRegisters.indices
        where function.baseAddressRegisters[index].byteCount == 0x4000 {
            function.baseAddressRegisters[index].base = 0xD000_0000
            function.baseAddressRegisters[index].byteCount = 0x8000
        }
    }

    @Test(arguments: [UInt32(0), 2, 4, 16, 4096])
    func `doorbells are where the card's own distance puts them`(bytes: UInt32) throws {
        let (machine, card) = try Self.machine { Self.space(bytes, &$0) }
        #expect(card.doorbellSpacing == UInt64(bytes))
        try exchange(machine)
    }

    @Test func `a card whose doorbells are no page of 4,096 bytes apart is refused`() throws {
        #expect(throws: DriverUnderTest.Absence.self) { _ = try Self.machine { Self.space(65_536, &$0) } }
    }

    @Test(arguments: [UInt64(1), 0x11, 3, 0x13])
    func `features of the platform are taken where they are offered`(high: UInt64) throws {
        let (machine, card) = try Self.machine(probes: ["offered_high": high])
        card.features = card.features & 0xFFFF_FFFF | high << 32
        card.insistsOnPlatform = true
        try exchange(machine)
        #expect(card.accepted >> 32 == high)
    }

    @Test(arguments: [DriverUnderTest.virtio, .quietVirtio, .oldVirtio])
    func `a card that needs a reset gets one`(row: DriverUnderTest) throws {
        let (machine, card) = try Self.machine(row)
        card.failsAfterDoorbells = 3
        try machine.start()
        var looks = 0
        var outcome = ReceiveOutcome.none
        while outcome != .lost, looks < 2000 {
            let buffer = machine.bufferCount(machine.transmitPool) - 1 - looks % 8
            if looks < 8 { _ = try machine.transmit(buffer: buffer, byteCount: 60) }
            try machine.notify()
            card.step(100)
            outcome = try machine.receive()
            if case .frame(let buffer, _) = outcome { _ = try machine.returnBuffer(buffer: buffer) }
            looks += 1
        }
        #expect(outcome == .lost, "after \(looks) looks")
        _ = card.takeSent()
        try exchange(machine)
    }

    @Test(arguments: [DriverUnderTest.virtio, .quietVirtio, .oldVirtio])
    func `nobody is interrupted who does not listen`(row: DriverUnderTest) throws {
        let probes: [String: UInt64] = row == .oldVirtio ? ["offered": 0x0801_0020] : [:]
        let (machine, card) = try Self.machine(row, probes: probes)
        card.isHeard = false
        try exchange(machine)
    }

    @Test func `a card that takes no features is told that it is given up`() throws {
        let (machine, card) = try Self.machine()
        card.features |= 1 << 33
        card.insistsOnPlatform = true
        #expect(try machine.bringUp() == .stuck)
        #expect(card.read(bar: 0, 0x14, byteCount: 1) & 0x80 != 0)
        #expect(card.violations == [])
    }
}
