// Where configuration space is in memory: the ranges that ACPI names. Plain data and the table that it is read from; whether a
// range is to be believed `ConfigurationReach` finds out, and who reads and writes there is `HardwareAccess`.

/// The configuration space of some buses as a range of memory, 4,096 bytes a function.
///
/// Source: PCI Express Base Specification, revision 2.1, section 7.2.2 (enhanced configuration access mechanism).
public struct ConfigurationMap: Hashable, Sendable {
    /// Size of what a function has, of which mechanism #1 reaches the first 256. Units: bytes.
    public static let functionByteCount: UInt64 = 0x1000
    /// Size of what a bus has: 32 devices of eight functions. Units: bytes.
    static let busByteCount: UInt64 = 256 * functionByteCount

    /// PCI segment group, of which discovery knows the first.
    public var segment: UInt16
    public var firstBus: UInt8
    public var lastBus: UInt8
    /// The first byte of the first bus.
    public var base: PhysicalAddress

    /// - Precondition: the buses are in order.
    public init(segment: UInt16 = 0, firstBus: UInt8, lastBus: UInt8, base: PhysicalAddress) {
        precondition(firstBus <= lastBus, "the buses of a map are not in order")
        self.segment = segment
        self.firstBus = firstBus
        self.lastBus = lastBus
        self.base = base
    }

    /// The range as one of the machine's own, where no window may be.
    var range: SystemRange { SystemRange(kind: .configuration, base: base.rawValue, byteCount: byteCount) }

    /// Units: bytes.
    public var byteCount: UInt64 { (UInt64(lastBus - firstBus) + 1) * Self.busByteCount }

    /// The first byte of a function; `nil` for one of another bus.
    public func place(of function: FunctionAddress) -> PhysicalAddress? {
        guard firstBus <= function.bus, function.bus <= lastBus else { return nil }
        let index = UInt64(function.rawValue) - UInt64(firstBus) << 8
        return base.advanced(by: index * Self.functionByteCount)
    }

    /// Signature of the table that names the ranges: "MCFG", the first character in the low byte.
    public static let tableSignature: UInt32 = 0x4746_434D

    /// The ranges that a table names, in its order.
    ///
    /// Layout: from 44 on, of each range: 0 address of bus 0, 8 segment group, 10 first bus, 11 last bus; 16 bytes.
    ///
    /// Source: PCI Firmware Specification, revision 3.0, section 4.1.2.
    static func read(_ table: ACPITable, _ access: inout some HardwareAccess) -> [ConfigurationMap] {
        var maps: [ConfigurationMap] = []
        var offset: UInt64 = 44
        while offset + 16 <= UInt64(table.byteCount), maps.count < SystemRange.limit {
            let entry = table.address.advanced(by: offset)
            let base = access.readInteger(entry, byteCount: 8)
            let first = UInt8(truncatingIfNeeded: access.readInteger(entry.advanced(by: 10), byteCount: 1))
            let last = UInt8(truncatingIfNeeded: access.readInteger(entry.advanced(by: 11), byteCount: 1))
            let segment = UInt16(truncatingIfNeeded: access.readInteger(entry.advanced(by: 8), byteCount: 2))
            if first <= last {
                maps.append(
                    ConfigurationMap(
                        segment: segment, firstBus: first, lastBus: last,
                        base: PhysicalAddress(rawValue: base &+ UInt64(first) * busByteCount)))
            }
            offset += 16
        }
        return maps
    }
}

extension [ConfigurationMap] {
    /// Where the bytes of a function's configuration space are in memory; `nil` where no map has its bus.
    public func place(of function: FunctionAddress) -> PhysicalAddress? {
        for map in self {
            if let place = map.place(of: function) { return place }
        }
        return nil
    }
}
