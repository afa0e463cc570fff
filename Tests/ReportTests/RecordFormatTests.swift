// The schema of records against RECORDS.md, the writer and the reader: each form has its row in the definition, can be written
// only as it is, and comes back; and records fit the screen.

import Foundation
import Hardware
import Metabinary
import Pipeline
import Recording
import Testing

@testable import Report
@testable import ReportReading

@Suite struct `Record format` {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    private static func definition() throws -> String { try text("Sources/Shared/Report/RECORDS.md") }

    /// The tables of the definition, by their headings: of each row the spans of code in its first cell, and in all of it.
    private static func tables() throws -> [(heading: String, rows: [(examples: [String], code: [String])])] {
        var tables: [(heading: String, rows: [(examples: [String], code: [String])])] = []
        for line in try definition().split(separator: "\n") {
            if line.hasPrefix("### ") { tables.append((String(line.dropFirst(4)), [])) }
            guard line.hasPrefix("| `") else { continue }
            tables[tables.count - 1].rows.append((code(in: line.dropFirst(2).prefix { $0 != "|" }), code(in: line)))
        }
        return tables
    }

    private static func code(in text: Substring) -> [String] {
        text.split(separator: "`", omittingEmptySubsequences: false).enumerated()
            .filter { $0.offset % 2 == 1 }.map { String($0.element) }
    }

    /// The facts of the machines that are recorded.
    private static func recordedFacts() throws -> [MachineFacts] {
        try ["pc", "q35", "pc-second-root", "pc-cards", "q35-cards"].map {
            try Recording(text: text("Tests/Fixtures/machines/\($0).recording")).replay().facts
        }
    }

    // MARK: The schema

    @Test func `the definition has a row for each form of the schema, with its fields in their order`() throws {
        let tables = try Self.tables()
        #expect(tables.map(\.heading) == RecordSection.allCases.map(\.rawValue))
        for (table, section) in zip(tables, RecordSection.allCases) {
            let forms = try table.rows.map { row in
                let fields = try row.examples.map { try RecordFields(Record(number: 0, text: Array($0.utf8))) }
                let form = try #require(fields.first).form
                #expect(fields.allSatisfy { $0.form == form }, "\(row.examples) is not of one form")
                return form
            }
            #expect(forms == RecordForm.allCases.filter { $0.section == section })
        }
    }

    @Test func `the definition speaks of all that may be absent`() throws {
        for row in try Self.tables().flatMap(\.rows) {
            let example = Record(number: 0, text: Array(row.examples[0].utf8))
            for part in RecordLayout(try RecordFields(example).form).parts {
                guard case .option = part, let text = part.beginning, text != Array(" ".utf8) else { continue }
                let words = String(decoding: text, as: UTF8.self).drop { $0 == " " }
                #expect(row.code.contains { $0.contains(words) }, "'\(words)' is not in the row of \(example.line)")
            }
        }
    }

    @Test func `a record of every form comes back, with all that may be absent and without`() throws {
        for form in RecordForm.allCases {
            for isWhole in [true, false] {
                let record = RecordLines.written { writer in
                    writer.record(form) { Self.add(RecordLayout(form).parts, isWhole, to: &$0) }
                }.records[0]
                let fields = try RecordFields(record)
                #expect(fields.form == form, "\(record.line)")
            }
        }
    }

    /// Adds some value for each field.
    private static func add(_ parts: [RecordLayout.Part], _ isWhole: Bool, to text: inout RecordText) {
        for part in parts {
            switch part {
            case .text: break
            case .option(let parts): if text.option(isWhole) { add(parts, isWhole, to: &text) }
            case .field(UInt8(ascii: "w"), _), .field(UInt8(ascii: "q"), _), .field(UInt8(ascii: "b"), _):
                text.add(Array("word".utf8))
            case .field(UInt8(ascii: "f"), _): text.add(FunctionAddress(bus: 0, device: 3, function: 0))
            case .field(UInt8(ascii: "s"), _): text.add(.cpuid)
            case .field(UInt8(ascii: "t"), _):
                text.open()
                text.put("some words")
            case .field(UInt8(ascii: "r"), _):
                text.open()
                text.put(" 7/7")
            case .field: text.add(UInt64(7))
            }
        }
    }

