// Where the kernel's report goes: the whole record to the serial lines, the text of what is told at once to the screen. The first line is one of the
// PC's ports, found before anything is read; the second is the one that ACPI names, where that is another: it gets what was
// said before it was known, so that whoever listens there has the report from its first record on.

import Hardware
import Report

/// The serial lines and the screen as one sink of records.
struct Console: RecordSink {
    /// The PC's first two ports, in the order in which they are tried.
    private static let ports: InlineArray<2, UInt16> = [0x3F8, 0x2F8]

    private var line: SerialLine<SerialPort>?
    private var namedLine: SerialLine<SerialPort>?
    private var screen = TextScreen()
    /// What was said first, as far as there is room: some records more than come before ACPI is read.
    private var beginning = InlineArray<2048, UInt8>(repeating: 0)
    private var beginningCount = 0
    /// Whether a line is on its way: an exception may come in the middle of one.
    private var isInLine = false
    /// Whether the screen shows the records that are written.
    var isOnScreen = true

    /// Readies the line and empties the screen.
    mutating func open() {
        for index in Self.ports.indices where line == nil {
            line = SerialPort.line(at: SerialPlace(port: Self.ports[index]), setsRate: true)
        }
        screen.clear()
    }

    /// Goes to another port too, at the rate that firmware set there.
    mutating func open(_ place: SerialPlace) {
        if line?.registers.place == place { return }
        namedLine = SerialPort.line(at: place, setsRate: false)
        for index in 0..<beginningCount { namedLine?.send(beginning[index]) }
    }

    mutating func write(_ record: Span<UInt8>, textCount: Int) {
        isInLine = true
        for index in record.indices { send(record[index]) }
        endLine()
        if isOnScreen { show(record.extracting(..<textCount)) }
    }

    mutating func show(_ text: Span<UInt8>) { screen.writeLine(text) }

    /// Ends a line that an exception cut off, so that the next record starts on its own.
    mutating func breakLine() {
        if isInLine { endLine() }
    }

    private mutating func endLine() {
        send(0x0D)
        send(0x0A)
        isInLine = false
    }

    @inline(never)
    private mutating func send(_ byte: UInt8) {
        line?.send(byte)
        namedLine?.send(byte)
        guard beginningCount < beginning.count else { return }
        beginning[beginningCount] = byte
        beginningCount += 1
    }

    /// Shows a line that is not part of the report.
    mutating func showOnScreen(_ text: StaticString) {
        screen.writeLine(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount).span)
    }

    /// Waits until everything is on the lines.
    mutating func drain() {
        line?.drain()
        namedLine?.drain()
    }
}
