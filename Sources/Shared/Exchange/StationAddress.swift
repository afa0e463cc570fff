// The address of a station on an Ethernet, as drivers and packets hand it around.

/// Address of a station: six octets.
///
/// Layout: the first octet on the wire in bits 7:0, the sixth in bits 47:40, as a driver's `mac` returns it.
public struct StationAddress: RawRepresentable, Hashable, Sendable {
    public var rawValue: UInt64

    public init(rawValue: UInt64) { self.rawValue = rawValue & 0xFFFF_FFFF_FFFF }

    /// Every station.
    public static let broadcast = StationAddress(rawValue: 0xFFFF_FFFF_FFFF)

    /// Stands where an address is asked for.
    public static let unknown = StationAddress(rawValue: 0)

    /// Whether the address is that of one station: bit 0 of the first octet marks a group.
    ///
    /// Source: IEEE Std 802-2014, section 8.2.2.
    public var isStation: Bool { rawValue != 0 && rawValue & 1 == 0 }
}
