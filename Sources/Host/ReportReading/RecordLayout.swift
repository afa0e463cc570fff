// A row of the schema, taken apart once: what RecordMatch holds a record against.

import Report

/// What a form's records look like, part by part.
struct RecordLayout: Sendable {
    /// A part of a row.
    enum Part: Sendable {
        /// Text that stands for itself.
        case text([UInt8])
        /// A field: its kind, and what it holds, in words.
        case field(UInt8, holds: String)
        /// What may be absent.
        case option([Part])

        /// The text with which the part begins; `nil` for a field.
        var beginning: [UInt8]? {
            switch self {
            case .text(let text): text
            case .field: nil
            case .option(let parts): parts.first?.beginning
            }
        }
    }

    let form: RecordForm
    let parts: [Part]

    /// The layouts of each kind.
    private static let byKind = Dictionary(
        grouping: RecordForm.allCases.map(RecordLayout.init), by: { kind(of: Array("\($0.form.row)".utf8)) })

    /// The layouts of the forms that a record of that text may have.
    static func candidates(for text: [UInt8]) -> [RecordLayout] { byKind[kind(of: text)] ?? [] }

    /// The first word; of a plan, what is before the number.
    private static func kind(of text: [UInt8]) -> ArraySlice<UInt8> {
        let plan = text.prefix(3)
        return plan.isSpelled("1..") ? plan : text.prefix { $0 != UInt8(ascii: " ") }
    }

    init(_ form: RecordForm) {
        self.form = form
        var row = Array("\(form.row)".utf8)[...]
        var fields = form.fields[...]
        parts = Self.parts(&row, &fields)
        precondition(row.isEmpty && fields.isEmpty, "'\(form.row)' has other fields than \(form.fields)")
    }

    /// Takes parts up to the end of the row, or of what may be absent.
    private static func parts(_ row: inout ArraySlice<UInt8>, _ fields: inout ArraySlice<String>) -> [Part] {
        var parts: [Part] = []
        while let byte = row.first, byte != UInt8(ascii: "]") {
            if byte == UInt8(ascii: "%") {
                parts.append(.field(row[row.startIndex + 1], holds: fields.popFirst() ?? ""))
                row = row.dropFirst(2)
            } else if byte == UInt8(ascii: "[") {
                row = row.dropFirst()
                parts.append(.option(Self.parts(&row, &fields)))
                row = row.dropFirst()
            } else {
                let text = row.prefix { !"%[]".utf8.contains($0) }
                parts.append(.text(Array(text)))
                row = row.dropFirst(text.count)
            }
        }
        return parts
    }
}
