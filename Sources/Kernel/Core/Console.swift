// Where the kernel's report goes: the whole record to the serial line, the text of what is told at once to the screen.

import Report

/// The serial line and the screen as one sink of records.
struct Console: RecordSink {
    private var serial = SerialPort()
    private var screen = TextScreen()
    /// Whether a line is on its way: an exception may come in the middle of one.
    private var isInLine = false
    /// Whether the screen shows the records that are written.
    var isOnScreen = true

    /// Readies the line and empties the screen.
    mutating func open() {
        serial.open()
        screen.clear()
    }

    mutating func write(_ line: Span<UInt8>, textCount: Int) {
        isInLine = true
        for index in line.indices { serial.send(line[index]) }
        endLine()
        if isOnScreen { show(line.extracting(..<textCount)) }
    }

    mutating func show(_ text: Span<UInt8>) { screen.writeLine(text) }

    /// Ends a line that an exception cut off, so that the next record starts on its own.
    mutating func breakLine() {
        if isInLine { endLine() }
    }

    private mutating func endLine() {
        serial.send(0x0D)
        serial.send(0x0A)
        isInLine = false
    }

    /// Shows a line that is not part of the report.
    mutating func showOnScreen(_ text: StaticString) {
        screen.writeLine(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount).span)
    }

    /// Waits until everything is on the line.
    func drain() { serial.drain() }
}
