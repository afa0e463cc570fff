// Prefixed numbers, bytes and places of functions as reports write them, in lower case.

import Hardware
import Report

extension Collection where Element == UInt8 {
    /// The number after `0x`.
    var prefixedNumber: UInt64? { prefix(2).isSpelled("0x") ? dropFirst(2).number(radix: 16) : nil }

    /// The bytes that pairs of digits write.
    var hexadecimalBytes: [UInt8]? {
        let digits = Array(self)
        guard digits.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        for place in stride(from: 0, to: digits.count, by: 2) {
            guard let byte = digits[place..<place + 2].number(radix: 16) else { return nil }
            bytes.append(UInt8(byte))
        }
        return bytes
    }
}

extension FunctionAddress {
    /// Reads `bus:device.function`.
    init?(reported text: ArraySlice<UInt8>) {
        let text = Array(text)
        guard text.count == 7, text[2] == UInt8(ascii: ":"), text[5] == UInt8(ascii: "."),
            let bus = text[0..<2].number(radix: 16), let device = text[3..<5].number(radix: 16), device < 32,
            let function = text[6...].number(radix: 16), function < 8
        else { return nil }
        self.init(bus: UInt8(bus), device: UInt8(device), function: UInt8(function))
    }
}
