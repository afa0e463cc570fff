// Numbers, addresses and sources in the words of a record.

import Hardware
import Report

extension RecordFields {
    /// A number in hexadecimal digits without a prefix, of exactly `digitCount` digits where that is given.
    func hexadecimal<T: FixedWidthInteger>(
        _ digits: some Collection<UInt8>, _ digitCount: Int? = nil, _ expected: String
    ) throws(ReportError) -> T {
        guard !digits.isEmpty, digitCount == nil || digits.count == digitCount else { throw malformed(expected) }
        return try number(digits, radix: 16, expected)
    }

    /// The next word as the nonce of a boot.
    mutating func nonce() throws(ReportError) -> UInt64 {
        let digits = try value("nonce")
        guard let value = BootNonce.value(of: digits) else { throw malformed("sixteen hexadecimal digits") }
        return value
    }

    /// The next word as a number behind `0x`.
    mutating func prefixed<T: FixedWidthInteger>(_ expected: String) throws(ReportError) -> T {
        try prefixed(word(expected), by: "0x", expected)
    }

    /// The next word as the size of a range, behind `+0x`.
    mutating func size<T: FixedWidthInteger>(_ expected: String) throws(ReportError) -> T {
        try prefixed(word(expected), by: "+0x", expected)
    }

    /// A number behind `prefix`.
    func prefixed<T: FixedWidthInteger>(
        _ word: ArraySlice<UInt8>, by prefix: StaticString = "0x", _ expected: String
    ) throws(ReportError) -> T {
        let length = prefix.utf8CodeUnitCount
        guard word.prefix(length).isSpelled(prefix) else { throw malformed(expected) }
        return try hexadecimal(word.dropFirst(length), nil, expected)
    }

    /// A decimal number.
    func decimal<T: FixedWidthInteger>(
        _ digits: some Collection<UInt8>, _ expected: String
    ) throws(ReportError) -> T {
        guard !digits.isEmpty else { throw malformed(expected) }
        return try number(digits, radix: 10, expected)
    }

    private func number<T: FixedWidthInteger>(
        _ digits: some Collection<UInt8>, radix: T, _ expected: String
    ) throws(ReportError) -> T {
        var value: T = 0
        for byte in digits {
            let digit: T
            switch byte {
            case 0x30...0x39: digit = T(byte - 0x30)
            case 0x61...0x66 where radix == 16: digit = T(byte - 0x61 + 10)
            default: throw malformed(expected)
            }
            let (product, isTooLarge) = value.multipliedReportingOverflow(by: radix)
            let (sum, hasCarry) = product.addingReportingOverflow(digit)
            if isTooLarge || hasCarry { throw malformed(expected) }
            value = sum
        }
        return value
    }

    /// The next word as the place of a PCI function: `bus:device.function`.
    mutating func functionAddress() throws(ReportError) -> FunctionAddress {
        let expected = "bus:device.function"
        let place = Array(try word(expected))
        guard place.count == 7, place[2] == UInt8(ascii: ":"), place[5] == UInt8(ascii: ".") else {
            throw malformed(expected)
        }
        let bus: UInt8 = try hexadecimal(place[0..<2], 2, expected)
        let device: UInt8 = try hexadecimal(place[3..<5], 2, expected)
        let function: UInt8 = try hexadecimal(place[6...], 1, expected)
        guard device < 32, function < 8 else { throw malformed(expected) }
        return FunctionAddress(bus: bus, device: device, function: function)
    }

    /// The next word as two identifiers: `vendor:device`.
    mutating func identifiers(_ expected: String) throws(ReportError) -> (vendor: UInt16, device: UInt16) {
        let pair = Array(try word(expected))
        guard pair.count == 9, pair[4] == UInt8(ascii: ":") else { throw malformed(expected) }
        return (try hexadecimal(pair[0..<4], 4, expected), try hexadecimal(pair[5...], 4, expected))
    }

    /// The next word as the name of a part of a driver: `driver.part`.
    mutating func qualifiedName(_ expected: String) throws(ReportError) -> (driver: [UInt8], part: [UInt8]) {
        let name = try word(expected)
        guard let dot = name.firstIndex(of: UInt8(ascii: ".")), dot > name.startIndex, dot + 1 < name.endIndex else {
            throw malformed(expected)
        }
        return (Array(name[..<dot]), Array(name[(dot + 1)...]))
    }

    /// The last word, which says how a fact was learned.
    mutating func source() throws(ReportError) -> FactSource {
        let word = try value("by")
        for source in FactSource.allCases where word.isSpelled(source.word) {
            try end()
            return source
        }
        throw malformed("a source that is known")
    }
}
