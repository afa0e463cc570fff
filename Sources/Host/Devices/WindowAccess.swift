// One access of generated code to a device's window, as the trace keeps it.

/// A read or write of a window.
public struct WindowAccess: Hashable, Sendable {
    public var isWrite: Bool
    /// Units: bytes from the start of what the window's base address register decodes.
    public var offset: UInt64
    /// Width of the instruction's access.
    public var byteCount: Int
    public var value: UInt64
    public var place: CodePlace

    public init(isWrite: Bool, offset: UInt64, byteCount: Int, value: UInt64, place: CodePlace) {
        self.isWrite = isWrite
        self.offset = offset
        self.byteCount = byteCount
        self.value = value
        self.place = place
    }
}
