// A report is of one boot: reports glued together of two, single records of another, a whole report played again and a
// nonce that was harmed on the way are all found. The other boot's reports are as good as the first's in everything else.

import Checksum
import Testing

@testable import Report
@testable import ReportReading

@Suite struct `The nonce of a boot` {
    /// A whole passed report of a boot.
    private static func lines(_ nonce: UInt64, passed: Bool = true) -> [[UInt8]] {
        var digits = String(nonce, radix: 16)
        while digits.count < 16 { digits = "0" + digits }
        let texts = [
            #"metaos 2 entry=pvh nonce=\#(digits) by=option options="""#, "KTAP version 1", "1..1",
            passed ? "ok 1 clock counts" : "not ok 1 clock counts",
            passed
                ? "verdict passed nonce=\(digits) tests=1 failed=0" : "verdict failed nonce=\(digits) tests=1 failed=1",
        ]
        return texts.enumerated().map { SampleReport.line($1, $0, nonce: nonce) + [0x0D, 0x0A] }
    }

    private static func read(_ lines: some Sequence<[UInt8]>, demanding nonce: UInt64? = nil) -> MachineReport {
        MachineReport(bytes: lines.flatMap(\.self), demanding: nonce)
    }

    private static let first = SampleReport.nonce
    /// Nonces of other boots: a bit away, a few, and far.
    private static let others = [
        first ^ 1, first ^ 1 << 63, first ^ 0x8000_0000_8000_0001, 0, .max, 0x5DEE_CE66_D1CE_4E5B,
    ]

    @Test func `a report with the nonce that was demanded passes`() {
        #expect(Self.read(Self.lines(Self.first)).outcome == .passed)
        let report = Self.read(Self.lines(Self.first), demanding: Self.first)
        #expect(report.outcome == .passed)
        #expect(report.nonce == BootNonce(value: Self.first, source: .option))
    }

    @Test(arguments: others) func `a whole report of another boot fails where a nonce is demanded`(nonce: UInt64) {
        guard case .failed(let reason) = Self.read(Self.lines(nonce), demanding: Self.first).outcome else {
            Issue.record("a replayed report passed")
            return
        }
        #expect(reason.contains("of another boot"))
    }

    @Test(arguments: others) func `a failed head with a good tail of another boot fails at every seam`(nonce: UInt64) {
        let (failed, good) = (Self.lines(Self.first, passed: false), Self.lines(nonce))
        for seam in 1..<good.count {
            for report in [failed[..<seam] + good[seam...], good[..<seam] + failed[seam...]] {
                guard case .damaged(let damage) = Self.read(report).outcome else {
                    Issue.record("glued at \(seam): \(Self.read(report).outcome)")
                    continue
                }
                #expect(damage.map(\.number) == Array(seam..<good.count))
            }
        }
    }

    @Test(arguments: others) func `a single record of another boot is named`(nonce: UInt64) {
        for index in 1..<5 {
            var lines = Self.lines(Self.first)
            lines[index] = Self.lines(nonce)[index]
            #expect(Self.read(lines).damage.map(\.number) == [index])
        }
        // Under another first record all others are another boot's: they are read, but as a report that lacks its first.
        var lines = Self.lines(Self.first)
        lines[0] = Self.lines(nonce)[0]
        #expect(Self.read(lines).damage.map(\.number) == [1, 2, 3, 4])
    }

    @Test func `a machine that starts again has not passed`() {
        let (first, second) = (Self.lines(Self.first), Self.lines(Self.others[5]))
        for seam in 1...first.count {
            let report = Self.read(first[..<seam] + second)
            #expect(report.damage.first == .repeatedRecord(number: 0), "\(report.damage)")
            #expect(report.outcome != .passed)
        }
    }

    @Test func `a harmed nonce harms its record, and the others are read`() {
        let line = Self.lines(Self.first)[0]
        let start = "metaos 2 entry=pvh nonce=".utf8.count
        for index in start..<start + 16 {
            for bit in 0..<8 {
                var lines = Self.lines(Self.first)
                lines[0][index] = line[index] ^ 1 << UInt8(bit)
                let report = Self.read(lines)
                #expect(report.damage.map(\.number) == [0] && report.records.count == 4, "\(report.damage)")
            }
        }
    }

    @Test func `first and last record that disagree are two boots, whatever their checksums`() {
        var lines = Self.lines(Self.first)
        let text = "verdict passed nonce=0123456789abcdee tests=1 failed=0"
        lines[4] = SampleReport.line(text, 4) + [0x0D, 0x0A]
        #expect(Self.read(lines).outcome == .failed(reason: "the first and the last record are of two boots"))
    }

