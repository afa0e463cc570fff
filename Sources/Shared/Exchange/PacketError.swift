// Why bytes from the wire are not the packet that they seem to be.

/// A layer of a packet, with what it carries.
public enum PacketLayer: UInt8, Sendable, CaseIterable {
    case ethernet
    case addressResolution
    case internet
    case echo
}

/// What is wrong with a received packet, and in which layer.
public enum PacketError: Error, Hashable, Sendable {
    /// The bytes end within the header or within what the header announces.
    case truncated(PacketLayer)
    /// A field holds what no packet of this layer may hold, or what this host has no use for: another kind of address, a
    /// version other than 4, a fragment.
    case unsupported(PacketLayer)
    /// The checksum does not hold.
    case checksum(PacketLayer)
}
