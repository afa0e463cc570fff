// Any tree of values as indented lines, by reflection: a node a line, its kind and its place after its name. What says
// nothing is left out: `nil`, `false`, an empty list. It knows no type of any tree; `metaos dump` shows syntax trees and
// checked devices with it.

/// Printer of trees.
struct TreePrinter {
    /// The place of a value that is one and no more; it goes after what it is the place of.
    let place: (Any) -> String?
    /// The text of a value that is shown in one word, whatever it is made of.
    let word: (Any) -> String?

    private var lines: [String] = []

    /// The lines of a value, the first of which says its kind.
    static func lines(
        of value: Any, place: @escaping (Any) -> String?, word: @escaping (Any) -> String?
    ) -> [String] {
        var printer = TreePrinter(place: place, word: word)
        printer.print(value, Title(), depth: 0)
        return printer.lines
    }

    private init(place: @escaping (Any) -> String?, word: @escaping (Any) -> String?) {
        self.place = place
        self.word = word
    }

    /// What is in the line of a node: its name and kind, then its place.
    private struct Title {
        var words: [String] = []
        var places: [String] = []

        func adding(_ word: String?) -> Title { Title(words: words + (word.map { [$0] } ?? []), places: places) }

        func adding(places more: [String]) -> Title { Title(words: words, places: places + more) }

        /// Values of a list have no name, and those of a list without one no kind either.
        var text: String { ((words.isEmpty ? ["-"] : words) + places).joined(separator: " ") }
    }

    private mutating func write(_ title: Title, _ depth: Int) {
        lines.append(String(repeating: "  ", count: depth) + title.text)
    }

    // MARK: Nodes

    private mutating func print(_ value: Any, _ title: Title, depth: Int) {
        if let word = leaf(value) { return word.isEmpty ? () : write(title.adding(word), depth) }
        let mirror = Mirror(reflecting: value)
        switch mirror.displayStyle {
        case .optional:
            if let child = mirror.children.first { print(child.value, title, depth: depth) }
        case .collection, .set, .dictionary: printElements(of: mirror, title, depth)
        case .enum:
            guard let payload = mirror.children.first else { return write(title.adding("\(value)"), depth) }
            print(payload: payload.value, title.adding(payload.label), depth)
        case .tuple: printChildren(of: mirror, title, depth)
        default: printChildren(of: mirror, title.words.isEmpty ? title.adding("\(type(of: value))") : title, depth)
        }
    }

    /// Prints what an enumeration's case carries: several values below the case, one beside it.
    private mutating func print(payload: Any, _ title: Title, _ depth: Int) {
        if Mirror(reflecting: payload).displayStyle == .tuple {
            return printChildren(of: Mirror(reflecting: payload), title, depth)
        }
        if let place = place(payload) { return write(title.adding(places: [place]), depth) }
        let count = lines.count
        print(payload, title, depth: depth)
        // The case says something even where what it carries does not.
        if lines.count == count { write(title, depth) }
    }

    private mutating func printElements(of mirror: Mirror, _ title: Title, _ depth: Int) {
        guard !mirror.children.isEmpty else { return }
        // What has no order of its own gets one: the text must be the same each time.
        let isOrdered = mirror.displayStyle == .collection
        let words = mirror.children.compactMap { leaf($0.value) }
        if words.count == mirror.children.count {
            return write(title.adding((isOrdered ? words : words.sorted()).joined(separator: ", ")), depth)
        }
        write(title, depth)
        let nodes = mirror.children.map { child in
            var printer = TreePrinter(place: place, word: word)
            printer.print(child.value, Title(), depth: depth + 1)
            return printer.lines
        }
        lines += (isOrdered ? nodes : nodes.sorted { $0.lexicographicallyPrecedes($1) }).flatMap(\.self)
    }

    /// Prints a node and what it is made of. Its place goes after its title; where it has but one part, that is the node.
    private mutating func printChildren(of mirror: Mirror, _ title: Title, _ depth: Int) {
        let children = mirror.children.map { (name: Self.name($0.label), value: $0.value) }
        let places = children.compactMap { $0.name == nil || $0.name == "span" ? place($0.value) : nil }
        let parts = children.filter { $0.name != nil && $0.name != "span" || place($0.value) == nil }
        let whole = title.adding(places: places)
        if parts.count == 1, !places.isEmpty, mirror.displayStyle == .struct {
            // The kind of a node that is shown as its part is that of the part.
            let isNamed = title.words != ["\(mirror.subjectType)"]
            return print(parts[0].value, isNamed ? whole : Title(places: whole.places), depth: depth)
        }
        write(whole, depth)
        for part in parts { print(part.value, Title().adding(part.name), depth: depth + 1) }
    }

    /// Values of a tuple that have no name are called `.0`, `.1`.
    private static func name(_ label: String?) -> String? { label?.hasPrefix(".") == true ? nil : label }

    // MARK: Words

    /// The text of a value without parts, empty where it says nothing; `nil` for a value that has parts.
    private func leaf(_ value: Any) -> String? {
        if let text = word(value) ?? place(value) { return text }
        switch value {
        case let text as String: return text
        case let isTrue as Bool: return isTrue ? "true" : ""
        // Numbers of bits, and of a bit, have eight bits themselves; what is wider may be a mask or an address.
        case let count as UInt8: return "\(count)"
        case let number as any UnsignedInteger: return plain(number)
        case let number as any BinaryInteger: return "\(number)"
        case let bytes as [UInt8]: return String(decoding: bytes, as: UTF8.self)
        default: return nil
        }
    }
}
