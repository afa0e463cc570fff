// The text on a PC's screen, as the VGA card's memory holds it.

/// Twenty-five lines of eighty characters.
public struct ScreenText: Hashable, Sendable {
    /// Physical address of the text buffer of a colour display.
    ///
    /// Source: IBM VGA Technical Reference, 1992, "Video Memory Organization", alphanumeric modes.
    public static let address: UInt64 = 0xB8000
    /// Units: bytes; a character and its attribute each.
    public static let byteCount = 80 * 25 * 2

    /// The lines from the top, without blanks at their ends. A character outside ASCII is shown as `?`.
    public var lines: [String]

    /// Reads the memory of the card, or returns `nil` where it is not a whole screen.
    public init?(memory: [UInt8]) {
        guard memory.count == Self.byteCount else { return nil }
        lines = (0..<25).map { row in
            var line = (0..<80).map { column -> UInt8 in
                switch memory[(row * 80 + column) * 2] {
                case 0: UInt8(ascii: " ")
                case let character where (0x20...0x7E).contains(character): character
                default: UInt8(ascii: "?")
                }
            }
            while line.last == UInt8(ascii: " ") { line.removeLast() }
            return String(decoding: line, as: UTF8.self)
        }
    }
}
