// Records that lead to records: what the grants let a driver tell its device of them, and that code which would tell it
// of anything else is refused.

import Metabinary
import Pipeline
import RuleCompiler
import Testing
import Verification

@Suite struct LinkedRecordGrantTests {
    private static let rules = """
        class lamp 1 { require start() -> none }
        device blinker is lamp {
            match pci vendor 0x1234 device 0x0001
            window regs = bar 0 memory
            register regs.POINTER at 0x00 rw as address of rows, out
            layout Row 64 bytes {
                link at 4 u32 by driver as address of rows
                note at 8 u32 by driver as address of note
                size at 12 u16 by driver as length of rows
                data[48] at 16 u8 by device
            }
            layout Note 8 bytes {
                place at 0 u32 by driver as address of out
                size at 4 u32 by driver as length of out
            }
            memory rows of Row { count 8, headroom 16 }
            memory note of Note { align 64 }
            pool out { count 12, bytes 2048 }
            generate start() -> none {
                for i in 0..<8 {
                    rows[i].link = rows[(i + 1) & 7].address
                    rows[i].size = 48
                }
                rows[7].note = note.address
                note.place = out[3].address
                note.size = out.bytes
                POINTER = rows[2].address
            }
        }
        """

    private func outcome(
        _ rules: String = rules, changing run: [UInt8] = [], to other: [UInt8] = []
    ) throws -> GenerationOutcome {
        // What the compiler would say of a lie, the verifier says by itself.
        let compilation = RuleCompiler.compile(
            [RuleSource(name: "blinker.meta", text: rules)], ignoring: [.lengthPastBuffer])
        var bytes = try #require(compilation.metabinary, "\(compilation.diagnostics)")
        if !run.isEmpty { try bytes.replaceOnly(run, with: other) }
        return try #require(try GrantPlannerTests.outcome(GrantPlannerTests.facts(data: 0x40_0000), bytes))
    }

    private func reason(_ outcome: GenerationOutcome) -> String {
        guard case .refused(let refusal) = outcome else { return "accepted" }
        guard case .verification(let code) = refusal.error else { return "\(refusal.error)" }
        return "\(code.error.reason) \(String(decoding: code.error.grant, as: UTF8.self))"
    }

    @Test func `a field that leads to records may hold the address of each, a length what is behind its head`() throws {
        let outcome = try outcome()
        let driver = try #require(outcome.driver, "\(outcome)")
        let (out, rows, note) = (
            driver.memories[0].physical.rawValue, driver.memories[1].physical.rawValue,
            driver.memories[2].physical.rawValue
        )
        func grant(_ name: String) throws -> Grant {
            try #require(driver.grants.first { $0.name == Array(name.utf8) })
        }
        let ranges = try grant("rows").limits.map {
            [UInt64($0.firstBit), UInt64($0.bitCount), $0.range.low, $0.range.high]
        }
        #expect(ranges == [[32, 32, rows, rows + 7 * 64], [64, 32, note, note], [96, 16, 0, 48]])
        // Every record begins at a multiple of 64, and every buffer at one of 2048.
        let links = try grant("rows").limits[0]
        #expect(links.contains(rows + 64) && !links.contains(rows + 32) && !links.contains(rows + 8 * 64))
        let place = try grant("note").limits[0]
        #expect(place.contains(out + 2048) && !place.contains(out + 1024))
        let pointer = try grant("regs.POINTER").limits
        #expect(pointer.count == 1 && pointer[0].others.count == 1)
        #expect(pointer[0].contains(rows + 128) && pointer[0].contains(out) && !pointer[0].contains(note))
    }

    @Test func `before the first call every field leads to a first record`() throws {
        let driver = try #require(try outcome().driver)
        var places: [UInt64: UInt8] = [:]
        driver.forEachInitialByte { place, byte in places[place.rawValue] = byte }
        #expect(places.count == 8 * (4 + 4) + 4)
    }

    @Test(
        arguments: [
            ([0x23, 2, 0x02, 0x80, 0x01, 0x15], [0x23, 2, 0x02, 0x80, 0x04, 0x15], "limitBroken regs.POINTER"),
            ([0x23, 2, 0x02, 0x80, 0x01, 0x15], [0x23, 2, 0x02, 0xA0, 0x01, 0x15], "limitBroken regs.POINTER"),
            ([0x23, 2, 0x02, 0x80, 0x01, 0x15], [0x23, 3, 0x02, 0x80, 0x01, 0x15], "limitBroken regs.POINTER"),
            ([0x23, 3, 0x02, 0, 0x15], [0x23, 2, 0x02, 0, 0x15], "limitBroken rows"),
            ([0x23, 3, 0x02, 0, 0x15], [0x23, 3, 0x02, 0, 0x15], "accepted"),
        ] as [([UInt8], [UInt8], String)])
    func `code that tells of a place where no record begins is refused`(
        part: [UInt8], other: [UInt8], expected: String
    ) throws {
        #expect(reason(try outcome(changing: part, to: other)) == expected)
    }

    @Test(arguments: ["rows[i].address", "rows[2].address"])
    func `two addresses side by side are told in one record`(link: String) throws {
        let rules = Self.rules
            .replacing("note at 8 u32 by driver", with: "note at 0 u32 by driver")
            .replacing("data[48] at", with: "mark at 8 u32 by driver any\n data[48] at")
            .replacing(
                "rows[i].size = 48", with: "rows[i] = Row { note: note.address, link: \(link), size: 48, mark: i }"
            )
            .replacing("rows[7].note = note.address\n", with: "")
        let driver = try #require(try outcome(rules).driver)
        #expect(driver.grants.first { $0.name == Array("rows".utf8) }?.limits.count == 4)
    }

    @Test func `an address is told in one record with a length that is known only later`() throws {
        let send = "send(frame: own out, size: u32 in 1…2048) -> done | refused"
        let rules = Self.rules
            .replacing("require start() -> none", with: "require start() -> none require \(send)")
            .replacing(
                "generate start()",
                with: """
                    generate \(send) {
                        note = Note { place: frame.address, size: size }
                        release frame
                        return done
                    }
                    generate start()
                    """)
        #expect(try outcome(rules).driver != nil)
    }

    @Test func `a length that runs past a record is refused`() throws {
        #expect(reason(try outcome(Self.rules.replacing("size = 48", with: "size = 49"))) == "limitBroken rows")
        #expect(reason(try outcome(Self.rules.replacing("= out.bytes", with: "= 2049"))) == "limitBroken note")
    }
}
