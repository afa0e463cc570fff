// Numbers as a sink of bytes writes them.

import Program
import Testing

@Suite struct ByteSinkTests {
    @Test(arguments: [0, 1, 9, 10, 15, 16, 99, 255, 65_535, 1 << 32, 1 << 63, UInt64.max])
    func `numbers are written as the standard library writes them`(number: UInt64) {
        var decimal: [UInt8] = []
        decimal.write(decimal: number)
        #expect(String(decoding: decimal, as: UTF8.self) == String(number))
        var hexadecimal: [UInt8] = []
        hexadecimal.write(hexadecimal: number)
        #expect(String(decoding: hexadecimal, as: UTF8.self) == "0x" + String(number, radix: 16))
    }
}
