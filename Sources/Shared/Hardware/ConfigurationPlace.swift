// Where in a function's configuration space a description's registers begin, and which of it no driver may change.

/// A place in configuration space that a description names.
public enum ConfigurationPlace: Hashable, Sendable {
    /// The first byte.
    case start
    /// The first byte of a capability: the first of that ID whose byte at `markOffset` is `mark`, or of that ID alone where
    /// the offset is 0.
    case capability(identifier: UInt8, markOffset: UInt8, mark: UInt8)

    /// Size of what configuration mechanism #1 reaches of a function, and of the header in front. Units: bytes.
    ///
    /// Source: PCI Local Bus Specification, revision 3.0, sections 6.1 and 6.7.
    public static let byteCount: UInt64 = 0x100, headerByteCount: UInt64 = 0x40

    /// Base class of bridges, whatever they lead to.
    ///
    /// Source: PCI Code and ID Assignment Specification, revision 1.11, section 1.
    public static let bridgeClass: UInt32 = 0x06

    /// Whether writing to a capability of that ID can change where a function is found, or have it write anywhere:
    /// HyperTransport, MSI, MSI-X and Enhanced Allocation.
    ///
    /// Source: PCI Code and ID Assignment Specification, revision 1.11, section 2.
    public static func isGuarded(_ identifier: UInt8) -> Bool {
        identifier == 0x05 || identifier == 0x08 || identifier == 0x11 || identifier == 0x14
    }

    /// How many bytes such a capability has at most. Of two of them it can tell where it ends alone.
    ///
    /// Source: PCI Local Bus Specification, revision 3.0, sections 6.8.1 (24 with masks and 64 bits) and 6.8.2.
    private static func byteCountLimit(of identifier: UInt8) -> UInt64 {
        identifier == 0x05 ? 24 : identifier == 0x11 ? 12 : byteCount
    }

    /// ID of the capability; `nil` for the first byte.
    public var identifier: UInt8? {
        if case .capability(let identifier, _, _) = self { identifier } else { nil }
    }

    /// Where it is in a function; `nil` where the function has no such capability. Units: bytes.
    public func offset(in function: PCIFunction) -> UInt8? {
        switch self {
        case .start: 0
        case .capability(let identifier, let markOffset, let mark):
            function.capability(identifier, markOffset: markOffset, mark: mark)?.offset
        }
    }

    /// The guarded capability of a function that has some of these bytes; a capability ends where the next one begins.
    public static func guardedCapability(over bytes: Range<UInt64>, of function: PCIFunction) -> UInt8? {
        for capability in function.capabilities where isGuarded(capability.identifier) {
            let start = UInt64(capability.offset)
            var end = start + byteCountLimit(of: capability.identifier)
            for other in function.capabilities where other.offset > capability.offset {
                end = min(end, UInt64(other.offset))
            }
            if bytes.lowerBound < end, start < bytes.upperBound { return capability.identifier }
        }
        return nil
    }
}
