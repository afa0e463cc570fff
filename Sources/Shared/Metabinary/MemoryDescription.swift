// Memory that a description asks for: descriptor rings, buffers and state. Where it goes is planned by the pipeline.

import Program

/// A ring, a pool or state of a device.
public final class MemoryDescription: Sendable {
    /// Name in the rule, ASCII.
    public let name: [UInt8]
    /// What the memory is: anything but a window.
    public let kind: Region.Kind
    /// Units: bytes.
    public let byteCount: UInt64
    /// Power of two that the physical address is a multiple of.
    ///
    /// Units: bytes.
    public let alignment: UInt64
    /// Line of the rule's file, counted from 1.
    public let line: UInt16
    /// Size of a slot of a ring, a power of two, or of a buffer of a pool; 0 for state.
    ///
    /// Units: bytes.
    public let elementByteCount: UInt64
    /// Where the data of a buffer begins, whose number counts elements from the memory's start.
    ///
    /// Units: bytes behind that element's start.
    public let headroom: UInt64
    /// What the slots of a ring tell the device of buffers; `nil` where they tell of none.
    public let fields: SlotFields?

    public init(
        name: [UInt8], kind: Region.Kind, byteCount: UInt64, alignment: UInt64, line: UInt16,
        elementByteCount: UInt64 = 0, headroom: UInt64 = 0, fields: SlotFields? = nil
    ) {
        self.name = name
        self.kind = kind
        self.byteCount = byteCount
        self.alignment = alignment
        self.line = line
        self.elementByteCount = elementByteCount
        self.headroom = headroom
        self.fields = fields
    }
}
