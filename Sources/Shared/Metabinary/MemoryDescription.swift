// Memory that a description asks for: descriptor rings, buffers and state. Where it goes is planned by the pipeline.

import Program

/// A ring, a pool or state of a device.
public struct MemoryDescription: Hashable, Sendable {
    /// Name in the rule, ASCII.
    public var name: [UInt8]
    /// What the memory is: anything but a window.
    public var kind: Region.Kind
    /// Units: bytes.
    public var byteCount: UInt64
    /// Power of two that the physical address is a multiple of.
    ///
    /// Units: bytes.
    public var alignment: UInt64
    /// Line of the rule's file, counted from 1.
    public var line: UInt16

    public init(name: [UInt8], kind: Region.Kind, byteCount: UInt64, alignment: UInt64, line: UInt16) {
        self.name = name
        self.kind = kind
        self.byteCount = byteCount
        self.alignment = alignment
        self.line = line
    }
}
