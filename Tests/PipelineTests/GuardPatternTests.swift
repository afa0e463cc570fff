// The pattern of guard space: whatever byte is changed is found, wherever the space begins and ends, and nothing that a
// frame might hold looks like it.

import Testing

@testable import Pipeline

@Suite struct GuardPatternTests {
    private func change(_ bytes: [UInt8], _ pattern: GuardPattern, at address: UInt64) -> GuardChange? {
        bytes.withUnsafeBytes { pattern.change(of: $0, at: address) }
    }

    private func filled(_ count: Int, _ pattern: GuardPattern, at address: UInt64) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        bytes.withUnsafeMutableBytes { pattern.fill($0, at: address) }
        return bytes
    }

    @Test func `every changed byte is found, and where it is`() {
        let pattern = GuardPattern(seed: 0x1234_5678)
        for address in UInt64(0x6000_0000)..<0x6000_0009 {
            for count in 0..<40 {
                var bytes = filled(count, pattern, at: address)
                #expect(change(bytes, pattern, at: address) == nil)
                for place in 0..<count {
                    bytes[place] ^= 0x40
                    let found = GuardChange(start: UInt64(place), end: UInt64(place) + 1, byteCount: 1)
                    #expect(change(bytes, pattern, at: address) == found)
                    bytes[place] ^= 0x40
                }
            }
        }
    }

    @Test func `a run that is written over is told of from its first byte to its last`() {
        let pattern = GuardPattern(seed: 7)
        var bytes = filled(0x12000, pattern, at: 0x6011_2610)
        for place in 3..<40_003 { bytes[place] = ~bytes[place] }
        bytes[100] = ~bytes[100]
        #expect(change(bytes, pattern, at: 0x6011_2610) == GuardChange(start: 3, end: 40_003, byteCount: 39_999))
    }

    @Test func `a space is the same however it is cut, and another at every address and for every seed`() {
        let pattern = GuardPattern(seed: 99)
        let whole = filled(64, pattern, at: 0x1000)
        for start in 0..<64 {
            #expect(filled(64 - start, pattern, at: 0x1000 + UInt64(start)) == Array(whole[start...]))
        }
        var words: Set<UInt64> = []
        for seed in UInt64(0)..<4 {
            for address in stride(from: UInt64(0x6000_0000), to: 0x6001_2000, by: 8) {
                words.insert(GuardPattern(seed: seed << 20).word(at: address))
            }
        }
        #expect(words.count == 4 * 0x12000 / 8)
        // No byte is rare in it: a constant would be.
        let bytes = filled(0x12000, pattern, at: 0x6000_0000)
        #expect((UInt8.min...UInt8.max).allSatisfy { byte in bytes.count { $0 == byte } > 200 })
    }
}
