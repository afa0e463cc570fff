// A cursor over the bytes of an image: every read is checked against the end. It knows numbers, not what they
// mean. Its reads stay functions: in the kernel their copies would be a third of the parser.

import Program

/// Cursor over a part of an image.
package struct ImageReader {
    let bytes: [UInt8]
    package var offset: Int
    /// Offset after the last byte that may be read.
    var end: Int

    /// - Precondition: `offset <= end <= bytes.count`.
    package init(_ bytes: [UInt8], from offset: Int, to end: Int) {
        precondition(offset >= 0 && offset <= end && end <= bytes.count, "reader outside its image")
        self.bytes = bytes
        self.offset = offset
        self.end = end
    }

    package var isAtEnd: Bool { offset == end }

    /// Reads a byte.
    @inline(never)
    mutating func byte() throws(MetabinaryError) -> UInt8 {
        guard offset < end else { throw .endsEarly(at: offset) }
        offset += 1
        return bytes[offset - 1]
    }

    /// Reads a variable-length number of at most `limit`.
    ///
    /// Layout: seven bits a byte, the low ones first; bit 7 is set in every byte but the last.
    @inline(never)
    mutating func number(atMost limit: UInt64) throws(MetabinaryError) -> UInt64 {
        let start = offset
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let next = try byte()
            let bits = UInt64(next & 0x7F)
            guard shift < 64, (bits << shift) >> shift == bits else { throw .numberTooLarge(at: start) }
            value |= bits << shift
            if next & 0x80 == 0 { break }
            shift += 7
        }
        guard value <= limit else { throw .numberTooLarge(at: start) }
        return value
    }

    /// Reads a variable-length number of at most `limit`, which is a number of things.
    @inline(never)
    mutating func count(atMost limit: Int) throws(MetabinaryError) -> Int {
        Int(try number(atMost: UInt64(limit)))
    }

    /// Reads the index of one of `count` entries.
    @inline(never)
    mutating func index(below count: Int) throws(MetabinaryError) -> Int {
        let start = offset
        let value = try number(atMost: .max)
        guard value < UInt64(count) else { throw .badIndex(at: start) }
        return Int(value)
    }

    /// Reads the type of a value, given by its number of bits.
    @inline(never)
    mutating func type() throws(MetabinaryError) -> ValueType {
        let start = offset
        guard let type = ValueType(rawValue: try byte()), type != .void else { throw .badType(at: start) }
        return type
    }
}
