// Where text goes, a byte at a time: the printers of programs and of assembly, and the reasons of refusals, write to
// one of these. ASCII only; no String, because the kernel writes such text too.

/// Something that takes bytes.
public protocol ByteSink {
    /// Takes one byte.
    mutating func write(_ byte: UInt8)
}

extension ByteSink {
    /// Writes ASCII text.
    @inline(never)
    public mutating func write(_ text: StaticString) {
        for index in 0..<text.utf8CodeUnitCount { write(text.utf8Start[index]) }
    }

    /// Writes bytes as they are.
    @inline(never)
    public mutating func write(_ bytes: [UInt8]) {
        for byte in bytes { write(byte) }
    }

    /// Writes a number without leading zeros, in base ten or sixteen; the digits above nine are `a` to `f`.
    ///
    /// - Precondition: `radix` is at most 16.
    @inline(never)
    public mutating func write(_ number: UInt64, radix: UInt64) {
        precondition(radix >= 2 && radix <= 16, "radix out of range")
        var divisor: UInt64 = 1
        while number / divisor >= radix { divisor *= radix }
        while divisor > 0 {
            let digit = UInt8(truncatingIfNeeded: number / divisor % radix)
            write(digit < 10 ? 0x30 + digit : 0x57 + digit)
            divisor /= radix
        }
    }

    /// Writes a number in base ten.
    public mutating func write(decimal number: UInt64) { write(number, radix: 10) }

    /// Writes `0x` and a number in base sixteen.
    @inline(never)
    public mutating func write(hexadecimal number: UInt64) {
        write("0x")
        write(number, radix: 16)
    }
}

extension [UInt8]: ByteSink {
    public mutating func write(_ byte: UInt8) { append(byte) }
}
