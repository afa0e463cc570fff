// A guard space that was found written to, as a report tells of it. GuardReader gathers it; tests and the host tools look
// at it.

import Hardware
import Report

/// What a device wrote where nothing is to be written.
public struct ReportedOverrun: Hashable, Sendable {
    /// Whose device reached memory then.
    public var function: FunctionAddress
    /// Name of its description, ASCII.
    public var driver: [UInt8]
    /// The first byte that differed.
    public var start: VirtualAddress
    /// From it to the last byte that differed. Units: bytes.
    public var byteCount: UInt64
    /// Bytes of these that differed.
    public var changedByteCount: UInt64
    /// Name of the memory that the guard space follows, ASCII; `private` without an owner is the private region.
    public var memory: [UInt8]
    /// The function whose memory that is.
    public var owner: FunctionAddress?

    init(_ fields: inout RecordFields) throws(ReportError) {
        function = fields.function()
        driver = fields.text()
        start = VirtualAddress(rawValue: try fields.number())
        byteCount = try fields.number()
        changedByteCount = try fields.number()
        memory = fields.text()
        owner = fields.option() ? fields.function() : nil
    }
}
