// What a driver may touch of memory that is no ring, and that code which would tell its device of anything else is refused:
// rules that are mistaken or lie, written as a description may be, and generated like any other.

import Hardware
import Metabinary
import Pipeline
import Program
import RuleCompiler
import Testing
import Verification

@Suite struct SharedMemoryGrantTests {
    private static let rules = """
        class lamp 1 {
            require start() -> none
            require glow(frame: own out, level: u32 in 60…1514) -> done { back: 0…15 } | busy | refused
        }
        device blinker is lamp {
            match pci vendor 0x1234 device 0x0001
            window regs = bar 0 memory
            register regs.BASE at 0x00 rw
            register regs.LOW at 0x08 rw
            register regs.HIGH at 0x0C rw
            register regs.START[4] at 0x20 rw as address of out
            register regs.SEND[4] at 0x30 rw { SIZE: 0…12 as length of out, BUSY: 31 }
            register regs.RUN at 0x40 wo = 0, 1 after heard and one, 1 after heard and two
            layout Header 4 bytes {
                kind at 0 u16 by device
                size at 2 u16 by device
            }
            layout Entry 16 bytes {
                place at 0 u64 by driver as address
                size at 8 u32 by driver as length
                next at 12 u32 by driver
            }
            layout Queue 262 bytes {
                index at 0 u16 by driver any
                seen at 2 u16 by device
                rows[8] at 8 of Entry
                marks[62] at 136 u16 by driver any
                last at 260 u16 by driver any
            }
            memory heard of Header { count 100, align 256, base BASE }
            memory one of Queue { base LOW:HIGH, pool out }
            memory two of Queue { base LOW:HIGH, pool out }
            pool out { count 12, bytes 2048, headroom 12 }
            state held[4]: own out
            state turn: u8 in 0…3 = 0
            generate start() -> none {
                reset state
                heard.start()
                one.start()
                two.start()
                for i in 0..<8 {
                    one.rows[i].place = out[i].address
                    two.rows[i].place = out[i].address
                }
                one.marks[heed()] = 1
                two.last = 1
            }
            define heed() = heard[1].size & 31
            generate glow(frame: own out, level: u32 in 60…1514) -> done { back: 0…15 } | busy | refused {
                let slot = turn
                if SEND[slot].BUSY { return busy }
                START[slot] = frame.address
                one.rows[slot].size = level + 12
                let back = held[slot].exchange(frame)
                publish
                SEND[slot] = SIZE(level)
                turn = (slot + 1) & 3
                return done { back: back }
            }
        }
        """

    private func outcome(
        _ rules: String = rules, data: UInt64 = 0x40_0000, changing run: [UInt8] = [], to other: [UInt8] = []
    ) throws -> GenerationOutcome {
        // What the compiler would say of a lie, the verifier says by itself.
        let compilation = RuleCompiler.compile(
            [RuleSource(name: "blinker.meta", text: rules)],
            ignoring: [.lengthPastBuffer, .memoryMisplaced, .unboundedIndex, .valueUnstated])
        var bytes = try #require(compilation.metabinary, "\(compilation.diagnostics)")
        if !run.isEmpty { try bytes.replaceOnly(run, with: other) }
        let outcome = try GrantPlannerTests.outcome(GrantPlannerTests.facts(data: data), bytes)
        return try #require(outcome)
    }

    /// What the verifier, or the planner, says of rules with a part in another's place.
    private func refusal(_ part: String, _ other: String) throws -> String {
        let rules = Self.rules.replacing(part, with: other)
        #expect(rules != Self.rules, "nothing is replaced")
        return reason(try outcome(rules))
    }

    private func reason(_ outcome: GenerationOutcome) -> String {
        guard case .refused(let refusal) = outcome else { return "accepted" }
        guard case .verification(let code) = refusal.error else { return "\(refusal.error)" }
        return "\(code.error.reason) \(String(decoding: code.error.grant, as: UTF8.self))"
    }

    private func shown(_ grants: [Grant]) -> [String] {
        grants.map { grant in
            let name = String(decoding: grant.name, as: UTF8.self)
            let place = "0x\(String(grant.start, radix: 16))+\(grant.byteCount)/\(grant.elementByteCount)"
            let limits = grant.limits.map { limit in
                let ranges = ([limit.range] + limit.others).map { "\($0.low)…\($0.high)" }
                return " \(limit.firstBit)+\(limit.bitCount)=\(ranges.joined(separator: ","))"
            }
            return "\(name) \(place) \(grant.rights.rawValue)\(limits.joined())"
        }
    }

