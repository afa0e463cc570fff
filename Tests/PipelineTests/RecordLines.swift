// A sink that keeps the records that are written to it, each as a line of text.

import Report

/// Keeps records.
struct RecordLines: RecordSink {
    /// Lines with their frame.
    private(set) var lines: [[UInt8]] = []
    /// Texts without it.
    private(set) var texts: [String] = []

    mutating func write(_ line: Span<UInt8>, textCount: Int) {
        lines.append(line.withUnsafeBufferPointer { Array($0) })
        texts.append(line.withUnsafeBufferPointer { String(decoding: $0.prefix(textCount), as: UTF8.self) })
    }
}
