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

    /// The text of the record.
    private var text: [UInt8] {
        switch self {
        case .malformed(_, let text, _), .unexpectedKind(_, let text), .unintroduced(_, let text, _),
            .contradiction(_, let text, _):
            text
        }
    }

    /// Whether facts may be missing for it. A kind that is not known may be of one; of other kinds, reports of older
    /// kernels have some in forms that are no longer read.
    public var isOfFacts: Bool { [.facts, nil].contains(Record(number: record, text: text).section) }

    /// Whether something that was generated, or a fact, may be missing for it.
    public var isOfGeneration: Bool { isOfFacts || Record(number: record, text: text).section == .generation }

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
