// Why boot information is refused. Without a memory map that can be trusted the kernel cannot go on, so these are
// errors and not oddities; a range that cannot be is an oddity of the map.

/// Boot information that cannot be used.
public enum BootInformationError: Error, Hashable, Sendable {
    /// Neither boot protocol has this number.
    case magic(UInt32)
    /// The information itself does not begin as its protocol says.
    case start(PhysicalAddress)
    /// The information ends within something, or gives itself an impossible size.
    case truncated(PhysicalAddress)
    /// A part of the information has an impossible size.
    case size(PhysicalAddress)
    /// There is no memory map.
    case noMemoryMap(PhysicalAddress)

    /// What a report says of the error.
    public var message: StaticString {
        switch self {
        case .magic: "no known boot protocol"
        case .start: "the information does not begin as its protocol says"
        case .truncated: "the information is truncated"
        case .size: "a part of the information has an impossible size"
        case .noMemoryMap: "no memory map"
        }
    }
}
