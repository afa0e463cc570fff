// The operand of a load: which register, in which window, how wide. Image reader and evaluator read it alike.

import Program

/// A register that code reads.
struct RegisterOperand {
    /// Index of the window in its device.
    var window: UInt8
    var type: ValueType
    /// Units: bytes from the start of the window, a multiple of the register's size.
    var offset: UInt64

    /// Reads the operand.
    ///
    /// Throws: `badRegister` for a register of less than a byte, out of reach or not a multiple of its size.
    init(_ reader: inout ImageReader) throws(MetabinaryError) {
        let place = reader.offset
        window = UInt8(try reader.number(atMost: UInt64(MetabinaryLimit.windowCount)))
        type = try reader.type()
        offset = try reader.number(atMost: MetabinaryLimit.windowByteCount)
        guard type != .boolean, offset % byteCount == 0 else { throw .badRegister(at: place) }
    }

    /// Units: bytes.
    var byteCount: UInt64 { UInt64(type.bitCount) / 8 }

    /// Offset behind the register's last byte.
    var end: UInt64 { offset + byteCount }
}
