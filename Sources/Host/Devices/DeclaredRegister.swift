// A register, or an array of registers, as a driver's description declares it: what failures are spread over, and what
// a driver may touch.

/// Registers of 32 bits that a description names.
public struct DeclaredRegister: Hashable, Sendable, CustomStringConvertible {
    public var name: String
    /// Units: bytes from the window's start.
    public var offset: UInt64
    /// Registers of 32 bits that stand one behind the other.
    public var count: Int
    public var isReadable: Bool
    public var isWritable: Bool

    public init(name: String, offset: UInt64, count: Int, isReadable: Bool, isWritable: Bool) {
        self.name = name
        self.offset = offset
        self.count = count
        self.isReadable = isReadable
        self.isWritable = isWritable
    }

    /// Offset of each.
    public var offsets: [UInt64] { (0..<count).map { offset + UInt64($0) * 4 } }

    /// Whether an access touches exactly one of them, in a direction that it has.
    public func permits(_ access: WindowAccess) -> Bool {
        access.byteCount == 4 && access.offset >= offset && (access.offset - offset) % 4 == 0
            && (access.offset - offset) / 4 < UInt64(count) && (access.isWrite ? isWritable : isReadable)
    }

    public var description: String { "\(name) at 0x\(String(offset, radix: 16))" }
}
