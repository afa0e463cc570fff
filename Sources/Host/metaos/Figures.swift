// Figures by name, and the two forms in which they are written. It measures nothing: see Measurement.

/// What was measured: a number each.
struct Figures {
    private var values: [String: Int] = [:]

    var isEmpty: Bool { values.isEmpty }

    subscript(name: String) -> Int? {
        get { values[name] }
        set { values[name] = newValue }
    }

    private var sorted: [(name: String, value: Int)] { values.sorted { $0.key < $1.key }.map { ($0.key, $0.value) } }

    /// One flat object, sorted by name. Names are letters, digits, dots and dashes: nothing is to be escaped.
    var json: String {
        "{\n" + sorted.map { "  \"\($0.name)\": \($0.value)" }.joined(separator: ",\n") + "\n}\n"
    }

    /// Rows of a Markdown table.
    var table: [String] {
        ["| figure | value |", "|---|---:|"] + sorted.map { "| `\($0.name)` | \(Self.grouped($0.value)) |" }
    }

    /// The line that stands before and behind the table.
    static let marker = "<!-- figures -->"

    /// The text with the table between its two markers renewed, or `nil` where they are not there. A row whose figure was
    /// not measured stays as it was: no run measures all of them.
    func renewingTable(in text: String) -> String? {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard let first = lines.firstIndex(of: Self.marker),
            let last = lines[(first + 1)...].firstIndex(where: { $0 == Self.marker || $0 == "<!-- /figures -->" })
        else { return nil }
        var renewed = Figures()
        for row in lines[first..<last] {
            guard let (name, value) = Self.figure(of: row) else { continue }
            renewed[name] = value
        }
        renewed.values.merge(values) { $1 }
        return (lines[...first] + renewed.table + lines[last...]).joined(separator: "\n")
    }

    /// The figure that a row of the table shows; `nil` for its head.
    private static func figure(of row: String) -> (name: String, value: Int)? {
        let cells = row.split(separator: "|").map { $0.filter { !" `,".contains($0) } }
        guard cells.count == 2, let value = Int(cells[1]) else { return nil }
        return (cells[0], value)
    }

    /// The number with a comma before every three digits.
    private static func grouped(_ value: Int) -> String {
        var text = ""
        for (index, digit) in String(value).reversed().enumerated() {
            if index > 0, index % 3 == 0, digit != "-" { text = "," + text }
            text = String(digit) + text
        }
        return text
    }
}
