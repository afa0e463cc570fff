// What may be written beside what tells of memory: flags on both sides of a length stay what they are, and no ring moves by the
// register of another, which would be held to the size of one of them.

import RuleCompiler
import Testing

@Suite struct PermitTests {
    private static let text = """
        class lamp 1 { require start(size: u32 in 60…256) -> ready | refused }
        device blinker is lamp {
            match pci vendor 0x1234 device 0x0001
            window regs = bar 0 memory
            register regs.LOW at 0x08 rw
            register regs.HIGH at 0x0C rw
            register regs.SIZE at 0x10 rw
            register regs.HEAD at 0x14 rw
            register regs.TAIL at 0x18 rw
            register regs.LOW2 at 0x28 rw
            register regs.HIGH2 at 0x2C rw
            register regs.SIZE2 at 0x30 rw
            register regs.HEAD2 at 0x34 rw
            register regs.TAIL2 at 0x38 rw
            register regs.RUN at 0x40 wo { FIRST: 0 = 0, 1 after few, SECOND: 1 = 0, 1 after many }
            register regs.START at 0x44 wo as address of sheets
            register regs.SEND at 0x48 wo { EARLY: 0, LENGTH: 1…12 as length of sheets, LATE: 13 }
            layout Entry 16 bytes {
                kind at 0 u16 by driver any
                length at 2 u16 by driver as length
                mark at 4 u16 by driver any
                report at 6 u16 by device { DONE: 0 }
                address at 8 u64 by driver as address
            }
            ring few of Entry receives { count 8, base LOW:HIGH, bytes SIZE, head HEAD, tail TAIL, done report.DONE }
            ring many of Entry receives { count 256, base LOW2:HIGH2, bytes SIZE2, head HEAD2, tail TAIL2, done report.DONE }
            pool papers of few { bytes 256 }
            pool others of many { bytes 256 }
            pool sheets { count 4, bytes 256 }
            generate start(size: u32 in 60…256) -> ready | refused {
                reset state
                for slot in few { slot = Entry { kind: 3, length: 256, mark: 5, address: slot.buffer } }
                for slot in many { slot = Entry { address: slot.buffer } }
                few.start()
                RUN = FIRST
                many.start()
                RUN = SECOND
                few.notify()
                START = sheets[1].address
                SEND = EARLY | LENGTH(size) | LATE
                return ready
            }
        }
        """

    private func found(_ text: String) -> [String] {
        RuleCompiler.compileAndTry([RuleSource(name: "a", text: text)]).diagnostics.map(\.identifier.text)
    }

    @Test func `flags on both sides of a length may be set, in a register as in a slot`() {
        #expect(found(Self.text) == [])
        #expect(found(Self.text.replacing("LATE: 13", with: "LATE: 13 = 0")) == ["M132"])
        let four = Self.text.replacing("mark at 4 u16 by driver any", with: "mark at 4 u16 by driver = 4")
        #expect(found(four) == ["M136", "M136"])
    }

    @Test(arguments: [
        "head HEAD2, tail TAIL2", "head HEAD, tail TAIL2", "head HEAD2, tail TAIL", "head TAIL, tail TAIL2",
    ])
    func `a ring that moves by the register of another is refused`(moves: String) {
        let isOwn = moves == "head HEAD2, tail TAIL2"
        #expect(found(Self.text.replacing("head HEAD2, tail TAIL2", with: moves)) == (isOwn ? [] : ["M038"]))
    }
}
