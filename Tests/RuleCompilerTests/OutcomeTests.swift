// What outcomes may say: whose buffer a field numbers, and how much there is room for in the metabinary.

import RuleCompiler
import Testing

@Suite struct OutcomeTests {
    /// A device with two pools, of which one function exchanges buffers of `out`.
    private func found(
        _ outcomes: String = "done { buffer: own out 0…7, level: 8…15 } | refused", required: String? = nil,
        _ result: String = "done { buffer: idle, level: level }"
    ) -> [String] {
        let text = """
            class slot 1 {
                require send(frame: own out, level: u8) -> \(required ?? outcomes)
                require start() -> none
            }
            device box is slot {
                match pci vendor 0x1234 device 0x0001
                window regs = bar 0 ports
                register regs.WORD at 0x00 rw
                pool out { count 16, bytes 256 }
                pool in_ { count 8, bytes 64, data u32 }
                state held: own out
                generate start() -> none { reset state }
                generate send(frame: own out, level: u8) -> \(outcomes) {
                    let idle = held.exchange(frame)
                    in_[0].data[0] = WORD
                    return \(result)
                }
            }
            """
        return RuleCompiler.compile([RuleSource(name: "a", text: text)]).diagnostics.map { $0.identifier.text }
    }

    @Test func `A field may say whose buffer it numbers`() {
        #expect(found() == [])
        #expect(found("done { buffer: 0…7, level: 8…15 } | refused") == [])
    }

    @Test func `A buffer of another pool, or of none, is a mistake`() {
        #expect(found("done { buffer: own in_ 0…7, level: 8…15 } | refused") == ["M039"])
        #expect(found("done { buffer: own inn 0…7, level: 8…15 } | refused") == ["M007"])
    }

    @Test func `Class and device agree on whose buffer it is`() {
        let required = "done { buffer: 0…7, level: 8…15 } | refused"
        #expect(found(required: required) == ["M020"])
    }

    @Test func `There is room for 16 outcomes of 8 fields`() {
        let many = (0..<15).map { "| other\($0)" }.joined(separator: " ")
        let one = "done { buffer: own out 0…7, level: 8…15 } | refused"
        #expect(found(one + many.prefix(many.count - 9)) == [])
        #expect(found(one + many) == ["M026"])
        let fields = (0..<7).map { "more\($0): \(16 + $0)" }.joined(separator: ", ")
        let values = (0..<7).map { "more\($0): 1" }.joined(separator: ", ")
        #expect(
            found(
                "done { buffer: own out 0…7, level: 8…15, \(fields) } | refused",
                "done { buffer: idle, level: level, \(values) }") == ["M026"])
    }
}
