// A place in one line of a program's text, and the words and numbers that are taken from there. ProgramReader decides what
// has to come.

/// What is left of a line.
struct LineCursor {
    private let line: Int
    private let bytes: [UInt8]
    private var offset = 0

    init(line: Int, _ text: Substring) {
        self.line = line
        bytes = Array(text.utf8)
        skipBlanks()
    }

    var place: TextPlace { TextPlace(line: line, column: offset + 1) }

    var isAtEnd: Bool { offset == bytes.count }

    mutating func skipBlanks() { while offset < bytes.count, bytes[offset] == 0x20 { offset += 1 } }

    /// Whether a text comes next.
    func isNext(_ text: String) -> Bool { bytes[offset...].starts(with: text.utf8) }

    /// Goes past a text if it comes next.
    mutating func take(_ text: String) -> Bool {
        guard isNext(text) else { return false }
        offset += text.utf8.count
        return true
    }

    /// Goes past a text.
    mutating func expect(_ text: String) throws(ProgramTextError) {
        guard take(text) else { throw .expected("'\(text)'", place) }
    }

    /// Bytes up to the next blank or end, or one of those given.
    mutating func word(of what: String, upTo ends: String = "") throws(ProgramTextError) -> String {
        let rest = bytes[offset...].prefix { $0 != 0x20 && !ends.utf8.contains($0) }
        guard !rest.isEmpty else { throw .expected(what, place) }
        offset = rest.endIndex
        return String(decoding: rest, as: UTF8.self)
    }

    /// A number in digits of base ten.
    mutating func decimal(atMost limit: UInt64 = .max) throws(ProgramTextError) -> UInt64 {
        try number(radix: 10, atMost: limit)
    }

    /// `0x` and a number in digits of base sixteen.
    mutating func hexadecimal(atMost limit: UInt64 = .max) throws(ProgramTextError) -> UInt64 {
        try expect("0x")
        return try number(radix: 16, atMost: limit)
    }

    private mutating func number(radix: Int, atMost limit: UInt64) throws(ProgramTextError) -> UInt64 {
        let start = place
        let digits = bytes[offset...].prefix { Self.isDigit($0, radix) }
        guard !digits.isEmpty else { throw .expected("a number in base \(radix)", start) }
        offset = digits.endIndex
        guard let number = UInt64(String(decoding: digits, as: UTF8.self), radix: radix), number <= limit else {
            throw .numberTooLarge(start)
        }
        return number
    }

    /// Digits as the printer writes them.
    private static func isDigit(_ byte: UInt8, _ radix: Int) -> Bool {
        0x30...0x39 ~= byte || radix == 16 && 0x61...0x66 ~= byte
    }
}
