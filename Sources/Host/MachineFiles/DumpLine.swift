// What a line of lspci's output says, and the same lines out of what people paste: terminals, mails and forums indent,
// quote, fence and wrap them, and glue messages to them. PCIDump+Reading puts functions together from these lines.

import Hardware

/// A line of lspci's output.
enum DumpLine {
    /// A function begins; the text after its place.
    case headline(DumpPlace, Substring)
    /// Configuration space from an offset on.
    case bytes(Int, [UInt8])
    /// Verbose text of the function at hand.
    case text(Substring)
    /// Something beside the output.
    case noise
    /// Nothing that lspci prints.
    case unknown

    /// Longest line that is looked at. Units: bytes.
    private static let byteLimit = 4096

    init(_ line: Substring) {
        guard line.utf8.count <= Self.byteLimit else {
            self = .unknown
            return
        }
        let content = line.trimmed
        if content.isEmpty {
            self = .noise
        } else if let row = Self.row(content) {
            self = .bytes(row.offset, row.bytes)
        } else if let (place, rest) = Self.headline(content), line.first?.isWhitespace != true || Self.names(rest) {
            self = .headline(place, rest)
        } else if let (place, rest) = Self.gluedHeadline(content) {
            self = .headline(place, rest)
        } else if Self.isNoise(content) {
            self = .noise
        } else if line.first?.isWhitespace == true || content.prefixMatch(of: #/[A-Za-z]+:\t/#) != nil {
            self = .text(line)
        } else {
            self = .unknown
        }
    }

    /// `10: 00 00 b0 fe ...`, at most sixteen bytes.
    private static func row(_ line: Substring) -> (offset: Int, bytes: [UInt8])? {
        let words = line.split(whereSeparator: \.isWhitespace)
        guard let first = words.first, first.last == ":", (3...4).contains(first.count),
            let offset = Int(first.dropLast(), radix: 16), (2...17).contains(words.count),
            let bytes = bytes(words.dropFirst())
        else { return nil }
        return (offset, bytes)
    }

    /// Bytes of two digits each, and nothing else.
    static func bytes(_ words: ArraySlice<Substring>) -> [UInt8]? {
        let bytes = words.compactMap { $0.count == 2 ? UInt8($0, radix: 16) : nil }
        return bytes.count == words.count ? bytes : nil
    }

    /// `0000:00:06.0 Ethernet controller [0200]: …`, by a path of bridges (`-P`) `00:1e.0/03.0 …`, or `Slot:	00:06.0`.
    private static func headline(_ line: Substring) -> (DumpPlace, Substring)? {
        let line = line.hasPrefix("Slot:") ? line.dropFirst(5).trimmed : line
        let word = line.prefix { !$0.isWhitespace }
        return DumpPlace(word).map { ($0, line.dropFirst(word.count).trimmed) }
    }

    /// Whether the rest of a headline names a class and a device, in any of the formats.
    private static func names(_ rest: Substring) -> Bool { rest.contains(": ") || rest.hasPrefix("\"") }

    /// A headline to which a message without an end of line is glued. Its bus is two digits whatever they follow; digits
    /// of a domain are decimal here, since the letters before them may be the message's.
    private static func gluedHeadline(_ line: Substring) -> (DumpPlace, Substring)? {
        let pattern = #/((?:[0-9]{4,8}:)?[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]) ([^:]+: .*)$/#
        guard Self.isMessage(line), let match = line.firstMatch(of: pattern), let place = DumpPlace(match.1) else {
            return nil
        }
        return (place, match.2)
    }

    private static func isMessage(_ line: Substring) -> Bool {
        ["pcilib: ", "lspci: "].contains { line.hasPrefix($0) }
    }

    /// What a terminal, a forum or the program says beside its output.
    private static func isNoise(_ line: Substring) -> Bool {
        isMessage(line) || ["$ ", "# ", "```", "~~~", "[sudo] ", "Script "].contains(where: { line.hasPrefix($0) })
            || isCommand(line) || isPrompt(line)
    }

    // By hand and not by patterns: these would try every way to divide a long line.

    /// `root@pc:~# sudo /usr/bin/lspci -xxxx`: a prompt, then the command.
    private static func isCommand(_ line: Substring) -> Bool {
        let words = line.split(whereSeparator: \.isWhitespace)
        for (index, word) in words.enumerated() {
            let start = word.lastIndex { "/#$%>".contains($0) }.map(word.index(after:)) ?? word.startIndex
            let next = word[start...].dropFirst(5).first ?? " "
            guard word[start...].hasPrefix("lspci"), !next.isLetter, !next.isNumber, next != "_" else { continue }
            let before = words[..<index].last == "sudo" ? words[..<index].dropLast() : words[..<index]
            if word[..<start].contains(where: "#$%>".contains) || before.last?.last.map("#$%>".contains) == true {
                return true
            }
        }
        return false
    }

    /// `root@pc:~#`, `[root@pc ~]$`: a name, its host and something, then the sign.
    private static func isPrompt(_ line: Substring) -> Bool {
        let end = line.hasSuffix("]") ? line.dropLast() : line
        let name = (end.hasPrefix("[") ? end.dropFirst() : end).prefix { !$0.isWhitespace }
        guard let at = name.dropFirst().firstIndex(of: "@"), let sign = end.last, "#$%".contains(sign) else {
            return false
        }
        return name.index(after: at) < name.endIndex && end[at...].dropFirst(2).last == sign
    }
}

/// Where a headline says that its function is.
struct DumpPlace {
    /// PCI segment group.
    var domain: UInt32 = 0
    /// Bus, device and function; the bus is unknown where a path of bridges leads there by device and function alone.
    var address: FunctionAddress
    /// The path to the bridge that its bus is behind, where only that is known.
    var bridge: Substring?

    /// Reads `[DOMAIN:]BUS:DEVICE.FUNCTION`, after any number of bridges and a slash each.
    init?(_ word: Substring) {
        let last = word.lastIndex(of: "/")
        var rest = last.map { word[word.index(after: $0)...] } ?? word
        let digits = word.prefix { $0 != ":" }
        if (4...8).contains(digits.count), let number = UInt32(digits, radix: 16) {
            domain = number
            if last == nil { rest = word.dropFirst(digits.count + 1) }
        }
        if let address = FunctionAddress(busDeviceFunction: rest) {
            self.address = address
            return
        }
        guard let last, rest.count == 4, let address = FunctionAddress(busDeviceFunction: "00:" + rest) else {
            return nil
        }
        self.address = address
        bridge = word[..<last]
    }
}

extension Substring {
    /// Without blanks at both ends.
    var trimmed: Substring {
        let start = drop(while: \.isWhitespace)
        guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return start.prefix(0) }
        return start[...last]
    }
}
