// Reads the text of lspci, line by line: a headline begins a function, indented lines belong to its verbose text, lines
// of an offset and bytes are its configuration space.

import Hardware

extension PCIDump {
    /// Sizes of configuration space that lspci prints: the standard header (`-x`, and everything without the rights of
    /// root), that of CardBus, all of PCI (`-xxx`), all of PCI Express (`-xxxx`).
    private static let sizes = [64, 128, 256, 4096]

    /// Reads a text.
    ///
    /// Throws: `PCIDumpError` for the first line that is wrong, or for a text without configuration space.
    public init(text: String) throws(PCIDumpError) {
        self.init()
        var number = 0
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            number += 1
            if line.allSatisfy(\.isWhitespace) || Self.isNoise(line) { continue }
            if line.first == "\t" || line.first == " " {
                if let range = Range(line), !functions.isEmpty { functions[functions.count - 1].ranges.append(range) }
            } else if let (offset, bytes) = Self.bytes(line) {
                try append(bytes, at: offset, line: number)
            } else if let function = Function(headline: line, line: number) {
                try begin(function)
            } else {
                throw PCIDumpError(line: number, reason: "no line of lspci -xxxx: '\(line.prefix(40))'")
            }
        }
        try endFunction()
        guard !functions.isEmpty else { throw PCIDumpError(line: 1, reason: "no function of lspci -xxxx -nn in it") }
        guard functions.contains(where: { !$0.bytes.isEmpty }) else {
            throw PCIDumpError(
                line: functions[0].line, reason: "no bytes of configuration space in it: run lspci -xxxx -nn as root")
        }
    }

    /// What a terminal or the program says beside its output.
    private static func isNoise(_ line: Substring) -> Bool {
        ["$ ", "# ", "pcilib: ", "lspci: "].contains { line.hasPrefix($0) }
    }

    private mutating func begin(_ function: Function) throws(PCIDumpError) {
        try endFunction()
        if functions.contains(where: { $0.domain == function.domain && $0.address == function.address }) {
            throw PCIDumpError(line: function.line, reason: "this function stands in the text before")
        }
        functions.append(function)
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

    /// A function's bytes are whole, and those of the function that its headline names.
    private func endFunction() throws(PCIDumpError) {
        guard let function = functions.last, !function.bytes.isEmpty else { return }
        guard Self.sizes.contains(function.bytes.count) else {
            throw PCIDumpError(
                line: function.line,
                reason: "\(function.bytes.count) bytes of configuration space, expected 64, 128, 256 or 4096")
        }
        let bytes = function.bytes
        let vendor = UInt16(bytes[0]) | UInt16(bytes[1]) << 8
        let device = UInt16(bytes[2]) | UInt16(bytes[3]) << 8
        guard let identity = function.identity, vendor != 0xFFFF else { return }
        guard identity == (vendor, device) else {
            throw PCIDumpError(
                line: function.line, reason: "the headline names another device than the bytes below it")
        }
    }

    /// `10: 00 00 b0 fe ...`, at most sixteen bytes.
    private static func bytes(_ line: Substring) -> (offset: Int, bytes: [UInt8])? {
        let words = line.split { $0 == " " || $0 == "\t" }
        guard let first = words.first, first.last == ":", (3...4).contains(first.count),
            let offset = Int(first.dropLast(), radix: 16), (2...17).contains(words.count)
        else { return nil }
        var bytes: [UInt8] = []
        for word in words.dropFirst() {
            guard word.count == 2, let byte = UInt8(word, radix: 16) else { return nil }
            bytes.append(byte)
        }
        return (offset, bytes)
    }
}

extension PCIDump.Function {
    /// `0000:00:06.0 Ethernet controller [0200]: Intel Corporation ... [8086:100e] (rev 03)`
    fileprivate init?(headline: Substring, line: Int) {
        guard let place = headline.split(separator: " ").first else { return nil }
        var domain: UInt32 = 0
        var rest = place
        if place.split(separator: ":", omittingEmptySubsequences: false).count == 3 {
            let digits = place.prefix { $0 != ":" }
            guard (4...8).contains(digits.count), let number = UInt32(digits, radix: 16) else { return nil }
            domain = number
            rest = place.dropFirst(digits.count + 1)
        }
        guard let address = FunctionAddress(busDeviceFunction: rest) else { return nil }
        self.init(domain: domain, address: address, line: line)
        identifiers = headline.matches(of: #/\b([0-9a-f]{4}):([0-9a-f]{4})\b/#).last.flatMap {
            UInt32($0.1 + $0.2, radix: 16)
        }
    }

    private init(domain: UInt32, address: FunctionAddress, line: Int) {
        self.domain = domain
        self.address = address
        self.line = line
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
