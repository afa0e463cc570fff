// The code of a driver as it lies in memory.

import Hardware
import Metabinary
import Pipeline
import Testing

@Suite struct GeneratedDriverTests {
    private func driver(_ functions: [(entry: UInt64, byteCount: Int)]) -> GeneratedDriver {
        GeneratedDriver(
            function: FunctionAddress(rawValue: 0x18), name: [], className: [], windows: [],
            functions: functions.map {
                GeneratedFunction(
                    FunctionSignature(
                        name: [], resultName: [], resultBitCount: 1, ruleFile: []),
                    entry: VirtualAddress(rawValue: $0.entry),
                    bytes: [UInt8](repeating: 0x90, count: $0.byteCount), marks: [], branchCount: 0)
            })
    }

    @Test func `int3 fills the gaps between functions and the rest of the page`() {
        let driver = driver([(0x4000_0000, 12), (0x4000_0020, 16), (0x4000_0030, 3)])
        let code = driver.code
        #expect(driver.codeStart?.rawValue == 0x4000_0000)
        #expect(driver.byteCount == 31)
        #expect(code.count == 4096)
        for (index, byte) in code.enumerated() {
            let isFunction = index < 12 || 32..<51 ~= index
            #expect(byte == (isFunction ? 0x90 : 0xCC))
        }
    }

    @Test func `code that ends with its page has no page more`() {
        #expect(driver([(0x4000_0000, 4096)]).code.count == 4096)
        #expect(driver([(0x4000_0000, 4096), (0x4000_1000, 1)]).code.count == 8192)
    }

    @Test func `a driver without functions has no code`() {
        #expect(driver([]).code.isEmpty)
        #expect(driver([]).codeStart == nil)
    }
}
