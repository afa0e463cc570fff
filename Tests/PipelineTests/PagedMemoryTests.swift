// Memory of which a device is told by the number of a page, and memory that lies right behind: where both are put, what
// may be told of them, and what cannot be said.

import Hardware
import Metabinary
import Pipeline
import RuleCompiler
import Testing
import Verification

@Suite struct PagedMemoryTests {
    private static let rules = """
        class lamp 1 { require start() -> none }
        device blinker is lamp {
            match pci vendor 0x1234 device 0x0001
            window regs = bar 0 memory
            register regs.PAGE at 0x00 rw
            register regs.LOW at 0x08 rw
            register regs.HIGH at 0x0C rw
            register regs.RUN at 0x40 wo = 0, 1 after note, 1 after one, 1 after two
            layout Note 24 bytes { count at 0 u64 by device    rest[2] at 8 u64 by device }
            layout Entry 16 bytes { mark at 0 u64 by driver any    seen at 8 u64 by device }
            layout Tail 38 bytes { marks[19] at 0 u16 by driver any }
            memory note of Note { base LOW:HIGH }
            memory one of Entry { count 8, page PAGE }
            memory one_list of Tail { behind one }
            memory one_used of Tail { align 4096, behind one_list }
            memory two of Entry { count 512, page PAGE }
            memory two_list of Tail { behind two }
            generate start() -> none {
                note.start()
                one_list.marks[3] = 1
                one_used.marks[3] = 1
                two_list.marks[3] = 1
                one.start()
                two.start()
                RUN = 1
            }
        }
        """

    private func outcome(data: UInt64 = 0x40_0000, changing run: [UInt8] = [], to other: [UInt8] = []) throws
        -> GenerationOutcome?
    {
        let compilation = RuleCompiler.compile([RuleSource(name: "blinker.meta", text: Self.rules)])
        var bytes = try #require(compilation.metabinary, "\(compilation.diagnostics)")
        if !run.isEmpty { try bytes.replaceOnly(run, with: other) }
        return try GrantPlannerTests.outcome(GrantPlannerTests.facts(data: data), bytes)
    }

    private func memory(_ name: String, of driver: GeneratedDriver) throws -> PlacedMemory {
        try #require(driver.memories.first { $0.name.elementsEqual(name.utf8) })
    }

    @Test func `what a page leads to begins with one, and what is behind follows at its alignment`() throws {
        let driver = try #require(try outcome()?.driver)
        let (one, two) = (try memory("one", of: driver), try memory("two", of: driver))
        #expect(one.physical.rawValue % 4096 == 0 && two.physical.rawValue % 4096 == 0)
        let oneList = try memory("one_list", of: driver).physical.rawValue
        #expect(oneList == one.physical.rawValue + 128)
        #expect(try memory("one_used", of: driver).physical.rawValue == one.physical.rawValue + 4096)
        #expect(try memory("two_list", of: driver).physical.rawValue == two.physical.rawValue + 8192)
        let grant = try #require(driver.grants.first { $0.name.elementsEqual("regs.PAGE".utf8) })
        let limit = try #require(grant.limits.first)
        #expect(([limit.range] + limit.others).map(\.low) == [one, two].map { $0.physical.rawValue >> 12 })
        #expect(([limit.range] + limit.others).allSatisfy { $0.low == $0.high })
    }

    @Test func `another number than that of a page is refused, by whoever it is written`() throws {
        // `address >> 12` of the two memories, of regions the window, the note and the first of them.
        guard case .refused(let refusal)? = try outcome(changing: [0x23, 2, 0x02, 12], to: [0x23, 2, 0x02, 11]),
            case .verification(let code) = refusal.error
        else {
            Issue.record("not refused")
            return
        }
        #expect(code.error.reason == .limitBroken && code.error.grant.elementsEqual("regs.PAGE".utf8))
    }

    @Test func `a page whose number has no room in the register is refused`() throws {
        #expect(try outcome(data: 0xFFF_FFF0_0000)?.driver != nil)
        guard case .refused(let refusal)? = try outcome(data: 0x1000_0000_0000) else {
            Issue.record("not refused")
            return
        }
        #expect(refusal.error == .memory(name: Array("one".utf8), .beyondField))
    }

    @Test(arguments: [
        ("behind one_list", "behind one"), ("behind two", "behind two_list"), ("behind one }", "behind note }"),
        ("behind two", "behind none"), ("behind two", "headroom 8, behind two"),
        ("count 512, page", "count 512, headroom 8, page"),
    ]) func `what does not come right after the other, or has room for data, lies not behind it`(row: (String, String))
    {
        let text = Self.rules.replacing(row.0, with: row.1)
        let found = RuleCompiler.compile([RuleSource(name: "blinker.meta", text: text)]).diagnostics
        #expect(found.map(\.identifier.text) == ["M081"], "\(found)")
    }
}
