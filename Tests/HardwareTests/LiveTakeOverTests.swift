// Taking QEMU's device models over: controllers that a firmware left running, watchdogs that count and an IOMMU that
// translates, and functions that nothing may be written to.

import Hardware
import Recording
import Testing

@Suite(.serialized) struct `Taking over a machine of QEMU` {
    private static let arguments =
        ["-machine", "q35,kernel-irqchip=split", "-m", "64", "-cpu", "Haswell", "-nodefaults", "-vga", "std"]
        + ["-device", "intel-iommu", "-device", "qemu-xhci", "-device", "usb-ehci", "-device", "piix3-usb-uhci"]
        + ["-device", "pci-ohci", "-device", "i6300esb", "-device", "intel-hda", "-device", "e1000"]
        + ["-device", "pcie-root-port,id=downstream,chassis=1,slot=1", "-device", "e1000e,bus=downstream"]
        + ["-watchdog-action", "none"]

    @Test func `what counts or translates stops, what firmware uses is silent, all else is as it was`() async throws {
        let running = try await RunningMachine(Self.arguments)
        defer { running.stop() }
        var access = running.access
        var facts = try Recording.discover(running.entry, &access).facts
        let ports = try #require(facts.system.first { $0.kind == .ports && $0.byteCount == 4 && $0.base == 0x600 })
        let timer = UInt16(ports.base) + 0x60
        let watchdog = try #require(facts.functions.first { $0.device == 0x25AB }).address
        let iommu = PhysicalAddress(rawValue: 0xFED9_0000)
        let command = UInt16(0x04)

        // What an operating system before us may have left: every function masters the bus, both watchdogs count, and the
        // IOMMU translates by a table at 0x1000, as the root pointer (0x20) and commands 30 and 31 have it.
        for function in facts.functions {
            let held = access.readConfiguration(function.address, command, .word)
            access.writeConfiguration(function.address, command, .word, held | 4)
        }
        access.writePort(PortNumber(rawValue: timer + 8), .word, 0)
        access.writePort(PortNumber(rawValue: timer), .word, 4)
        access.writeConfiguration(watchdog, 0x68, .byte, 2)
        access.writeRegister(iommu.advanced(by: 0x20), .doubleWord, 0x1000)
        access.writeRegister(iommu.advanced(by: 0x18), .doubleWord, 1 << 30)
        access.writeRegister(iommu.advanced(by: 0x18), .doubleWord, 1 << 31)
        #expect(access.readRegister(iommu.advanced(by: 0x1C), .doubleWord) >> 31 == 1)
        let before = Self.headers(facts, &access)

        var told: [Oddity.Kind] = []
        facts.takeOver(&access) { told.append($0.kind) }
        #expect(access.failure == nil)
        #expect(Set(told) == [.watchdogStopped, .translationStopped] && told.count == 3)
        #expect(access.readPort(PortNumber(rawValue: timer + 8), .word) & 0x0800 != 0)
        #expect(access.readConfiguration(watchdog, 0x68, .byte) & 2 == 0)
        #expect(access.readRegister(iommu.advanced(by: 0x1C), .doubleWord) >> 31 == 0)
        for (function, header) in zip(facts.functions, before) {
            let now = Self.headers(facts, &access, of: function.address)
            if [0x03, 0x04, 0x06, 0x0C].contains(function.classCode >> 16) && function.classCode >> 8 != 0x0C03 {
                #expect(now == header, "\(function.address)")
            } else if function.address != watchdog {
                #expect(now[1] & 4 == 0 && now[1] | 4 == header[1], "\(function.address)")
                #expect(now[4..<10] == header[4..<10] && now[12] & 1 == 0)
            }
        }
    }

    /// The first 64 bytes of every function, or of one.
    private static func headers(_ facts: MachineFacts, _ access: inout QTestAccess) -> [[UInt32]] {
        facts.functions.map { headers(facts, &access, of: $0.address) }
    }

    private static func headers(
        _ facts: MachineFacts, _ access: inout QTestAccess, of function: FunctionAddress
    ) -> [UInt32] {
        // Without the status, which devices change.
        (0..<16).map { access.readConfiguration(function, 4 * $0, .doubleWord) & ($0 == 1 ? 0xFFFF : .max) }
    }
}
