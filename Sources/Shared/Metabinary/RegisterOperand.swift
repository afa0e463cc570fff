// The operand of a load or a store: which register of a window, or which place of a ring, how wide. Image reader and
// evaluator read it alike.

import Program

/// A register that code reads or writes.
struct RegisterOperand {
    /// Index of the region: the windows of the device, then its memories.
    var region: UInt8
    var type: ValueType
    /// Units: bytes from the start of the region, a multiple of the register's size.
    var offset: UInt64

    /// Reads the operand.
    ///
    /// Throws: `badRegister` for a register of less than a byte, out of reach or not a multiple of its size.
    init(_ reader: inout ImageReader) throws(MetabinaryError) {
        let place = reader.offset
        region = UInt8(try reader.number(atMost: UInt64(MetabinaryLimit.windowCount + MetabinaryLimit.memoryCount)))
        type = try reader.type()
        offset = try reader.number(atMost: MetabinaryLimit.windowByteCount)
        guard type != .boolean, offset % byteCount == 0 else { throw .badRegister(at: place) }
    }

    /// Units: bytes.
    var byteCount: UInt64 { UInt64(type.bitCount) / 8 }

    /// Offset behind the register's last byte.
    var end: UInt64 { offset + byteCount }
}
