// Sizes and counts of what is generated, and the table of what they were: a line a figure, name and number. A figure may
// only fall; which lines a table gets from what was measured is decided here, and FigureTests ask.

/// Figures by name.
struct FigureTable: Hashable {
    private static let heading = """
        # Sizes and counts of what the atlas gives, the worst of all recorded machines. They may only fall: `make bless`
        # lowers a line, and METAOS_BLESS=raise raises one, in a commit that says why.

        """

    var values: [String: Int] = [:]

    init(_ values: [String: Int] = [:]) { self.values = values }

    /// Reads the text of a table; returns `nil` where a line is none.
    init?(text: String) {
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            let words = line.split(separator: " ")
            guard words.count == 2, let value = Int(words[1]), values[String(words[0])] == nil else { return nil }
            values[String(words[0])] = value
        }
    }

    /// The table as text, sorted by name.
    var text: String {
        let width = (values.keys.map(\.count).max() ?? 0) + 1
        let lines = values.sorted { $0.key < $1.key }.map { name, value in
            name + String(repeating: " ", count: width - name.count) + "\(value)\n"
        }
        return Self.heading + lines.joined()
    }

    /// What is wrong with what was measured, sorted by name: every figure that is not what the table says.
    func complaints(about measured: FigureTable) -> [String] {
        Set(values.keys).union(measured.values.keys).sorted().compactMap { name in
            switch (values[name], measured.values[name]) {
            case (let limit?, let value?) where value > limit:
                "\(name) is \(value), above \(limit); if it must be, METAOS_BLESS=raise make bless raises it"
            case (let limit?, let value?) where value < limit:
                "\(name) is \(value), below \(limit): run make bless to lower it"
            case (nil, let value?): "\(name) is \(value) and has no line: run make bless to add it"
            case (_?, nil): "\(name) was not measured: run make bless to strike it out"
            default: nil
            }
        }
    }

    /// The table after blessing: what was measured, but nothing that is above the table's line unless that is asked for.
    func blessed(_ measured: FigureTable, mayRaise: Bool) -> FigureTable {
        FigureTable(
            Dictionary(
                uniqueKeysWithValues: measured.values.map { name, value in
                    (name, mayRaise ? value : min(value, values[name] ?? value))
                }))
    }
}
