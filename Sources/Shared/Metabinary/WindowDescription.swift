// A range of registers as a rule describes it: which base address register decodes it, and how far the rule reaches
// in.

/// A window of a device.
public struct WindowDescription: Hashable, Sendable {
    /// Name in the rule, ASCII.
    public var name: [UInt8]
    /// Number of the base address register, 0 to 5.
    public var bar: UInt8
    /// Whether the registers lie in memory space; else they are ports.
    public var isMemory: Bool
    /// End of the highest register that the rule describes.
    ///
    /// Units: bytes.
    public var minimumByteCount: UInt64
    /// Line of the rule's file, counted from 1.
    public var line: UInt16
    /// In rising order of offset; none overlaps another.
    public var registers: [RegisterDescription] = []
}
