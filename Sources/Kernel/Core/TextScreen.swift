// The screen of a report: the VGA text buffer, 80 by 25, scrolling. It needs no firmware and no driver.

import Platform

/// The text screen that BIOS firmware leaves behind.
///
/// Layout: a cell is the character in bits 7:0 and the attribute in bits 15:8, rows from the top.
struct TextScreen {
    private static let buffer: UInt64 = 0xB8000
    private static let columns: UInt64 = 80
    private static let rows: UInt64 = 25
    private static let plain: UInt16 = 0x0700  // light grey on black

    private var row: UInt64 = 0
    private var column: UInt64 = 0

    /// Empties the screen and takes the blinking cursor off it.
    mutating func clear() {
        for cell in 0..<Self.columns * Self.rows { put(UInt16(UInt8(ascii: " ")) | Self.plain, at: cell) }
        row = 0
        column = 0
        portWrite8(0x3D4, 0x0A)  // cursor start register of the CRT controller
        portWrite8(0x3D5, 0x20)  // cursor off
    }

    /// Writes a line and goes to the next. A longer one goes on in the next row, two columns in, from a word's beginning; a
    /// word that is wider than the screen is cut.
    mutating func writeLine(_ text: Span<UInt8>) {
        var start = 0
        while true {
            let rest = text.count - start
            let room = Int(Self.columns - column)
            var count = rest
            if rest > room {
                count = room
                while count > 0, text[start + count] != UInt8(ascii: " ") { count -= 1 }
                if count == 0 { count = room }
            }
            for index in start..<start + count {
                put(UInt16(text[index]) | Self.plain, at: row * Self.columns + column)
                column += 1
            }
            advance()
            guard count < rest else { return }
            start += count
            if text[start] == UInt8(ascii: " ") { start += 1 }
            column = 2
        }
    }

    @inline(never)
    private mutating func advance() {
        column = 0
        row += 1
        guard row == Self.rows else { return }
        row -= 1
        for cell in 0..<Self.columns * row { put(cell: cell, from: cell + Self.columns) }
        for cell in Self.columns * row..<Self.columns * Self.rows {
            put(UInt16(UInt8(ascii: " ")) | Self.plain, at: cell)
        }
    }

    private func put(_ value: UInt16, at cell: UInt64) { memoryWrite16(Self.buffer + cell * 2, value) }

    private func put(cell: UInt64, from other: UInt64) {
        memoryWrite16(Self.buffer + cell * 2, UInt16(memoryRead(Self.buffer + other * 2, 2)))
    }
}
