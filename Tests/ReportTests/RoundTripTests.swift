// What is written comes back: facts and drivers of chance go through the writer and the reader. The facts are the static
// input of generation, so one that comes back changed is a machine whose code the host cannot make again.

import Hardware
import Pipeline
import Recording
import Testing

@testable import Report
@testable import ReportReading

@Suite struct `Round trip` {
    private static let batch: UInt64 = 300

    /// The first line in which two values differ, field by field.
    private static func difference<T>(_ one: T, _ other: T) -> String {
        var texts = ("", "")
        dump(one, to: &texts.0)
        dump(other, to: &texts.1)
        let lines = (texts.0.split(separator: "\n"), texts.1.split(separator: "\n"))
        let pair = zip(lines.0, lines.1).first { $0 != $1 }
        return pair.map { "\($0) became \($1)" } ?? "\(lines.0.count) lines became \(lines.1.count)"
    }

    @Test(arguments: 0..<UInt64(8))
    func `facts of chance come back as they were`(round: UInt64) throws {
        for seed in round * Self.batch..<(round + 1) * Self.batch {
            var random = RandomFacts(seed: seed)
            let facts = random.machine()
            let records = RecordLines.written { $0.write(facts) }.records
            let back = try FactsReader.facts(of: records)
            guard back == facts else {
                Issue.record("seed \(seed): \(Self.difference(facts, back))")
                return
            }
        }
    }

    @Test(arguments: UInt64(1)...12)
    func `a whole report of chance arrives over the line without an error`(seed: UInt64) throws {
        var random = RandomFacts(seed: seed)
        var facts = random.machine(limit: 6)
        while facts.functions.isEmpty { facts = random.machine(limit: 6) }
        let drivers = facts.functions.map { random.driver(of: $0) }
        let sent = RecordLines.written { writer in
            writer.writeStart(entry: facts.memorySource, options: [])
            writer.write(facts)
            for driver in drivers { writer.write(driver, ticks: random.number(), verification: random.number()) }
            writer.write(driverCount: drivers.count, functionCount: facts.functions.count)
        }
        let report = MachineReport(bytes: sent.lines.flatMap { $0 + [0x0D, 0x0A] })
        #expect(report.damage.isEmpty && report.errors.isEmpty, "\(report.damage) \(report.errors)")
        if report.facts != facts { Issue.record("\(Self.difference(facts, report.facts))") }
        let back = report.drivers.map(\.driver)
        if back != drivers { Issue.record("\(Self.difference(drivers, back))") }
    }

    @Test func `a signature or vendor that is no word breaks neither its record nor another`() throws {
        var facts = MachineFacts()
        let letters: [UInt32] = [0x00, 0x20, 0x22, 0x3D, 0x7F, 0xFF, 0x23]
        for letter in letters {
            facts.tables.append(
                ACPITable(
                    signature: letter * 0x0101_0101, address: PhysicalAddress(rawValue: 0x1000), byteCount: 0x24))
            facts.processor.leaves = [
                ProcessorLeaf(
                    leaf: 0, subleaf: 0, eax: 0, ebx: letter * 0x0101_0101, ecx: letter * 0x0101_0101,
                    edx: letter * 0x0101_0101)
            ]
            let lines = RecordLines.written { writer in
                writer.writeStart(entry: .pvh, options: Array(repeating: UInt8(letter), count: 9))
                writer.write(facts)
            }.lines
            let report = MachineReport(bytes: lines.flatMap { $0 + [0x0D, 0x0A] })
            #expect(report.damage.isEmpty && report.errors.isEmpty, "\(report.damage) \(report.errors)")
            #expect(report.facts.tables.count == facts.tables.count)
        }
    }

    // MARK: Canary

    @Test func `every field of the facts is drawn: none is left to its first value and forgotten`() {
        var values: [String: Set<String>] = [:]
        for seed in UInt64(0)..<60 {
            var random = RandomFacts(seed: seed)
            Self.collect(random.machine(), "facts", into: &values)
        }
        #expect(values.count > 30)
        #expect(values.filter { $0.value.count < 2 }.keys.sorted() == [])
    }

    /// Notes the value of every field, by its path; those of one list count together.
    private static func collect(_ value: Any, _ path: String, into values: inout [String: Set<String>]) {
        let mirror = Mirror(reflecting: value)
        if mirror.children.isEmpty {
            let isEmptyList = mirror.displayStyle == .collection || mirror.displayStyle == .optional
            if !isEmptyList { values[path, default: []].insert("\(value)") }
            return
        }
        for child in mirror.children { collect(child.value, "\(path).\(child.label ?? "")", into: &values) }
    }

    @Test func `one changed digit of any fact is another fact or an error`() throws {
        var random = RandomFacts(seed: 7)
        var facts = random.machine(limit: 4)
        while facts.functions.count < 3 || facts.clock == nil { facts = random.machine(limit: 4) }
        let records = RecordLines.written { $0.write(facts) }.records
        // These say in words what `cpuid` and `capability` say in numbers, and are not read back.
        let views = ["cpu", "brand", "cache", "power", "msi", "msi-x", "express"]
        var changedCount = 0
        for (index, record) in records.enumerated() {
            if views.contains(String(decoding: record.kind, as: UTF8.self)) { continue }
            for place in record.text.indices where (0x30...0x39).contains(record.text[place]) {
                var changed = records
                changed[index].text[place] = record.text[place] == 0x30 ? 0x31 : 0x30
                changedCount += 1
                guard let back = try? FactsReader.facts(of: changed) else { continue }
                if back == facts { Issue.record("digit \(place) of \"\(record.line)\" means nothing") }
            }
        }
        #expect(changedCount > 200)
    }
}
