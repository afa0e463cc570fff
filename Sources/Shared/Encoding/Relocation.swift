// Where the address of a region is missing in a function, and what it is needed for. Placement fills it in.

/// A displacement that waits for the address of a region.
public struct Relocation: Hashable, Sendable {
    /// Place of the 32-bit displacement. Units: bytes from the function's entry.
    public var offset: Int
    /// End of the instruction, from which the displacement counts. Units: bytes from the function's entry.
    public var end: Int
    /// Whether the address itself is asked for, because a register is added to it, and not its distance.
    public var isAbsolute: Bool
    /// Index of the region in the program.
    public var region: Int
    /// Place in the region. Units: bytes.
    public var addend: UInt64
    /// Index of the instruction in the function.
    public var instruction: Int
}