    @Test func `each part of a memory is one grant, with what it tells of buffers, in its direction`() throws {
        let outcome = try outcome()
        let driver = try #require(outcome.driver, "\(outcome)")
        let places = driver.memories.map { ($0.name, $0.physical.rawValue) }
        func place(_ name: String) -> UInt64 { places.first { $0.0.elementsEqual(name.utf8) }?.1 ?? 0 }
        let (pool, one, two) = (place("out"), place("one"), place("two"))
        let buffers = "\(pool)…\(pool + 11 * 2048)"
        let grants = shown(driver.grants)
        for line in [
            "regs.BASE 0x50000000+4/4 3 0+32=\(place("heard"))…\(place("heard"))",
            "regs.LOW 0x50000008+4/4 3 0+32=\(one)…\(one),\(two)…\(two)", "regs.HIGH 0x5000000c+4/4 3 0+32=0…0",
            "regs.START 0x50000020+16/4 3 0+32=\(buffers)", "regs.SEND 0x50000030+16/4 3 0+13=0…2048 31+1=0…1",
        ] {
            #expect(grants.contains(line), "\(line)\n\(grants.joined(separator: "\n"))")
        }
        let start = 0x6009_2000 + one - 0x40_0000
        func hexadecimal(_ offset: UInt64) -> String { "0x" + String(start + offset, radix: 16) }
        #expect(
            grants.filter { $0.hasPrefix("one.") } == [
                "one.index \(hexadecimal(0))+2/2 2 0+16=0…65535", "one.seen \(hexadecimal(2))+2/2 1",
                "one.rows \(hexadecimal(8))+128/16 2 0+64=\(buffers) 64+32=0…2048",
                "one.marks \(hexadecimal(136))+124/2 2 0+16=0…65535", "one.last \(hexadecimal(260))+2/2 2 0+16=0…65535",
            ])
    }

    @Test func `before the first call every address in a part leads into its pool`() throws {
        let driver = try #require(try outcome().driver)
        var places: [UInt64: UInt8] = [:]
        driver.forEachInitialByte { place, byte in places[place.rawValue] = byte }
        let rows = driver.grants.filter { String(decoding: $0.name, as: UTF8.self).hasSuffix(".rows") }
        #expect(rows.count == 2 && places.count == 2 * 8 * 8)
        for grant in rows {
            for row in stride(from: grant.start, to: grant.start + grant.byteCount, by: 16) {
                let address = (UInt64(0)..<8).reduce(0) { $0 | UInt64(places[row + $1] ?? 0) << (8 * $1) }
                #expect(grant.limits[0].contains(address), "\(address)")
            }
        }
    }

    @Test(arguments: [
        // Addresses of memory, by registers that take them.
        ("heard.start()", "BASE = 0x401000", "limitBroken regs.BASE"),
        ("two.start()", "LOW = 0x400000", "limitBroken regs.LOW"),
        ("two.start()", "HIGH = 1", "limitBroken regs.HIGH"),
        // Lengths that a buffer has not, in a register and in memory.
        ("SEND[slot] = SIZE(level)", "SEND[slot] = SIZE(level + 2000)", "limitBroken regs.SEND"),
        ("SEND[slot] = SIZE(level)", "SEND[slot] = 0x1FFF", "limitBroken regs.SEND"),
        (".size = level + 12", ".size = level << 2", "limitBroken one.rows"),
        // A table of buffers that may hold numbers past the pool's end.
        ("publish\n", "START[slot] = back.address\n", "limitBroken regs.START"),
    ])
    func `a rule that tells its device of anything else is refused`(part: String, other: String, reason: String) throws
    {
        #expect(try refusal(part, other) == reason)
    }

    @Test func `a driver that lies about an address or a place in its bytes is refused`() throws {
        func found(_ run: [UInt8], _ other: [UInt8]) throws -> String {
            reason(try outcome(changing: run, to: other))
        }
        #expect(try found([0x0D, 60, 0xEA, 0x0B], [0x0D, 60, 0xEA, 0x0B]) == "accepted")
        // Where the address of a buffer is stored, of regions the window, of registers START: it goes to SEND.
        #expect(try found([0x0A, 32, 0x10, 0, 3], [0x0A, 32, 0x10, 0, 4]) == "limitBroken regs.SEND")
        // The limit of the argument, 60…1514, becomes 60…2600.
        #expect(try found([0x0D, 60, 0xEA, 0x0B], [0x0D, 60, 0xA8, 0x14]) == "limitBroken one.rows")
    }

    @Test func `memory that its registers have no room for is refused`() throws {
        func error(_ data: UInt64) throws -> GenerationError? {
            guard case .refused(let refusal) = try outcome(data: data) else { return nil }
            return refusal.error
        }
        // `START` has 32 bits, and so has `BASE`.
        #expect(try error(0xFFFC_0000) == nil)
        #expect(try error(0x1_0000_0000) != nil)
        let wide = Self.rules.replacing("START[4] at 0x20 rw", with: "START[2] at 0x20 u64 rw")
            .replacing("START[slot]", with: "START[slot & 1]")
        guard case .refused(let refusal) = try outcome(wide, data: 0x1_0000_0000) else {
            Issue.record("BASE has room for an address above 4 GiB")
            return
        }
        #expect(refusal.error == .memory(name: Array("heard".utf8), .beyondField))
        // One register for the high halves of two memories that lie on both sides of 4 GiB.
        let apart = wide.replacing("base BASE", with: "base BASE:TOP")
            .replacing("register regs.LOW", with: "register regs.TOP at 0x10 rw register regs.LOW")
            .replacing("count 100", with: "count 1000")
        #expect(try outcome(apart, data: 0x1_0000_0000).driver != nil)
        guard case .refused(let halves) = try outcome(apart, data: 0xFFFF_F000) else {
            Issue.record("one high half leads to two memories")
            return
        }
        #expect(halves.error == .memory(name: Array("two".utf8), .beyondField))
    }
}
