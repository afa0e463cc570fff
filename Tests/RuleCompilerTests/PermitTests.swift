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

    @Test func `a length is no more than the buffers have that its address may lead to`() {
        for (bytes, expected) in [(128, ["M132"]), (256, []), (512, [])] {
            let text = Self.text.replacing("as address of sheets", with: "as address of scraps, sheets")
                .replacing("pool sheets", with: "pool scraps { count 4, bytes \(bytes) } pool sheets")
            #expect(found(text) == expected, "register, \(bytes)")
        }
        let pair = """
            register regs.PAIR at 0x4C wo as address of pair
            layout Pair 16 bytes {
                place at 0 u64 by driver as address of scraps
                size at 8 u32 by driver as length of sheets
                rest at 12 u32 by device
            }
            memory pair of Pair { count 1 }
            pool scraps { count 4, bytes 128 }
            pool sheets
            """
        let told = "pair.place = scraps[1].address pair.size = 256 publish PAIR = pair.address START = "
        let text = Self.text.replacing("pool sheets", with: pair).replacing("START = ", with: told)
        #expect(found(text) == ["M136"])
        #expect(found(text.replacing("pair.size = 256", with: "pair.size = 128")) == [])
        // What the device writes between them makes them no two records; another address is the one that it belongs to.
        let between = text.replacing(
            "size at 8 u32 by driver", with: "seen at 8 u32 by device size at 12 u32 by driver"
        )
        .replacing("rest at 12 u32 by device", with: "")
        #expect(found(between) == ["M136"])
        let apart = text.replacing("rest at 12 u32 by device", with: "rest at 12 u32 by driver as address of sheets")
        #expect(found(apart.replacing("pair.place =", with: "pair.rest = sheets[1].address pair.place =")) == [])
        // Without an address beside it, it is for what a register leads to.
        let alone = text.replacing("place at 0 u64 by driver as address of scraps", with: "place at 0 u64 by device")
            .replacing("pair.place = scraps[1].address", with: "")
            .replacing("START at 0x44 wo as address of sheets", with: "START at 0x44 wo as address of scraps, sheets")
            .replacing("1…12 as length of sheets", with: "1…12 as length of scraps")
            .replacing("60…256", with: "60…128")
        #expect(found(alone) == ["M136"])
        #expect(found(alone.replacing("pair.size = 256", with: "pair.size = 128")) == [])
    }

    @Test func `two memories of different sizes share no register for these`() {
        for (count, expected) in [(4, []), (2, ["M136"])] {
            let text = Self.text.replacing(
                "pool sheets",
                with: """
                    register regs.LOW3 at 0x50 rw
                    register regs.LOW4 at 0x54 rw
                    register regs.SIZE3 at 0x58 rw
                    layout Note 8 bytes { text at 0 u64 by driver any }
                    memory wide of Note { count 4, base LOW3, bytes SIZE3 }
                    memory slim of Note { count \(count), base LOW4, bytes SIZE3 }
                    pool sheets
                    """
            ).replacing(
                "1 after many }", with: "1 after many, THIRD: 2 = 0, 1 after slim, FOURTH: 3 = 0, 1 after wide }"
            )
            .replacing("START = ", with: "slim.start() RUN = THIRD wide.start() START = ")
            #expect(found(text) == expected, "\(count)")
        }
    }
}
