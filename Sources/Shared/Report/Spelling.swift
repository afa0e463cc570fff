// Bytes against fixed words, and as a number: what the kernel asks of its command line, and the host of a report.

extension Collection where Element == UInt8 {
    /// The number that hexadecimal digits in lower case write, of which there are sixteen at most; `nil` for other bytes.
    public var hexadecimalNumber: UInt64? {
        var number: UInt64 = 0
        for digit in self {
            switch digit {
            case 0x30...0x39: number = number << 4 | UInt64(digit - 0x30)
            case 0x61...0x66: number = number << 4 | UInt64(digit - 0x61 + 10)
            default: return nil
            }
        }
        return number
    }

    /// Whether the bytes are those of `word`.
    public func isSpelled(_ word: StaticString) -> Bool {
        guard count == word.utf8CodeUnitCount else { return false }
        var byte = word.utf8Start
        for element in self {
            if element != byte.pointee { return false }
            byte += 1
        }
        return true
    }
}
