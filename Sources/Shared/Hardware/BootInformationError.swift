// Why boot information is refused. Without a memory map that can be trusted the kernel cannot go on, so these are
// errors and not oddities.

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
    /// More ranges of memory than are kept.
    case tooManyRanges(PhysicalAddress)
    /// A range of memory that passes the end of the address space.
    case rangeWraps(PhysicalAddress)
    /// There is no memory map.
    case noMemoryMap(PhysicalAddress)

    /// What a report says of the error.
    public var message: StaticString {
        switch self {
        case .magic: "no known boot protocol"
        case .start: "the information does not begin as its protocol says"
        case .truncated: "the information is truncated"
        case .size: "a part of the information has an impossible size"
        case .tooManyRanges: "too many ranges of memory"
        case .rangeWraps: "a range of memory passes the end of the address space"
        case .noMemoryMap: "no memory map"
        }
    }
}
