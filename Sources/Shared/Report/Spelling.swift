// Bytes against fixed words, and as numbers: what the kernel asks of its command line, and the host of a report.

extension Collection where Element == UInt8 {
    /// The number that the bytes write in digits, so many where that is given; `nil` for other bytes and for none.
    public func number(radix: UInt64, digitCount: Int? = nil) -> UInt64? {
        guard !isEmpty, digitCount == nil || digitCount == count else { return nil }
        var value: UInt64 = 0
        for byte in self {
            let digit: UInt64
            switch byte {
            case 0x30...0x39: digit = UInt64(byte - 0x30)
            case 0x61...0x66 where radix == 16: digit = UInt64(byte - 0x61 + 10)
            default: return nil
            }
            let (product, isTooLarge) = value.multipliedReportingOverflow(by: radix)
            let (sum, hasCarry) = product.addingReportingOverflow(digit)
            if isTooLarge || hasCarry { return nil }
            value = sum
        }
        return value
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
