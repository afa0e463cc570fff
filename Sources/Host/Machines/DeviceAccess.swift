// An access of a device by generated code, as QEMU saw it. AccessLog finds it in QEMU's log; what register that is, and which
// function it was, Inspection tells from the report.

/// An access by the processor while generated code ran, or several equal ones that followed each other.
public struct DeviceAccess: Hashable, Sendable {
    /// Physical address, or port: no device's memory lies as low as ports do.
    public var address: UInt64
    /// Units: bytes.
    public var byteCount: Int
    public var isWrite: Bool
    /// What was written, or read.
    public var value: UInt64
    /// Where the generated code was that ran last: in the function that made the access.
    public var code: UInt64
    /// Records that were on the line before it.
    public var recordCount: Int
    /// How many such accesses there were.
    public var count = 1

    public init(
        address: UInt64, byteCount: Int, isWrite: Bool, value: UInt64, code: UInt64, recordCount: Int
    ) {
        self.address = address
        self.byteCount = byteCount
        self.isWrite = isWrite
        self.value = value
        self.code = code
        self.recordCount = recordCount
    }

    /// Whether another one is the same, however often it was made.
    func isSame(as other: DeviceAccess) -> Bool {
        address == other.address && byteCount == other.byteCount && isWrite == other.isWrite && value == other.value
            && code == other.code && recordCount == other.recordCount
    }
}
