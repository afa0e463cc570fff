// A sink that keeps the records that are written to it, each as a line of text.

import Report

/// Keeps records.
struct RecordLines: RecordSink {
    /// Lines with their frame.
    private(set) var lines: [[UInt8]] = []
    /// Texts without it.
    private(set) var texts: [String] = []

    mutating func write(_ line: Span<UInt8>, textCount: Int) {
        let bytes = line.withUnsafeBufferPointer { Array($0) }
        lines.append(bytes)
        texts.append(String(decoding: bytes.prefix(textCount), as: UTF8.self))
    }
}
