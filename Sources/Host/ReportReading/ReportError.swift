// A record that arrived as it was sent and still says nothing that this reader understands: writer and reader differ, or
// the machine reported nonsense.

/// Why a record's text has no meaning.
public enum ReportError: Error, Hashable, Sendable {
    /// The text has not the form that RECORDS.md gives its kind; `expected` is what should have stood there.
    case malformed(record: Int, text: [UInt8], expected: String)
    /// A kind of record that this version does not know.
    case unexpectedKind(record: Int, text: [UInt8])
    /// A record about a PCI function, a window or a generated function that no record before it introduced.
    case unintroduced(record: Int, text: [UInt8], subject: String)
    /// Records that contradict each other; `record` is the later one.
    case contradiction(record: Int, text: [UInt8], reason: String)

    /// Sequence number of the record.
    public var record: Int {
        switch self {
        case .malformed(let record, _, _), .unexpectedKind(let record, _), .unintroduced(let record, _, _),
            .contradiction(let record, _, _):
            record
        }
    }
}

extension ReportError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .malformed(let record, let text, let expected):
            "record \(record) (\"\(Damage.excerpt(text))\"): expected \(expected)"
        case .unexpectedKind(let record, let text):
            "record \(record) (\"\(Damage.excerpt(text))\"): a kind that this version of the report does not know"
        case .unintroduced(let record, let text, let subject):
            "record \(record) (\"\(Damage.excerpt(text))\"): no record before it introduces the \(subject)"
        case .contradiction(let record, let text, let reason):
            "record \(record) (\"\(Damage.excerpt(text))\"): \(reason)"
        }
    }
}
