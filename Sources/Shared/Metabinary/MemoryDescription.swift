// Memory that a description asks for: descriptor rings, buffers and state. Where it goes is planned by the pipeline.

import Program

/// A ring, a pool or state of a device.
public final class MemoryDescription: @unchecked Sendable {
    /// Name in the rule, ASCII.
    public package(set) var name: [UInt8] = []
    /// What the memory is: anything but a window.
    public package(set) var kind = Region.Kind.ring
    /// Units: bytes.
    public package(set) var byteCount: UInt64 = 0
    /// Power of two that the physical address is a multiple of.
    ///
    /// Units: bytes.
    public package(set) var alignment: UInt64 = 0
    /// Line of the rule's file, counted from 1.
    public package(set) var line: UInt16 = 0
    /// Size of a slot of a ring, a power of two, or of a buffer of a pool; 0 for state.
    ///
    /// Units: bytes.
    public package(set) var elementByteCount: UInt64 = 0
    /// Where the data of a buffer begins, whose number counts elements from the memory's start.
    ///
    /// Units: bytes after that element's start.
    public package(set) var headroom: UInt64 = 0
    /// Whether it lies right behind the memory before it, at the first multiple of its alignment: the device finds it by
    /// that one's address.
    public package(set) var isBehind = false
    /// What the slots of a ring tell the device of other memory, in rising order of offset.
    public package(set) var fields: [SlotField] = []
    /// What may be written to a slot of a ring besides what the fields say, as in a part.
    public package(set) var allowed: [AllowedValues]?
    /// What code reaches of memory that is no row of slots; none of anything else. In rising order of offset, none over
    /// another.
    public package(set) var parts: [MemoryPart] = []

    /// Whether fields and registers may tell of one buffer or record of it.
    var hasParts: Bool { kind == .pool || !parts.isEmpty }

    package init() {}

    @inline(never)
    public init(
        name: [UInt8], kind: Region.Kind, byteCount: UInt64, alignment: UInt64, line: UInt16,
        elementByteCount: UInt64 = 0, headroom: UInt64 = 0, fields: [SlotField] = [],
        allowed: [AllowedValues]? = nil, parts: [MemoryPart] = [], isBehind: Bool = false
    ) {
        self.name = name
        self.kind = kind
        self.byteCount = byteCount
        self.alignment = alignment
        self.line = line
        self.elementByteCount = elementByteCount
        self.headroom = headroom
        self.fields = fields
        self.allowed = allowed
        self.parts = parts
        self.isBehind = isBehind
    }
}

/// A field of shared memory, an array of fields or of records: what an index stays in, and what is granted by itself.
public struct MemoryPart: Hashable, Sendable {
    /// Name for grants, ASCII: `MEMORY.FIELD`, or the memory's where it is all of it.
    public var name: [UInt8] = []
    /// Units: bytes from the start of the memory, a multiple of the element's size or of 8.
    public var offset: UInt64 = 0
    /// Units: bytes, a multiple of the element's size.
    public var byteCount: UInt64 = 0
    /// A power of two that every index is a multiple of; an access lies in one element.
    ///
    /// Units: bytes.
    public var elementByteCount: UInt64 = 0
    public var isReadable = false
    public var isWritable = false
    /// What an element tells the device of other memory, in rising order of offset.
    public var fields: [SlotField] = []
    /// What may be written to an element besides what the fields say: in rising order of bits; all others are written as zero.
    /// `nil` for anything.
    public var allowed: [AllowedValues]?

    package init() {}

    /// Offset after the last element.
    var end: UInt64 { offset + byteCount }
}
