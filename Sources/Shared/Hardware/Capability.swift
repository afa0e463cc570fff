// An entry of a PCI function's capability list, with the bytes of it that matter to generation. What the standard's own
// capabilities mean is told by views beside; what a vendor put into one is known to descriptions alone.

/// An entry of a function's capability list.
///
/// Source: PCI Local Bus Specification, revision 3.0, section 6.7.
public struct Capability: Hashable, Sendable {
    /// Most bytes of a capability that are read, its first two among them.
    static let byteCountLimit: UInt16 = 64

    /// Capability ID.
    public var identifier: UInt8
    /// Place in configuration space.
    public var offset: UInt8
    /// The bytes from the third on, as far as they matter; empty where the ID is none of those that do.
    public var contents: [UInt8]

    public init(identifier: UInt8, offset: UInt8, contents: [UInt8] = []) {
        self.identifier = identifier
        self.offset = offset
        self.contents = contents
    }

    /// Whether it has that ID and, unless the offset is 0, `mark` in the byte there.
    @inline(never)
    public func isOf(_ identifier: UInt8, markOffset: UInt8, mark: UInt8) -> Bool {
        self.identifier == identifier && (markOffset == 0 || number(at: markOffset, 1) == UInt32(mark))
    }

    /// A number in the capability, its low byte first, or `nil` where it was not read, wholly or in part.
    ///
    /// - Parameters:
    ///   - offset: from the capability's first byte on, which holds its ID.
    ///   - byteCount: four at most.
    @inline(never)
    public func number(at offset: UInt8, _ byteCount: UInt8) -> UInt32? {
        guard offset >= 2, Int(offset) + Int(byteCount) <= contents.count + 2 else { return nil }
        var value: UInt32 = 0
        for index in 0..<byteCount {
            value |= UInt32(contents[Int(offset - 2 + index)]) << (8 * UInt32(index))
        }
        return value
    }
}
