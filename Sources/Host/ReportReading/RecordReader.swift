// Takes the bytes of a serial line as they come, split anywhere, and returns the records whose frames hold and the damage
// of everything else, records of another boot among it. It knows frames only; what a record means is read by FactsReader
// and MachineReport. The host harness calls it while a machine runs, and once more over a saved report.

import Checksum
import Report

/// Reads records off a serial line.
public struct RecordReader: Sendable {
    /// How lines end.
    public enum LineEnd: Sendable {
        /// CR LF, as on the wire.
        case wire
        /// LF alone, as in a text file that lost its carriage returns.
        case text
    }

    /// A line of which no frame holds, kept until a later record tells which one it was.
    private struct BrokenLine {
        var frame: Frame?
        var line: [UInt8]
        /// The seed with which it would hold, of one that ended as it should, and only there.
        var impliedSeed: CRC32?
    }

    /// A line longer than any record, in bytes: the line that never ends is cut here.
    private static let longestLine = 4096
    /// So many times the first word of record 0 is looked for in a line.
    private static let startLimit = 8

    /// Records whose frame held, in the order in which they came.
    public private(set) var records: [Record] = []
    /// What did not arrive as it was sent. Lines after the last good record are judged by `finish()`.
    public private(set) var damage: [Damage] = []

    private let lineEnd: LineEnd
    private var line: [UInt8] = []
    private var broken: [BrokenLine] = []
    /// The seeds of all of these.
    private var impliedSeeds: Set<CRC32> = []
    /// The checksum of a record before its first byte, which the nonce of record 0 makes.
    private var seed: CRC32?
    private var next = 0
    private var hasVerdict = false

    public init(lineEnd: LineEnd = .wire) { self.lineEnd = lineEnd }

    /// Takes the next bytes of the line.
    public mutating func read(_ bytes: some Sequence<UInt8>) {
        for byte in bytes {
            line.append(byte)
            if byte == UInt8(ascii: "\n") || line.count == Self.longestLine { endLine() }
        }
    }

    /// Judges what is left once the line has fallen silent. Call it once, after the last byte.
    ///
    /// - Parameter isCut: whether somebody stopped listening, or the machine, at any place of a line: before the verdict the
    ///   line that has no end then was not sent otherwise, and is no damage.
    public mutating func finish(isCut: Bool = false) {
        if isCut, !hasVerdict { line.removeAll() }
        if !line.isEmpty { endLine() }
        // What is broken at the end has no later record to bound it: the numbers that it claims bound it themselves,
        // but for a number that is itself what was damaged.
        var end = next
        for entry in broken {
            if let frame = entry.frame, frame.number > end, !holds(frame, as: end) { end = frame.number }
            end += 1
        }
        resolve(upTo: end)
    }

    /// Whether the last record of a report has been read.
    public var isComplete: Bool { hasVerdict }

    // MARK: - Lines

    private mutating func endLine() {
        let whole = line
        line.removeAll(keepingCapacity: true)
        var content = whole[...]
        var isEnded = content.popLast() == UInt8(ascii: "\n")
        if lineEnd == .wire { isEnded = isEnded && content.popLast() == UInt8(ascii: "\r") }
        guard isEnded else { return judgeBroken(whole, isEnded: false) }
        if let frame = frame(of: content) { accept(frame) } else { judgeBroken(Array(content), isEnded: true) }
    }

    /// The frame of a line, if it holds. Record 0 alone may come after noise on its line, and sets the seed of all
    /// others. Once there is one, the record 0 of another boot is still known for what it is.
    private mutating func frame(of content: ArraySlice<UInt8>) -> Frame? {
        if let seed {
            guard let frame = Frame(content) else { return nil }
            return frame.holds(from: seed) || frame.startingSeed != nil ? frame : nil
        }
        let starts = content.indices.lazy.filter { content[$0...].prefix(7).isSpelled("metaos ") }
        for start in starts.prefix(Self.startLimit) {
            if let frame = Frame(content[start...]), let own = frame.startingSeed {
                seed = own
                return frame
            }
        }
        return nil
    }

    private mutating func judgeBroken(_ content: [UInt8], isEnded: Bool) {
        let line = content.prefix { $0 != UInt8(ascii: "\r") && $0 != UInt8(ascii: "\n") }
        let frame = Frame(line)
        // Before record 0 a line without the form of a record is what firmware and boot loader say.
        if next == 0, frame == nil { return }
        var entry = BrokenLine(frame: frame, line: Array(line))
        if seed == nil, isEnded, line.count == content.count { entry.impliedSeed = frame?.impliedSeed }
        if let implied = entry.impliedSeed, !impliedSeeds.insert(implied).inserted {
            readAgain(broken + [entry], from: implied)
        } else {
            broken.append(entry)
        }
    }

    /// Goes on without record 0: two lines hold with the same seed, so it is that of this boot. The report is damaged, but
    /// the rest of it can be read.
    private mutating func readAgain(_ lines: [BrokenLine], from implied: CRC32) {
        seed = implied
        broken = []
        for entry in lines {
            if let frame = entry.frame, entry.impliedSeed == implied { accept(frame) } else { broken.append(entry) }
        }
    }

    private func holds(_ frame: Frame, as number: Int) -> Bool {
        guard let seed else { return false }
        return frame.holds(as: number, from: seed)
    }

    private mutating func accept(_ frame: Frame) {
        if frame.number < next {
            resolve(upTo: next)
            damage.append(.repeatedRecord(number: frame.number))
            return
        }
        resolve(upTo: frame.number)
        if hasVerdict { damage.append(.strayLine(after: next - 1, line: Array(frame.text))) }
        let record = Record(number: frame.number, text: Array(frame.text))
        hasVerdict = hasVerdict || record.isKind("verdict")
        records.append(record)
        next = frame.number + 1
    }

    /// Tells which of the records `next ..< end` the broken lines were, and which are missing.
    private mutating func resolve(upTo end: Int) {
        var unclaimed = broken.count
        for entry in broken {
            unclaimed -= 1
            // A claim is believed where it leaves the lines after it their places; else a line is the next record.
            if let claim = entry.frame?.number, claim > next, claim + unclaimed < end { miss(upTo: claim) }
            if next < end {
                damage.append(.damagedRecord(number: next, line: entry.line))
                next += 1
            } else {
                damage.append(.strayLine(after: next - 1, line: entry.line))
            }
        }
        broken.removeAll()
        miss(upTo: end)
    }

    private mutating func miss(upTo end: Int) {
        guard next < end else { return }
        damage.append(.missingRecords(next...end - 1))
        next = end
    }
}
