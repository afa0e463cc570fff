// How a kernel was entered: what it needs to find its boot information. A recording carries it, because discovery
// starts from it.

import Hardware

/// Which boot protocol entered the kernel, and where it left its information.
public struct BootEntry: Hashable, Sendable {
    /// Number of the protocol, as `BootInformation.read` takes it; 0 where there is no boot information, and discovery
    /// has to search.
    public var magic: UInt32
    public var address: PhysicalAddress

    public init(magic: UInt32, address: PhysicalAddress) {
        self.magic = magic
        self.address = address
    }

    /// No boot protocol.
    public static let none = BootEntry(magic: 0, address: PhysicalAddress(rawValue: 0))
}
