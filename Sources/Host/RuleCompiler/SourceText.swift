// The bytes of one rule file with the starts of its lines: it turns offsets into lines and columns for diagnostics
// and for the line numbers of generated code.

import Metabinary

/// Text of a file, addressed by byte offsets.
struct SourceText {
    let name: String
    let bytes: [UInt8]
    /// Offset of the first byte of every line; never empty.
    private let lineStarts: [Int]

    init(_ source: RuleSource) {
        name = source.name
        bytes = Array(source.text.utf8)
        var starts = [0]
        for (offset, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") { starts.append(offset + 1) }
        lineStarts = starts
    }

    var lineCount: Int { lineStarts.count }

    /// What a metabinary calls the file: the last path component, cut to the length of a name; what is not printable
    /// ASCII becomes `?`.
    var ruleFile: String {
        let component = Array(name.utf8).split(separator: UInt8(ascii: "/")).last ?? [UInt8(ascii: "?")]
        let shown = component.prefix(MetabinaryLimit.nameByteCount).map {
            $0 > 0x20 && $0 < 0x7F ? $0 : UInt8(ascii: "?")
        }
        return String(decoding: shown, as: UTF8.self)
    }

    /// What is in a line, without the blanks before it: first offset, and the one after its end.
    func extent(ofLine line: Int) -> Range<Int> {
        let start = lineStarts[line - 1]
        let end = line < lineStarts.count ? lineStarts[line] - 1 : bytes.count
        let first = bytes[start..<end].firstIndex { $0 > UInt8(ascii: " ") } ?? start
        return first..<end
    }

    /// Line that holds an offset, counted from 1.
    func line(at offset: Int) -> Int {
        var low = 0
        var high = lineStarts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if lineStarts[middle] <= offset { low = middle } else { high = middle }
        }
        return low + 1
    }

    /// Column of an offset in its line, counted in characters (Unicode scalars) from 1.
    func column(at offset: Int) -> Int { scalarCount(from: lineStarts[line(at: offset) - 1], to: offset) + 1 }

    /// Unicode scalars between two offsets.
    func scalarCount(from start: Int, to end: Int) -> Int {
        // Bytes 10xxxxxx continue a scalar in UTF-8.
        bytes[start..<max(start, min(end, bytes.count))].count { $0 & 0xC0 != 0x80 }
    }

    /// Text of a line without its end, control characters shown as `?`.
    func text(ofLine line: Int) -> String {
        let start = lineStarts[line - 1]
        var end = line < lineStarts.count ? lineStarts[line] - 1 : bytes.count
        if end > start, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
        let shown = bytes[start..<end].map { byte in
            byte < 0x20 && byte != UInt8(ascii: "\t") || byte == 0x7F ? UInt8(ascii: "?") : byte
        }
        return String(decoding: shown, as: UTF8.self)
    }

    /// Text between two offsets.
    func text(from start: Int, to end: Int) -> String { String(decoding: bytes[start..<end], as: UTF8.self) }
}