    @Test func `a report of version 1, or without a nonce, says what it lacks`() {
        for (first, words) in [
            (#"metaos 1 entry=pvh options="""#, "expected version 2 of the format, which proves its boot by a nonce"),
            (#"metaos 2 entry=pvh options="""#, "expected nonce="),
        ] {
            // Checksums of version 1 begin with nothing.
            let texts = [first, "KTAP version 1", "1..1", "ok 1 x", "verdict passed tests=1 failed=0"]
            let lines = texts.enumerated().map { index, text -> [UInt8] in
                let covered = Array("\(text) # \(index) ".utf8)
                var digits = String(SampleReport.remainder(covered), radix: 16)
                while digits.count < 8 { digits = "0" + digits }
                return covered + Array(digits.utf8) + [0x0D, 0x0A]
            }
            let report = Self.read(lines)
            #expect(report.damage.isEmpty && report.outcome != .passed)
            #expect(report.errors.first?.description.contains(words) == true, "\(report.errors)")
        }
    }

    @Test func `nonces that differ in up to nine bits never share a checksum`() {
        // Checksums of two boots' lines differ by what the difference of the nonces makes of the polynomial. The code of
        // 64 bits has distance ten at least; all differences of up to three bits, and a sample of the others, are tried.
        let zero = Self.seed(0)
        var differences: [UInt64] = []
        for first in 0..<64 {
            for second in first..<64 {
                for third in second..<64 {
                    differences.append(1 << UInt64(first) | 1 << UInt64(second) | 1 << UInt64(third))
                }
            }
        }
        var chance = Chance(state: 9)
        for _ in 0..<20_000 {
            differences.append((0..<9).reduce(UInt64(0)) { bits, _ in bits | 1 << (chance.next() % 64) })
        }
        for difference in differences where Self.seed(difference) == zero { Issue.record("\(difference)") }
    }

    private static func seed(_ nonce: UInt64) -> UInt32 {
        var checksum = CRC32()
        checksum.update(nonce)
        return checksum.value
    }

    @Test func `a fault before the command line was read is told under the nonce that was drawn`() {
        let texts = [
            #"metaos 2 entry=unknown nonce=0123456789abcdef by=rdrand options="""#,
            #"fault page-fault vector=14 error=0x0 rip=0x101a2c address=0x0 during "reading the boot information""#,
            #"verdict failed nonce=0123456789abcdef reason="fault""#,
        ]
        let report = MachineReport(bytes: SampleReport.bytes(texts), demanding: Self.others[5])
        #expect(report.damage.isEmpty && report.errors.isEmpty && report.faults.count == 1)
        #expect(report.nonce?.source == .processor)
        #expect(report.outcome == .failed(reason: "fault page-fault during reading the boot information"))
    }

    @Test func `the writer frames as the definition says, with its nonce`() {
        let lines = RecordLines.written { writer in
            writer.nonce = BootNonce(value: Self.first, source: .option)
            writer.writeStart(entry: .pvh, options: [])
            writer.record(.tests)
        }.lines
        let start = #"metaos 2 entry=pvh nonce=0123456789abcdef by=option options="""#
        #expect(lines == [SampleReport.line(start, 0), SampleReport.line("KTAP version 1", 1)])
    }

    @Test func `a checksum can be undone`() {
        var checksum = CRC32()
        checksum.update(Self.first)
        let before = checksum
        let bytes = Array("what comes after the nonce".utf8)
        for byte in bytes { checksum.update(byte) }
        #expect(CRC32.before(bytes, value: checksum.value) == before)
    }

    @Test(arguments: [
        ("nonce=0123456789abcdef", true, ""),
        ("nonce=0123456789abcdef fault=page-fault", true, "fault=page-fault"),
        ("fault=page-fault nonce=0123456789abcdef", true, "fault=page-fault"),
        ("a nonce=0123456789abcdef b", true, "a b"),
        ("nonce=0123456789ABCDEF", false, "nonce=0123456789ABCDEF"),
        ("nonce=123", false, "nonce=123"),
        ("xnonce=0123456789abcdef", false, "xnonce=0123456789abcdef"),
        ("nonce=0123456789abcdef nonce=0000000000000000", true, "nonce=0000000000000000"),
        ("", false, ""),
    ])
    func `is taken from a command line, once and only where it is whole`(line: String, isThere: Bool, rest: String) {
        let taken = BootNonce.taken(from: Array(line.utf8))
        #expect(taken.nonce == (isThere ? BootNonce(value: Self.first, source: .option) : nil))
        #expect(taken.rest == Array(rest.utf8))
    }
}
