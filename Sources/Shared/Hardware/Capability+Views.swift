// What the bytes of the PCI standard's own capabilities say. Views only; the bytes stay the facts.

extension Capability {
    /// Where in the function's ranges a table lies that a capability leads to.
    public struct TablePlace: Hashable, Sendable {
        /// Number of the base address register; 6 and 7 are none.
        public var bar: UInt8
        /// Units: bytes.
        public var offset: UInt32

        /// Layout: bits 2:0 number of the register, 31:3 offset.
        init(_ word: UInt32) {
            bar = UInt8(truncatingIfNeeded: word & 7)
            offset = word & ~7
        }
    }

    /// MSI-X.
    ///
    /// Source: PCI Local Bus Specification, revision 3.0, section 6.8.2.
    public struct MessageTable: Hashable, Sendable {
        public var vectorCount: UInt32
        public var table: TablePlace
        public var pending: TablePlace
    }

    /// PCI Express.
    ///
    /// Source: PCI Express Base Specification, revision 2.1, sections 7.8.2 to 7.8.4.
    public struct Express: Hashable, Sendable {
        /// Device/port type.
        public var type: UInt8
        /// Largest payload that the function is set to, 128 << 0 to 7. Units: bytes.
        public var payloadByteCount: UInt32
        /// Largest payload that it could be set to. Units: bytes.
        public var payloadLimit: UInt32
    }

    /// Power state of a power management capability, 0 to 3 for D0 to D3hot.
    ///
    /// Source: PCI Bus Power Management Interface Specification, revision 1.2, section 3.2.4.
    public var powerState: UInt8? {
        guard identifier == 0x01, let control = number(at: 4, 2) else { return nil }
        return UInt8(truncatingIfNeeded: control & 3)
    }

    /// Number of vectors that an MSI capability can ask for.
    ///
    /// Source: PCI Local Bus Specification, revision 3.0, section 6.8.1.3, bits 3:1.
    public var messageCount: UInt32? {
        guard identifier == 0x05, let control = number(at: 2, 2) else { return nil }
        return 1 << (control >> 1 & 7)
    }

    /// What an MSI-X capability says.
    public var messageTable: MessageTable? {
        @inline(never) get {
            guard identifier == 0x11, let control = number(at: 2, 2), let table = number(at: 4, 4),
                let pending = number(at: 8, 4)
            else { return nil }
            return MessageTable(
                vectorCount: control & 0x7FF + 1, table: TablePlace(table), pending: TablePlace(pending))
        }
    }

    /// What a PCI Express capability says.
    public var express: Express? {
        guard identifier == 0x10, let flags = number(at: 2, 2), let possible = number(at: 4, 4),
            let control = number(at: 8, 2)
        else { return nil }
        return Express(
            type: UInt8(truncatingIfNeeded: flags >> 4 & 15), payloadByteCount: 128 << (control >> 5 & 7),
            payloadLimit: 128 << (possible & 7))
    }
}

extension Capability.Express {
    /// The word that stands for the type in a report.
    public var typeWord: StaticString {
        switch type {
        case 0: "endpoint"
        case 1: "legacy-endpoint"
        case 4: "root-port"
        case 5: "upstream-port"
        case 6: "downstream-port"
        case 7: "bridge-to-pci"
        case 8: "bridge-from-pci"
        case 9: "integrated-endpoint"
        case 10: "event-collector"
        default: "unknown"
        }
    }
}
