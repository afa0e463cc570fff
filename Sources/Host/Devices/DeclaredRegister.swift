// A register, or an array of registers, as a driver's description declares it: what failures are spread over, and what
// a driver may touch.

/// Registers that a description names.
public struct DeclaredRegister: Hashable, Sendable, CustomStringConvertible {
    public var name: String
    /// Units: bytes from the start of what the window's base address register decodes.
    public var offset: UInt64
    /// Registers that are one after the other.
    public var count: Int
    /// Units: bytes of one.
    public var byteCount: Int
    public var isReadable: Bool
    public var isWritable: Bool

    public init(name: String, offset: UInt64, count: Int, byteCount: Int = 4, isReadable: Bool, isWritable: Bool) {
        self.name = name
        self.offset = offset
        self.count = count
        self.byteCount = byteCount
        self.isReadable = isReadable
        self.isWritable = isWritable
    }

    /// Offset of each.
    public var offsets: [UInt64] { (0..<count).map { offset + UInt64($0 * byteCount) } }

    /// Whether an access touches exactly one of them, in a direction that it has.
    public func permits(_ access: WindowAccess) -> Bool {
        let size = UInt64(byteCount)
        return access.byteCount == byteCount && access.offset >= offset && (access.offset - offset) % size == 0
            && (access.offset - offset) / size < UInt64(count) && (access.isWrite ? isWritable : isReadable)
    }

    public var description: String { "\(name) at 0x\(String(offset, radix: 16))" }
}
