// Data that the driver itself moves between buffers and a register: where each element is, and what no text may say of it.

import Interpretation
import Metabinary
import RuleCompiler
import Testing

@Suite struct BufferDataTests {
    /// A device that is handed data, whose pools and function are given: regions are 0 the window, 1 `out`, 2 `in_`.
    private static func text(
        _ body: String, out: String = "count 16, bytes 256, data u16", more: String = ""
    ) -> String {
        """
        class slot 1 {
            require send(frame: own out, level: u32 in 0…200) -> done { back: 0…15 } | busy | refused
        }
        device box is slot {
            match pci vendor 0x1234 device 0x0001
            window regs = bar 0 ports
            register regs.DATA at 0x00 u16 rw fifo
            register regs.WORD at 0x04 rw
            pool out { \(out) }
            pool in_ { count 8, bytes 64, data u32 }
            \(more)
            generate send(frame: own out, level: u32 in 0…200) -> done { back: 0…15 } | busy | refused {
                \(body)
                in_[0].data[0] = level
                release frame
                return done { back: 0 }
            }
        }
        """
    }

    private func stores(_ body: String, _ arguments: [UInt64]) throws -> [[UInt64]] {
        let compilation = RuleCompiler.compile([RuleSource(name: "a", text: Self.text(body))])
        let image = try MetabinaryImage(try #require(compilation.metabinary, "\(compilation.diagnostics)"))
        let device = image.devices[0]
        let program = try image.evaluate(
            device.functions[0], regions: Rules.regions(of: device), clockFrequency: 1_000_000)
        #expect(program.defect == nil, "\(program.text)")
        var memory = AnsweringMemory { region, offset, _ in UInt64(region) << 12 | offset }
        guard case .returned = ProgramInterpreter.run(program, arguments, memory: &memory) else { return [] }
        return memory.writes.dropLast().map { [UInt64($0.region), $0.offset, $0.byteCount, $0.value] }
    }

    @Test func `an element is at its buffer's start and as many elements on`() throws {
        #expect(try stores("DATA = frame.data[5]", [3, 9]) == [[0, 0, 2, 0x1000 | (3 * 256 + 10)]])
        #expect(try stores("out[15].data[127] = level", [3, 9]) == [[1, 15 * 256 + 254, 2, 9]])
        #expect(try stores("in_[level & 7].data[level & 15] = 77", [3, 0x9D]) == [[2, 5 * 64 + 13 * 4, 4, 77]])
        let moved = try stores("for i in 0..<128 { if i < level { frame.data[i] = DATA } }", [2, 3])
        #expect(moved == (0..<3).map { [1, 512 + 2 * $0, 2, 0] })
    }

    @Test(arguments: [
        ("M033", "DATA = frame.data[level]"), ("M033", "DATA = out[level].data[0]"), ("M033", "in_[8].data[0] = 1"),
        ("M033", "in_[0].data[16] = 1"), ("M021", "frame.data[0] = level << 9"), ("M021", "frame.data[0] = WORD"),
    ])
    func `an element outside of its buffer, or a number too wide for it, is a mistake`(id: String, body: String) {
        #expect(found(Self.text(body)) == [id])
    }

    @Test func `what leads to no data is a mistake, and says what does`() {
        for wrong in ["frame.data[0][1] = 1", "frame.words[0] = 1", "out[0].data[0].low = 1"] {
            #expect(found(Self.text(wrong)) == ["M084"], "\(wrong)")
        }
        #expect(found(Self.text("frame.data[0] = 1", out: "count 16, bytes 256")) == ["M084"])
        #expect(found(Self.text("DATA = first", more: "fact first = in_[0].data[0]")) == ["M101"])
        let moved = Self.text("").replacing("return done", with: "DATA = frame.data[0] return done")
        #expect(found(moved) == ["M035"])
    }

    @Test func `data has no headroom, and a number of buffers that bits bound`() {
        for wrong in ["count 12, bytes 256, data u16", "count 16, bytes 256, headroom 8, data u16"] {
            #expect(found(Self.text("DATA = frame.data[0]", out: wrong)) == ["M081"], "\(wrong)")
        }
    }

    private func found(_ text: String) -> [String] {
        RuleCompiler.compile([RuleSource(name: "a", text: text)]).diagnostics.map(\.identifier.text)
    }
}