    @Test func `a record with a field too few, too many or of another kind cannot be written`() async {
        await #expect(processExitsWith: .failure) {
            _ = RecordLines.written { writer in writer.record(.drivers) { $0.add(UInt64(1)) } }
        }
        await #expect(processExitsWith: .failure) {
            _ = RecordLines.written { writer in
                writer.record(.drivers) { text in for number in 0..<UInt64(3) { text.add(number) } }
            }
        }
        await #expect(processExitsWith: .failure) {
            _ = RecordLines.written { writer in writer.record(.step) { $0.add(UInt64(1)) } }
        }
        await #expect(processExitsWith: .failure) {
            _ = RecordLines.written { writer in writer.record(.heap) { $0.add("word") } }
        }
        await #expect(processExitsWith: .failure) {
            _ = RecordLines.written { writer in writer.record(.noWatchdog) { $0.option(true) } }
        }
    }

    @Test func `every form is written somewhere`() throws {
        var written: Set<String> = []
        for folder in ["Sources/Shared/Report", "Sources/Kernel"] {
            let names = try FileManager.default.subpathsOfDirectory(atPath: Self.root.appending(path: folder).path)
            for name in names where name.hasSuffix(".swift") && !name.hasPrefix("RecordForm") {
                let text = try Self.text("\(folder)/\(name)")
                for use in text.matches(of: /record\([^)\n]*\)|: \.quarantine\w+/) {
                    for form in use.0.matches(of: /\.([a-z]\w*)/) { written.insert(String(form.1)) }
                }
            }
        }
        #expect(RecordForm.allCases.map { "\($0)" }.filter { !written.contains($0) } == [])
    }

    @Test func `a machine file holds the kinds of facts that its definition lists`() throws {
        let text = try Self.text("Sources/Host/MachineFiles/MACHINE.md")
        let list = try #require(text.firstRange(of: "without its frame:"))
        let kinds = Self.code(in: text[list.upperBound...].prefix { $0 != "." })
        let facts = RecordForm.allCases.filter { $0.section == .facts }
        #expect(Set(kinds) == Set(facts.map { "\($0)" }))
    }

    @Test(arguments: [
        ("clock tsc hertz=fast by=pmtimer", "a frequency"), ("clock hpet hertz=1 by=pmtimer", "tsc"),
        ("clock tsc hertz=1", "by="), ("clock tsc hertz=1 by=hearsay", "a source that is known"),
        ("clock tsc hertz=1 by=pmtimer late", "nothing more"),
        ("memory 0x0 0x9fc00 usable by=pvh", "the size of a range"),
        ("memory 0 +0x9fc00 usable by=pvh", "the base of a range"), ("pci 00:20.0 8086:1237", "bus:device.function"),
        ("region 00:03.0 e1.tx ring 0x0 +0x1 physical=0x0 stride=0x10", "a number of bytes"),
        ("exchange 00:03.0 e1 mood=bad", "bringup=, link=, arp=, echo=, returned= or sent="),
        ("exchange 00:03.0 e1 sent=1 received=2 lost=3", "stray="), ("step scanning", "a step"),
        ("quarantine 00:03.0 e1 breach=link during \"testing\"", "value="), ("ok one clock", "the number of a test"),
        ("function 00:03.0 e1.f 0x0 bytes=1 instructions=1 branches=0 parameters=1", "rule="),
    ])
    func `an error says what should have stood there`(text: String, expected: String) {
        #expect(throws: ReportError.malformed(record: 7, text: Array(text.utf8), expected: expected)) {
            try RecordFields(Record(number: 7, text: Array(text.utf8)))
        }
    }

    // MARK: The frame and the screen

    @Test func `the framed records of the definition have the checksums that it defines`() throws {
        var count = 0
        for match in try Self.definition().matches(of: /(?:^|[`\n])([a-z][^`\n]*) # (\d+) ([0-9a-f]{8})/) {
            let number = try #require(Int(match.2))
            let line = SampleReport.line(String(match.1), number)
            #expect(String(decoding: line.suffix(8), as: UTF8.self) == match.3, "\(match.1)")
            count += 1
        }
        #expect(count == 2)
    }

    @Test func `the sources of facts are those that the definition lists`() throws {
        let line = try #require(try Self.definition().split(separator: "\n").first { $0.hasPrefix("`by=` says") })
        let listed = line.split(separator: "`").dropFirst(2).map(String.init).filter { $0.first?.isLetter == true }
        #expect(listed == FactSource.allCases.map { "\($0.word)" })
    }

    @Test func `records of the recorded machines and of a driver fit 80 columns`() throws {
        // The first record, and one for each step: they come before the facts or between them.
        let earlierCount = 8
        for facts in try Self.recordedFacts() {
            let records = RecordLines.written { writer in
                for _ in 0..<earlierCount { writer.write(step: "") }
                writer.write(facts)
                writer.write(Self.driver, ticks: 123_456_789, verification: 12_345_678)
                writer.write(driverCount: 1, functionCount: facts.functions.count)
            }
            for (line, record) in zip(records.lines, records.records) where line.count > 80 {
                // What is above 4 GiB takes its digits.
                if record.line.contains("memory64 prefetchable 0x"), record.line.contains(/0x[0-9a-f]{9}/) { continue }
                // As RECORDS.md says of the kind, this one takes two lines of the screen, which shows no frame.
                if record.isKind("function"), record.text.count <= 160 { continue }
                // And this one does without its frame.
                if record.isKind("capability"), record.text.count <= 80 { continue }
                Issue.record("\(line.count) columns: \(record.line)")
            }
        }
    }

    @Test func `a record of code is wider than 80 columns only for the sake of one instruction`() {
        var random = RandomFacts(seed: 1)
        for _ in 0..<50 {
            let function = PCIFunction(address: FunctionAddress(rawValue: random.number()), vendor: 1, device: 2)
            let driver = random.driver(of: function)
            let records = RecordLines.written { $0.write(driver, ticks: 1, verification: 1) }
            for (line, record) in zip(records.lines, records.records) where record.isKind("code") && line.count > 80 {
                let instructions = record.line.split(separator: " ").dropFirst(4).filter { !$0.hasPrefix("@") }
                #expect(instructions.count == 1, "\(record.line)")
            }
        }
    }

    /// A driver of some size, with names as long as those of the first card's.
    private static let driver = GeneratedDriver(
        function: FunctionAddress(bus: 0, device: 3, function: 0), name: Array("e1000".utf8),
        className: Array("nic".utf8),
        windows: [
            PlacedWindow(
                name: Array("regs".utf8), bar: 0, physical: PhysicalAddress(rawValue: 0xFEBC_0000),
                virtual: VirtualAddress(rawValue: 0x5000_0000), byteCount: 0x2_0000)
        ],
        functions: ["link", "mac"].map { name in
            GeneratedFunction(
                FunctionSignature(
                    name: Array(name.utf8), resultName: [], resultBitCount: 1, ruleFile: Array("ring_nic.meta".utf8)),
                entry: VirtualAddress(rawValue: 0x4000_0000), bytes: [UInt8](repeating: 0x90, count: 48),
                marks: (0..<8).map { InstructionMark(offset: $0 * 6, line: UInt16(15 + $0 / 3)) }, branchCount: 2)
        })
}
