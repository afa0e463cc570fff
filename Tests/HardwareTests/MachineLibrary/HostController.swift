// USB controllers that firmware still drives: the registers by which a system asks for one, and what firmware does once
// it was asked. Where these registers are is each kind's own affair: in memory, or in configuration space.

import Hardware

/// A USB controller in firmware's hands.
///
/// Source: xHCI, revision 1.2, sections 5.3, 7.1; EHCI, revision 1.0, sections 2.1, 2.2, 5.1; OpenHCI, release 1.0a,
/// sections 5.1.1.3 and 7.1; Universal HCI Design Guide, revision 1.1, section 5.2.
struct HostController: Sendable {
    enum Kind: Sendable {
        case uhci
        case ohci
        case ehci
        case xhci
    }

    let kind: Kind
    let function: FunctionAddress
    /// First byte of its registers in memory; 0 for one that has them in ports.
    let base: UInt64
    /// Units: bytes.
    let byteCount: UInt64

    /// Where in its registers xHCI has the list of extended capabilities, and legacy support in it.
    static let listOffset: UInt64 = 0x8000, legacyOffset: UInt64 = 0x8060
    /// Where in configuration space EHCI has it, and UHCI.
    static let configurationOffsets: [Kind: UInt16] = [.ehci: 0x68, .uhci: 0xC0]
    /// How often firmware is looked at before it has let go.
    static let looks = 3

    /// A register of four bytes.
    enum Place: Hashable, Sendable {
        case memory(UInt64)
        case configuration(FunctionAddress, UInt16)
    }

    /// Who has the controller: where a bit asks for it, and where the bit is that firmware then clears.
    struct Ownership: Sendable {
        var asking: Place
        var asks: UInt32
        var holding: Place
        var holds: UInt32
    }

    /// Of UHCI nobody is asked: its one bit of configuration space turns firmware's traps off.
    var ownership: Ownership? {
        switch kind {
        case .uhci: return nil
        case .ohci: return Ownership(asking: .memory(base + 8), asks: 1 << 3, holding: .memory(base + 4), holds: 1 << 8)
        case .ehci, .xhci:
            let place = kind == .ehci ? .configuration(function, 0x68) : Place.memory(base + Self.legacyOffset)
            return Ownership(asking: place, asks: 1 << 24, holding: place, holds: 1 << 16)
        }
    }

    /// Puts the registers in memory of a machine.
    func install(in machine: inout SyntheticMachine) {
        func store(_ words: [(UInt64, UInt64)]) {
            for (offset, value) in words { machine.store(DescriptionTables.bytes(value, 4), at: base + offset) }
        }
        switch kind {
        case .uhci: break
        case .ohci:
            // Revision, control with its interrupts routed to system management, and command.
            store([(0, 0x110), (4, 0x1BC), (8, 0)])
        case .ehci:
            // 0x20 bytes before the operational registers, and where in configuration space legacy support is; it runs.
            store([(0, 0x0100_0020), (4, 0x10_3206), (8, 0x6_6871), (0x20, 0x0008_0001), (0x24, 0)])
        case .xhci:
            store([(0, 0x0110_0080), (4, 0x1000_0840), (8, 0x1420_0054), (0xC, 0)])
            store([(0x10, (Self.listOffset / 4) << 16 | 0xF7C1), (0x80, 5), (0x84, 0)])
            // Two protocols, then legacy support, whose events raise system management interrupts, and a debug port.
            store([(Self.listOffset, 0x0200_0802), (Self.listOffset + 0x20, 0x0300_1002)])
            store([(Self.legacyOffset, 0x0001_0801), (Self.legacyOffset + 4, 0xE000_0001)])
            store([(Self.legacyOffset + 0x20, 0x0000_000A)])
        }
    }
}

extension MachineFunction {
    /// A USB controller of which firmware has not let go.
    private static func controller(
        _ kind: HostController.Kind, _ place: String, _ identity: String, _ interface: UInt32, _ range: Range,
        _ base: UInt64, _ byteCount: UInt64, _ entries: [Entry] = []
    ) -> MachineFunction {
        var function = device(place, identity, 0x0C_0300 | interface, [range], entries)
        function.controller = HostController(
            kind: kind, function: function.address, base: base, byteCount: byteCount)
        switch kind {
        case .ehci:
            function.space.set(0x68, 0x0001_0001, 4, writable: 0x0101_0000)
            function.space.set(0x6C, 0xC008_2001, 4, writable: 0xE000_E03F)
        case .uhci: function.space.set(0xC0, 0x003B, 2, writable: 0xAFBF)
        case .ohci, .xhci: break
        }
        return function
    }

    static func uhci(_ place: String, _ identity: String, ports: UInt64) -> MachineFunction {
        controller(.uhci, place, identity, 0x00, .ports(4, ports, 0x20), 0, 0)
    }

    static func ohci(_ place: String, _ identity: String, _ base: UInt64, _ size: UInt64 = 0x1000) -> MachineFunction {
        controller(.ohci, place, identity, 0x10, .memory(0, base, size), base, size)
    }

    static func ehci(_ place: String, _ identity: String, _ base: UInt64, _ size: UInt64 = 0x400) -> MachineFunction {
        controller(.ehci, place, identity, 0x20, .memory(0, base, size), base, size, [.power(at: 0x50)])
    }

    static func xhci(
        _ place: String, _ identity: String, _ base: UInt64, _ size: UInt64 = 0x1_0000
    ) -> MachineFunction {
        let entries: [Entry] = [.power(at: 0x70), .messages(at: 0x80)]
        return controller(.xhci, place, identity, 0x30, .wide(0, base, size), base, size, entries)
    }
}
