// The reader of a serial line: what it takes for a record, and how it names what is not one.

import Checksum
import Testing

@testable import ReportReading

@Suite struct `Record reader` {
    let five = [
        "metaos 2 entry=pvh nonce=0123456789abcdef by=option options=\"\"", "KTAP version 1", "1..1", "ok 1 x",
        "verdict passed nonce=0123456789abcdef tests=1 failed=0",
    ]

    private func read(_ bytes: [UInt8], lineEnd: RecordReader.LineEnd = .wire) -> RecordReader {
        var reader = RecordReader(lineEnd: lineEnd)
        reader.read(bytes)
        reader.finish()
        return reader
    }

    private func lines() -> [[UInt8]] { five.enumerated().map { SampleReport.line($1, $0) + [0x0D, 0x0A] } }

    @Test func `checksum is the one of IEEE 802.3`() {
        // The check value of CRC-32 in every catalogue, and two lines behind their nonce that zlib 1.2.13 summed.
        #expect(CRC32.checksum(of: "123456789".utf8) == 0xCBF4_3926)
        let nonce: [UInt8] = [0x01, 0x23, 0x45, 0x67, 0x89, 0xAB, 0xCD, 0xEF]
        for (line, checksum) in [
            (SampleReport.line(five[0], 0), 0x9742_8CE4 as UInt32), (SampleReport.line(five[4], 4), 0x0550_4384),
        ] {
            #expect(CRC32.checksum(of: nonce + line.dropLast(8)) == checksum)
            #expect(UInt32(String(decoding: line.suffix(8), as: UTF8.self), radix: 16) == checksum)
        }
    }

    @Test func `a report arrives whole however it is split`() {
        let bytes = SampleReport.bytes()
        for size in [1, 2, 3, 7, 64, bytes.count] {
            var reader = RecordReader()
            for start in stride(from: 0, to: bytes.count, by: size) {
                reader.read(bytes[start..<min(start + size, bytes.count)])
            }
            reader.finish()
            #expect(reader.records.map(\.line) == SampleReport.texts)
            #expect(reader.records.map(\.number) == Array(SampleReport.texts.indices))
            #expect(reader.damage.isEmpty)
        }
    }

    @Test func `noise before record 0 is passed over, on its line too`() {
        let escapes = Array("\u{1B}[2J\u{1B}[1;1HSeaBIOS\r\nGRUB loading.\nWelcome to GRUB!\r\n\r\n\u{1B}[m".utf8)
        let reader = read(escapes + [0xFF, 0x00] + SampleReport.bytes(five))
        #expect(reader.records.map(\.line) == five)
        #expect(reader.damage.isEmpty)
    }

    @Test func `noise that speaks of metaos does not hide record 0`() {
        let reader = read(Array("Booting metaos 1 with metaos ".utf8) + SampleReport.bytes(five))
        #expect(reader.records.map(\.line) == five)
        #expect(reader.damage.isEmpty)
    }

    @Test func `a flipped byte names its record`() {
        var lines = lines()
        lines[2][0] ^= 1
        #expect(read(lines.flatMap(\.self)).damage.map(\.description) == [#"damaged record 2 ("0..1 # 2 fa9a32bd")"#])
    }

    @Test func `a flipped digit of the sequence number names the record by its place`() {
        for (index, replacement) in [(2, 9), (4, 8), (0, 7)] {
            var lines = lines()
            let digit = lines[index].count - 12
            lines[index][digit] = 0x30 + UInt8(replacement)
            #expect(read(lines.flatMap(\.self)).damage.map(\.number) == [index])
        }
    }

    @Test func `lost records are missing`() {
        var lines = lines()
        lines.removeSubrange(1...2)
        #expect(read(lines.flatMap(\.self)).damage == [.missingRecords(1...2)])
        lines.remove(at: 0)
        let damage = read(lines.flatMap(\.self)).damage
        #expect(damage == [.missingRecords(0...2)])
        #expect(damage[0].description == "records 0...2 are missing")
    }

    @Test func `a lost line end harms both records, and both are named`() {
        for lost in [0x0D, 0x0A] as [UInt8] {
            var lines = lines()
            lines[1].removeAll { $0 == lost }
            let numbers = read(lines.flatMap(\.self)).damage.map(\.number)
            #expect(lost == 0x0D ? numbers == [1] : Set(numbers) == [1, 2])
        }
    }

    @Test func `a record that comes again is named`() {
        var lines = lines()
        lines.insert(lines[1], at: 3)
        #expect(read(lines.flatMap(\.self)).damage == [.repeatedRecord(number: 1)])
        lines = self.lines() + self.lines()
        #expect(read(lines.flatMap(\.self)).damage.map(\.number) == [0, 1, 2, 3, 4])
    }

    @Test func `a line without a frame after record 0 is damage`() {
        var lines = lines()
        lines.insert(Array("hello\r\n".utf8), at: 2)
        #expect(read(lines.flatMap(\.self)).damage == [.strayLine(after: 1, line: Array("hello".utf8))])
        #expect(read(self.lines().flatMap(\.self) + Array("bye".utf8)).damage.count == 1)
    }

    @Test func `a record behind the verdict is damage`() {
        let bytes = SampleReport.bytes(five + ["ok 2 y"])
        #expect(read(bytes).damage == [.strayLine(after: 4, line: Array("ok 2 y".utf8))])
    }

    @Test func `a line that never ends takes no memory without bound`() {
        var reader = RecordReader()
        reader.read(SampleReport.bytes(five))
        for _ in 0..<64 { reader.read(repeatElement(UInt8(ascii: "x"), count: 1024)) }
        reader.finish()
        #expect(reader.damage.count == 16)
    }

    @Test func `saved text with LF alone is read where that is said`() {
        let bytes = SampleReport.bytes(five, lineEnd: "\n")
        #expect(read(bytes, lineEnd: .text).damage.isEmpty)
        #expect(!read(bytes).damage.isEmpty)
    }
}
