// RECORDS.md against the sources: a kind that is written is defined, a kind that is defined is written, its examples can
// be read, and records fit the screen.

import Foundation
import Hardware
import Metabinary
import Pipeline
import Recording
import Testing

@testable import Report

@Suite struct `Record format` {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    private static func definition() throws -> String { try text("Sources/Shared/Report/RECORDS.md") }

    /// The records that the table of kinds shows, row by row.
    private static func examples() throws -> [String] {
        try definition().split(separator: "\n").filter { $0.hasPrefix("| `") }.flatMap { row in
            let cell = row.dropFirst(2).prefix { $0 != "|" }
            return cell.split(separator: "`", omittingEmptySubsequences: false).enumerated()
                .filter { $0.offset % 2 == 1 }.map { String($0.element) }
        }
    }

    /// The kind of a record: its first word, of `not ok` both, and of a plan what stands before the number.
    private static func kind(_ text: some StringProtocol) -> String {
        if text.hasPrefix("not ok") { return "not ok" }
        if text.hasPrefix("1..") { return "1.." }
        return String(text.prefix { $0 != " " })
    }

    /// The kinds that `record(...)` is called with under a folder.
    private static func written(under folder: String) throws -> Set<String> {
        let names = try FileManager.default.subpathsOfDirectory(atPath: root.appending(path: folder).path)
        var kinds: Set<String> = []
        for name in names where name.hasSuffix(".swift") {
            for call in try text("\(folder)/\(name)").matches(of: /[^A-Za-z]record\(([^)\n]*)\)/) {
                for literal in call.1.matches(of: /"([^"]+)"/) { kinds.insert(String(literal.1)) }
            }
        }
        return kinds
    }

    /// The facts of the machines that are recorded.
    private static func recordedFacts() throws -> [MachineFacts] {
        try ["pc", "q35", "pc-second-root", "pc-cards", "q35-cards"].map {
            try Recording(text: text("Tests/Fixtures/machines/\($0).recording")).replay().facts
        }
    }

    @Test func `a kind is defined if and only if it is written`() throws {
        let defined = Set(try Self.examples().map { Self.kind($0) })
        let written = try Self.written(under: "Sources/Shared/Report").union(Self.written(under: "Sources/Kernel"))
        #expect(written.count > 25)
        #expect(written.subtracting(defined).sorted() == [], "written, and not in RECORDS.md")
        #expect(defined.subtracting(written).sorted() == [], "in RECORDS.md, and never written")
    }

    @Test func `what the writer writes of whole machines is of the kinds that the search finds`() throws {
        let written = try Self.written(under: "Sources/Shared/Report")
        var random = RandomFacts(seed: 3)
        var kinds: Set<String> = []
        for facts in try Self.recordedFacts() {
            let records = RecordLines.written { writer in
                writer.writeStart(entry: .pvh, options: [])
                writer.write(facts)
                let driver = random.driver(of: facts.functions[facts.functions.count - 1])
                writer.write(rules: [1, 2, 3])
                writer.write(driver, ticks: 1, verification: 1)
                writer.write(driverCount: 1, functionCount: facts.functions.count)
                writer.writeResult(of: driver.functions[0], driver) { $0.put(decimal: 1) }
            }.records
            kinds.formUnion(records.map { Self.kind($0.line) })
        }
        #expect(kinds.isSubset(of: written))
        // The others stand for what went wrong, for progress, or for what only some cards and descriptions have.
        let others = written.subtracting(kinds).subtracting(["choice", "fact"]).sorted()
        #expect(
            others == [
                "exchange", "guard", "oddity", "overrun", "private", "probe", "quarantine", "refused", "region", "step",
                "watchdog",
            ])
    }

    @Test func `every example of the definition can be read`() throws {
        let examples = try Self.examples().map {
            $0.hasPrefix("fault ") && !$0.contains(" during ") ? $0 + " during \"testing\"" : $0
        }
        let report = MachineReport(bytes: SampleReport.bytes(examples))
        #expect(report.damage.isEmpty)
        #expect(report.records.count > 25)
        for error in report.errors {
            switch error {
            case .malformed, .unexpectedKind: Issue.record("\(error)")
            case .unintroduced, .contradiction: break  // the table is no report of one machine
            }
        }
    }

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
                for _ in 0..<earlierCount { writer.record("step") }
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
