// Reads the text of lspci: a headline begins a function, indented lines belong to its verbose text, lines of an offset
// and bytes are its configuration space. What each line is, DumpLine tells.

import Hardware

extension PCIDump {
    /// Sizes of configuration space that lspci prints: the standard header (`-x`, and everything without the rights of
    /// root), that of CardBus, all of PCI (`-xxx`), all of PCI Express (`-xxxx`).
    private static let sizes = [64, 128, 256, 4096]
    /// A line this long or longer, with the next line's first word, is one that a mail reader would have wrapped.
    private static let wrapColumn = 64
    /// Pieces that a line was wrapped into, at most.
    private static let pieceLimit = 16

    /// Reads a text.
    ///
    /// Throws: `PCIDumpError` for the first line that is wrong, or for a text without configuration space.
    public init(text: String) throws(PCIDumpError) {
        self.init()
        for line in Self.lines(of: text) { try read(line) }
        try endFunction()
        guard !functions.isEmpty else { throw PCIDumpError(line: 1, reason: "no function of lspci -xxxx -nn in it") }
        guard functions.contains(where: { !$0.bytes.isEmpty }) else {
            throw PCIDumpError(
                line: functions[0].line, reason: "no bytes of configuration space in it: run lspci -xxxx -nn as root")
        }
    }

    /// A line as it was before a mail reader wrapped it.
    private struct WholeLine {
        var number: Int
        var text: Substring
        /// What the first of its pieces says.
        var kind: DumpLine
        var pieceCount = 1

        /// Whether `next`, which says nothing by itself, goes on where the last piece, `width` wide, ends.
        func isContinued(_ width: Int, by next: Substring) -> Bool {
            guard pieceCount < PCIDump.pieceLimit else { return false }
            switch kind {
            case .headline, .text: return width + 1 + next.prefix { !$0.isWhitespace }.count > PCIDump.wrapColumn
            case .bytes(_, let bytes):
                let rest = DumpLine.bytes(next.split(whereSeparator: \.isWhitespace)[...])
                return rest.map { bytes.count + $0.count == 16 } ?? false
            case .noise, .unknown: return false
            }
        }
    }

