// Goes along the layout of a metabinary as a reader or a writer does, and writes down what is there: the table of FORMAT.md.

import Metabinary
import Program

/// Whoever says what the fields of a metabinary are.
final class LayoutDescriber: LayoutCoder {
    static var makes: Bool { true }

    /// What is gone into: a record with the rows that it has so far, or fields that are only where something is so.
    private struct Part {
        var record: String
        var conditions: [String] = []
        /// Number of the rows of a record; `nil` for one that is described elsewhere.
        var index: Int?
    }

    private var parts: [Part] = []
    /// The rows of each record, in the order in which records are first named.
    private var rows: [(record: String, rows: [String])] = []
    /// A number of things that are still to be named.
    private var pending: (limit: Int, what: String)?

    /// The lines of the table.
    static func table() -> [String] {
        let describer = LayoutDescriber()
        describer.image()
        return describer.rows.flatMap { record, rows in
            rows.enumerated().map { "| \($0 == 0 ? record : "") | \($1) |" }
        }
    }

    private func add(_ field: String, _ what: String) {
        if let (_, what) = pending {
            pending = nil
            add("number", what)
        }
        guard let part = parts.last, let index = part.index else { return }
        rows[index].rows.append("\(field) | \(what) | \(part.conditions.joined(separator: ", "))".trimmed)
    }

    // MARK: Fields

    var classes: [ClassDescription] = []
    var isRefused: Bool { false }
    var place: Int { 0 }
    func refuse(_ reason: MetabinaryError) {}

    func byte(_ value: inout UInt8, _ what: StaticString) { add("byte", "\(what)") }
    func word(_ value: inout UInt16, _ what: StaticString) { add("word", "\(what)") }
    func number(_ value: inout UInt64, atMost limit: UInt64, _ what: StaticString) { add("number", "\(what)") }
    func index(_ value: inout Int, below count: Int, _ what: StaticString) { add("index", "\(what)") }
    func name(_ value: inout [UInt8], _ what: StaticString) { add("index", "\(what)") }
    func itsClass(_ value: inout ClassDescription, _ what: StaticString) { add("index", "\(what)") }
    func type(_ value: inout ValueType, _ what: StaticString) { add("byte", "\(what)") }

    func code(of rule: FunctionDescription, in device: DeviceDescription, returnsValue: Bool) {
        add("count (\(MetabinaryLimit.codeByteCount))", "bytes of the code, which come after it")
    }

    func names(atMost limit: Int) {
        _ = count(0, atMost: limit, "")
        if enter("name", 1) > 0 {
            add(
                "count (\(MetabinaryLimit.nameByteCount))",
                "bytes of printable ASCII without blanks, which come after it, at least one")
        }
        leave()
    }

    func devices(atMost limit: Int, _ code: (DeviceDescription) -> Void) {
        _ = count(0, atMost: limit, "")
        if enter("device", 1) > 0 { code(DeviceDescription()) }
        leave()
    }

    // MARK: Structure

    func count(_ count: Int, atMost limit: Int, _ what: StaticString) -> Int {
        pending = (limit, "\(what)")
        return 1
    }

    func enter(_ record: StaticString, _ count: Int) -> Int {
        let name = "\(record)"
        let limit = pending?.limit
        // A list is named by its elements.
        if let pending, pending.what == name || pending.what.isEmpty { self.pending = nil }
        add(self.pending == nil && limit != nil ? "count (\(limit ?? 0)), *\(name)*\\*" : "*\(name)*", "")
        guard !rows.contains(where: { $0.record == name }) else {
            parts.append(Part(record: name))
            return 0
        }
        parts.append(Part(record: name, index: rows.count))
        rows.append((name, []))
        return 1
    }

    func isThere(_ condition: Bool, _ what: StaticString) -> Bool {
        // What was a count by itself comes before its condition.
        if let pending {
            self.pending = nil
            add("number", pending.what)
        }
        var part = parts.last ?? Part(record: "")
        part.conditions.append("\(what)")
        parts.append(part)
        return true
    }

    func leave() { parts.removeLast() }
}

extension String {
    /// The text without blanks at its end.
    fileprivate var trimmed: String {
        var text = self
        while text.last == " " { text.removeLast() }
        return text
    }
}
