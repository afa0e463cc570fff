// A sink that keeps the records that are written to it.

import Report
import ReportReading

/// Keeps records.
struct RecordLines: RecordSink {
    private(set) var lines: [[UInt8]] = []
    private(set) var records: [Record] = []

    mutating func write(_ line: Span<UInt8>, textCount: Int) {
        let bytes = line.withUnsafeBufferPointer { Array($0) }
        records.append(Record(number: records.count, text: Array(bytes.prefix(textCount))))
        lines.append(bytes)
    }

    /// What a writer wrote.
    static func written(_ write: (inout RecordWriter<RecordLines>) -> Void) -> RecordLines {
        var writer = RecordWriter(sink: RecordLines())
        write(&writer)
        return writer.sink
    }
}
