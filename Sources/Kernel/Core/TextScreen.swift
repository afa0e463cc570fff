// The screen of a report: the VGA text buffer, 80 by 25, scrolling. It needs no firmware and no driver. The buffer is slow,
// to read above all: what it shows is kept beside it, and only cells that change are written.

import Platform

/// The text screen that BIOS firmware leaves behind.
///
/// Layout: a cell is the character in bits 7:0 and the attribute in bits 15:8, rows from the top.
struct TextScreen {
    private static let buffer: UInt64 = 0xB8000
    private static let columns = 80
    private static let rows = 25
    private static let plain: UInt16 = 0x0700  // light grey on black
    private static let blank = UInt8(ascii: " ")

    private var row = 0
    private var column = 0
    /// The characters that the buffer holds.
    private var shown = InlineArray<2000, UInt8>(repeating: TextScreen.blank)

    /// Empties the screen and takes the blinking cursor off it.
    mutating func clear() {
        for cell in shown.indices { write(Self.blank, at: cell) }
        (row, column) = (0, 0)
        portWrite8(0x3D4, 0x0A)  // cursor start register of the CRT controller
        portWrite8(0x3D5, 0x20)  // cursor off
    }

    /// Writes a line and goes to the next. A longer one goes on in the next row, two columns in, from a word's beginning; a
    /// word that is wider than the screen is cut.
    mutating func writeLine(_ text: Span<UInt8>) {
        var start = 0
        while true {
            let rest = text.count - start
            let room = Self.columns - column
            var count = rest
            if rest > room {
                count = room
                while count > 0, text[start + count] != Self.blank { count -= 1 }
                if count == 0 { count = room }
            }
            for index in start..<start + count {
                put(text[index], at: row * Self.columns + column)
                column += 1
            }
            advance()
            guard count < rest else { return }
            start += count
            if text[start] == Self.blank { start += 1 }
            column = 2
        }
    }

    @inline(never)
    private mutating func advance() {
        column = 0
        row += 1
        guard row == Self.rows else { return }
        row -= 1
        for cell in 0..<Self.columns * row { put(shown[cell + Self.columns], at: cell) }
        for cell in Self.columns * row..<Self.columns * Self.rows { put(Self.blank, at: cell) }
    }

    private mutating func put(_ character: UInt8, at cell: Int) {
        if shown[cell] != character { write(character, at: cell) }
    }

    private mutating func write(_ character: UInt8, at cell: Int) {
        shown[cell] = character
        memoryWrite16(Self.buffer + UInt64(cell) * 2, UInt16(character) | Self.plain)
    }
}
