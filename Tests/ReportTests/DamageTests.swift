// Never takes a damaged run for a good one: what can happen to a report on its way is tried, all of it where that is few
// enough, and drawn by seed where it is not.

import Testing

@testable import ReportReading

@Suite struct `Damaged reports` {
    /// A whole passed report, short enough that everything can be tried.
    static let short = SampleReport.bytes([
        #"metaos 2 entry=pvh nonce=0123456789abcdef by=option options="""#,
        "place code=0x40000000 windows=0x50000000 by=chosen",
        "data 0x60000000 +0x800000 physical=0x400000 by=chosen",
        "KTAP version 1",
        "1..1",
        "ok 1 clock advances", "verdict passed nonce=0123456789abcdef tests=1 failed=0",
    ])

    /// Number of the record that a byte of a report belongs to.
    private static func number(at index: Int, of bytes: [UInt8]) -> Int { bytes[..<index].count { $0 == 0x0A } }

    /// Whether the damage names the record: as damaged, missing, or come again.
    private static func names(_ number: Int, _ damage: [Damage]) -> Bool {
        damage.contains {
            switch $0 {
            case .damagedRecord(let other, _), .repeatedRecord(let other): other == number
            case .missingRecords(let numbers): numbers.contains(number)
            case .strayLine(let other, _): other == number
            }
        }
    }

    private static func read(_ bytes: [UInt8]) -> MachineReport { MachineReport(bytes: bytes) }

    @Test func `the reports of these tests pass unharmed`() {
        #expect(Self.read(Self.short).outcome == .passed)
        #expect(Self.read(SampleReport.bytes()).outcome == .passed)
    }

    @Test func `every flipped bit of a short report is found, and its record named`() {
        var bytes = Self.short
        for index in bytes.indices {
            let number = Self.number(at: index, of: Self.short)
            for bit in 0..<8 {
                bytes[index] ^= 1 << UInt8(bit)
                let report = Self.read(bytes)
                bytes[index] ^= 1 << UInt8(bit)
                if report.outcome == .passed || !Self.names(number, report.damage) {
                    Issue.record("byte \(index) bit \(bit) of record \(number): \(report.outcome) \(report.damage)")
                }
            }
        }
    }

    @Test func `every lost byte and every cut of a short report is found`() {
        for index in Self.short.indices {
            var bytes = Self.short
            bytes.remove(at: index)
            let number = Self.number(at: index, of: Self.short)
            let report = Self.read(bytes)
            if report.outcome == .passed || !Self.names(number, report.damage) {
                Issue.record("byte \(index) of record \(number) lost: \(report.outcome) \(report.damage)")
            }
            #expect(Self.read(Array(Self.short[..<index])).outcome != .passed, "cut at \(index)")
        }
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func `changed, lost and doubled stretches of a whole report are found`(seed: UInt64) {
        var chance = Chance(state: seed)
        let whole = SampleReport.bytes()
        for round in 0..<60 {
            var bytes = whole
            let start = Int.random(in: bytes.indices, using: &chance)
            let end = min(start + Int.random(in: 1...200, using: &chance), bytes.count)
            switch round % 3 {
            case 0: bytes[start] = UInt8.random(in: 0...255, using: &chance)
            case 1: bytes.removeSubrange(start..<end)
            default: bytes.insert(contentsOf: bytes[start..<end], at: end)
            }
            // What is before an unharmed report is noise; only that and the report itself may pass.
            if bytes.suffix(whole.count) == whole[...] { continue }
            let number = Self.number(at: start, of: whole)
            let report = Self.read(bytes)
            let isNamed = Self.names(number, report.damage) || report.damage.contains { abs($0.number - number) <= 1 }
            if report.outcome == .passed || report.outcome != .incomplete && !isNamed {
                Issue.record(
                    "seed \(seed), round \(round), bytes \(start)..<\(end), record \(number): \(report.outcome)")
            }
        }
    }

    @Test func `a reader without checksums would be caught here`() {
        // The canary: harmed in one digit, the text is as good as ever to one who looks at the words alone.
        var lines = Self.short.split(separator: 0x0A).map { Array($0) + [0x0A] }
        let digit = "place code=0x40000000".utf8.count - 1
        lines[1][digit] = UInt8(ascii: "8")
        let trusting = lines.map { String(decoding: $0.prefix { $0 != UInt8(ascii: "#") }.dropLast(), as: UTF8.self) }
        #expect(MachineReport(bytes: SampleReport.bytes(trusting)).outcome == .passed)
        #expect(Self.read(lines.flatMap(\.self)).outcome != .passed)
    }
}
