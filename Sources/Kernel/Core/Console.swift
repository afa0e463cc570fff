// Where the kernel's report goes: the whole record to the serial line, its text to the screen.

import Report

/// The serial line and the screen as one sink of records.
struct Console: RecordSink {
    private var serial = SerialPort()
    private var screen = TextScreen()

    /// Readies the line and empties the screen.
    mutating func open() {
        serial.open()
        screen.clear()
    }

    mutating func write(_ line: [UInt8], textCount: Int) {
        for byte in line { serial.send(byte) }
        serial.send(0x0D)
        serial.send(0x0A)
        screen.writeLine(line.prefix(textCount))
    }

    /// Ends a line that an exception cut off, so that the next record starts on its own.
    mutating func breakLine() {
        serial.send(0x0D)
        serial.send(0x0A)
    }

    /// Shows a line that is not part of the report.
    mutating func showOnScreen(_ text: StaticString) {
        screen.writeLine(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Waits until everything is on the line.
    func drain() { serial.drain() }
}
