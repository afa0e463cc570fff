// Writes the records of a report, as RECORDS.md defines them: numbers them, guards each with its checksum, and hands the
// finished line to a sink. The kernel's sink is the serial line and the screen.

import Checksum

/// Takes the finished lines of a report.
public protocol RecordSink {
    /// Writes one record.
    ///
    /// - Parameters:
    ///   - line: Text and frame, without a line end.
    ///   - textCount: How many bytes of the line are text.
    mutating func write(_ line: Span<UInt8>, textCount: Int)

    /// Shows the text of a record that is going to be written, to who sits before the machine.
    mutating func show(_ text: Span<UInt8>)
}

extension RecordSink {
    /// Nothing: a file has nobody before it.
    public mutating func show(_ text: Span<UInt8>) {}
}

/// What follows the text of a record: ` # `, the sequence number, a blank and the checksum.
public enum RecordFrame {
    /// Most bytes that a frame can take: three, ten digits, a blank, eight digits.
    public static let byteCountLimit = 22
}

/// The writing end of a report.
public struct RecordWriter<Sink: RecordSink> {
    public var sink: Sink
    /// Number of records written so far, which is the next record's sequence number.
    public private(set) var count: UInt64 = 0

    /// The nonce of this boot. It must not change any more once a record has been written.
    public var nonce = BootNonce(value: 0, source: .clock)

    public init(sink: Sink) { self.sink = sink }

    /// Writes one record; `content` adds the fields of its form.
    public mutating func record(_ form: RecordForm, _ content: (inout RecordText) -> Void = { _ in }) {
        var text = RecordText(form)
        content(&text)
        seal(&text)
    }

    /// Shows what a record will say, ahead of all that is written before it.
    public mutating func show(_ form: RecordForm, _ content: (inout RecordText) -> Void) {
        var text = RecordText(form)
        content(&text)
        sink.show(text.bytes.span.extracting(..<text.count))
    }

    /// Adds the frame and hands the line over. Apart, because the compiler makes a `record` of its own for each closure.
    @inline(never)
    private mutating func seal(_ text: inout RecordText) {
        var seed = CRC32()
        seed.update(nonce.value)
        let textCount = text.seal(sequence: count, seed)
        count += 1
        sink.write(text.bytes.span.extracting(..<text.count), textCount: textCount)
    }
}