    /// The lines without what quotes them; a wrapped one is whole again.
    private static func lines(of text: String) -> [WholeLine] {
        var lines: [WholeLine] = []
        var width = 0
        var number = 0
        for raw in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            number += 1
            let line = plain(raw)
            let kind = DumpLine(line)
            if case .unknown = kind, let last = lines.indices.last, lines[last].isContinued(width, by: line) {
                lines[last].text = lines[last].text + " " + line
                lines[last].pieceCount += 1
            } else {
                lines.append(WholeLine(number: number, text: line, kind: kind))
            }
            width = raw.utf8.count
        }
        return lines
    }

    /// Without the signs of a quotation and the escape sequences of a terminal.
    private static func plain(_ line: Substring) -> Substring {
        var line = line
        while line.first == ">" {
            line.removeFirst()
            if line.first == " " { line.removeFirst() }
        }
        if line.utf8.contains(0x1B) { line.replace(#/\u{1B}\[[0-9;]*[A-Za-z]/#, with: "") }
        return line
    }

    private mutating func read(_ line: WholeLine) throws(PCIDumpError) {
        switch line.pieceCount == 1 ? line.kind : DumpLine(line.text) {
        case .noise: return
        case .headline(let place, let rest): try begin(place, rest, line.number)
        case .bytes(let offset, let bytes): try append(bytes, at: offset, line: line.number)
        case .text(let text):
            guard let range = Range(text), !functions.isEmpty else { return }
            functions[functions.count - 1].ranges.append(range)
        case .unknown:
            throw PCIDumpError(line: line.number, reason: "no line of lspci -xxxx: '\(line.text.prefix(40))'")
        }
    }

    private mutating func begin(_ place: DumpPlace, _ rest: Substring, _ line: Int) throws(PCIDumpError) {
        try endFunction()
        let function = Function(try located(place, line), rest, line: line)
        guard indices.updateValue(functions.count, forKey: Place(function.domain, function.address)) == nil else {
            throw PCIDumpError(line: line, reason: "this function is in the text before")
        }
        functions.append(function)
    }

    /// A place with its bus: where a path has none, the one that the bridge before it leads to.
    private func located(_ place: DumpPlace, _ line: Int) throws(PCIDumpError) -> DumpPlace {
        guard let path = place.bridge else { return place }
        var located = place
        guard let above = DumpPlace(path).map({ ($0.bridge == nil ? $0 : nil) ?? (try? self.located($0, line)) }),
            let above,
            let bridge = indices[Place(above.domain, above.address)].map({ functions[$0] }),
            bridge.bytes.count > 0x19, bridge.bytes[0x0E] & 0x7F == 1
        else {
            throw PCIDumpError(
                line: line, reason: "which bus \(path) leads to is not in the text: run lspci without -P, or with -PP")
        }
        located.address = FunctionAddress(
            bus: bridge.bytes[0x19], device: place.address.device, function: place.address.function)
        located.bridge = nil
        return located
    }

    private mutating func append(_ bytes: [UInt8], at offset: Int, line: Int) throws(PCIDumpError) {
        guard !functions.isEmpty else { throw PCIDumpError(line: line, reason: "bytes before the first function") }
        let expected = functions[functions.count - 1].bytes.count
        guard offset == expected else {
            throw PCIDumpError(
                line: line,
                reason: "bytes at 0x\(String(offset, radix: 16)), expected at 0x\(String(expected, radix: 16))")
        }
        functions[functions.count - 1].bytes += bytes
    }

    /// A function's bytes are whole, and those of the function that its headline names: a headline that was lost would
    /// have them belong to the function before.
    private func endFunction() throws(PCIDumpError) {
        guard let function = functions.last, !function.bytes.isEmpty else { return }
        guard Self.sizes.contains(function.bytes.count) else {
            throw PCIDumpError(
                line: function.line,
                reason: "\(function.bytes.count) bytes of configuration space, expected 64, 128, 256 or 4096")
        }
        let bytes = function.bytes
        let vendor = UInt16(bytes[0]) | UInt16(bytes[1]) << 8
        guard vendor != 0xFFFF else { return }
        if let identity = function.identity, identity != (vendor, UInt16(bytes[2]) | UInt16(bytes[3]) << 8) {
            throw PCIDumpError(
                line: function.line, reason: "the headline names another device than the bytes below it")
        }
        let isEthernet = bytes[0x0B] == 0x02 && bytes[0x0A] == 0x00
        if let namesEthernet = function.namesEthernet, namesEthernet != isEthernet {
            throw PCIDumpError(
                line: function.line, reason: "the headline names another class than the bytes below it")
        }
    }
}

extension PCIDump.Function {
    /// The rest of a headline is `Ethernet controller [0200]: Intel Corporation ... [8086:100e] (rev 03)`, with numbers
    /// for the names, with both, or in the quotes of `-mm`.
    fileprivate init(_ place: DumpPlace, _ rest: Substring, line: Int) {
        domain = place.domain
        address = place.address
        self.line = line
        identifiers = rest.matches(of: #/\b([0-9a-f]{4}):([0-9a-f]{4})\b/#).last.flatMap {
            UInt32($0.1 + $0.2, radix: 16)
        }
        if let code = rest.firstMatch(of: #/^(?:[^:"]*\[|Class )?([0-9a-f]{4})\]?: /#) {
            namesEthernet = code.1 == "0200"
        } else if let name = rest.firstMatch(of: #/^"?([A-Z][A-Za-z\/ -]+)"?:? /#), rest.contains(#/^[^:]+: |^"/#) {
            namesEthernet = name.1 == "Ethernet controller"
        }
    }
}

extension PCIDump.Range {
    /// `Region 0: Memory at feb00000 (32-bit, non-prefetchable) [size=128K]`, `I/O ports at d000 [disabled] [size=64]`
    fileprivate init?(_ line: Substring) {
        let pattern = #/^\s+(?:Region (\d): )?(?:\[\w+\] )*(Memory|I/O ports) at (\S+)(.*)$/#
        guard let match = line.wholeMatch(of: pattern) else { return nil }
        let index = match.1.flatMap { UInt8($0) }
        if match.1 != nil, index.map({ $0 > 5 }) ?? true { return nil }
        let size = match.4.firstMatch(of: #/\[size=(\d+)([KMGT]?)\]/#)
        self.init(
            index: index, isPort: match.2 != "Memory", base: UInt64(match.3, radix: 16),
            byteCount: size.flatMap { Self.byteCount($0.1, unit: $0.2) })
    }

    private static func byteCount(_ digits: Substring, unit: Substring) -> UInt64? {
        let shifts: [Substring: UInt64] = ["": 0, "K": 10, "M": 20, "G": 30, "T": 40]
        guard let number = UInt64(digits), let shift = shifts[unit], number > 0, number < 1 << 20 else { return nil }
        return number << shift
    }
}
