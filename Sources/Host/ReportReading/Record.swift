// One record of a report, once its frame has been checked and taken off. RecordReader makes it; FactsReader and
// MachineReport give it a meaning.

import Report

/// A record: its place in the report and its text.
public struct Record: Hashable, Sendable {
    /// Sequence number, 0 for the first record of a report.
    public var number: Int
    /// The text without its frame, ASCII.
    public var text: [UInt8]

    public init(number: Int, text: [UInt8]) {
        self.number = number
        self.text = text
    }

    /// The first word of the text.
    public var kind: ArraySlice<UInt8> { text.prefix { $0 != 0x20 } }

    /// Whether the first word of the text is `kind`.
    public func isKind(_ kind: StaticString) -> Bool { self.kind.isSpelled(kind) }

    /// The text for people.
    public var line: String { String(decoding: text, as: UTF8.self) }
}
