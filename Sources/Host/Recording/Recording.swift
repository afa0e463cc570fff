// A discovered machine as text: every access that discovery made, in order, with its answer. `RecordingAccess` makes
// one, `ReplayingAccess` answers from one; fixtures of tests are files of this text.

import Hardware

/// Every access that was made to a machine, in order, with what was read or written.
public struct Recording: Hashable, Sendable {
    /// First line of the text; the number is the version of the format.
    private static let title = "metaos recording 1"
    /// Widest line of values that is written. Units: characters.
    private static let lineWidth = 118

    /// What machine it is, in one line.
    public var machine: String
    /// How the boot information was found.
    public var entry: BootEntry
    public var runs: [RecordedRun] = []

    public init(machine: String, entry: BootEntry) {
        self.machine = machine
        self.entry = entry
    }

    /// Adds an access.
    mutating func append(_ access: RecordedRun) {
        if runs.isEmpty || !runs[runs.count - 1].extend(with: access) { runs.append(access) }
    }

    /// Number of accesses.
    public var count: Int { runs.reduce(0) { $0 + $1.count } }

    /// The recording as text, a run a line; long runs take several lines.
    public var text: String {
        var lines = [Self.title, "machine \(machine)"]
        lines.append("entry \(String(entry.magic, radix: 16)) \(String(entry.address.rawValue, radix: 16))")
        for run in runs { lines += Self.lines(of: run) }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func lines(of run: RecordedRun) -> [String] {
        let line = run.line
        if line.count <= lineWidth || run.count < 2 { return [line] }
        let half = run.count / 2
        var first = run
        first.values = Array(run.values[..<half])
        var second = run
        second.place = run.place(of: half)
        second.values = Array(run.values[half...])
        return lines(of: first) + lines(of: second)
    }

    /// Reads a recording; lines that begin with `#` are comments.
    ///
    /// Throws: `RecordingError` with the line's number, counted from 1.
    public init(text: String) throws(RecordingError) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count >= 3, lines[0] == Self.title else { throw .title }
        let words = lines[2].split(separator: " ")
        guard lines[1].hasPrefix("machine ") else { throw .line(2) }
        guard words.count == 3, words[0] == "entry", let magic = UInt32(words[1], radix: 16),
            let address = UInt64(words[2], radix: 16)
        else { throw .line(3) }
        self.init(
            machine: String(lines[1].dropFirst(8)),
            entry: BootEntry(magic: magic, address: PhysicalAddress(rawValue: address)))
        for (index, line) in lines.enumerated().dropFirst(3) where !line.isEmpty && !line.hasPrefix("#") {
            guard let run = RecordedRun(line: line) else { throw .line(index + 1) }
            runs.append(run)
        }
    }
}
