// The grammar of the manual, read from its EBNF: it says whether tokens are a sentence, and makes sentences by chance. It
// shares nothing with the compiler's parser.

import Support

/// Rules in EBNF: `rule = "word" NAME { other } [ other ] ( a | b )`.
struct Grammar {
    indirect enum Node {
        case word(String)
        /// A rule, or in capitals a kind of token.
        case rule(String)
        case sequence([Node])
        case choice([Node])
        case optional(Node)
        case repetition(Node)
    }

    struct Mistake: Error { var what: String }

    /// In the order of the text; the first is what a file is.
    private(set) var names: [String] = []
    private(set) var rules: [String: Node] = [:]
    /// Nodes that a rule needs at least below it, by which sentences end.
    private var depths: [String: Int] = [:]

    init(_ text: String) throws {
        var words = Self.words(of: text)[...]
        while let name = words.popFirst() {
            guard words.popFirst() == "=" else { throw Mistake(what: "no = behind \(name)") }
            names.append(name)
            rules[name] = try Self.choice(&words)
        }
        for _ in names { for name in names { depths[name] = 1 + depth(of: rules[name] ?? .sequence([])) } }
    }

    // MARK: Reading

    private static func words(of text: String) -> [String] {
        var words: [String] = []
        var rest = text[...]
        while let first = rest.first {
            if first.isWhitespace {
                rest.removeFirst()
            } else if first == "\"" {
                let end = rest.dropFirst().firstIndex(of: "\"") ?? rest.index(before: rest.endIndex)
                words.append(String(rest[...end]))
                rest = rest[rest.index(after: end)...]
            } else if first.isLetter {
                let word = rest.prefix { $0.isLetter }
                words.append(String(word))
                rest.removeFirst(word.count)
            } else {
                words.append(String(rest.removeFirst()))
            }
        }
        return words
    }

    private static func choice(_ words: inout ArraySlice<String>) throws -> Node {
        var choices = [try sequence(&words)]
        while words.first == "|" {
            words.removeFirst()
            choices.append(try sequence(&words))
        }
        return choices.count == 1 ? choices[0] : .choice(choices)
    }

    private static func sequence(_ words: inout ArraySlice<String>) throws -> Node {
        var nodes: [Node] = []
        while let word = words.first, !["|", ")", "]", "}"].contains(word), words.dropFirst().first != "=" {
            words.removeFirst()
            switch word {
            case "(": nodes.append(try closed(&words, ")"))
            case "[": nodes.append(.optional(try closed(&words, "]")))
            case "{": nodes.append(.repetition(try closed(&words, "}")))
            default: nodes.append(word.hasPrefix("\"") ? .word(String(word.dropFirst().dropLast())) : .rule(word))
            }
        }
        return .sequence(nodes)
    }

    private static func closed(_ words: inout ArraySlice<String>, _ end: String) throws -> Node {
        let node = try choice(&words)
        guard words.popFirst() == end else { throw Mistake(what: "no \(end)") }
        return node
    }

    // MARK: What it names

    /// All words and signs between quotes.
    var terminals: Set<String> { Set(rules.values.flatMap(Self.terminals)) }

    /// All rules and kinds of tokens that rules name.
    var uses: Set<String> { Set(rules.values.flatMap(Self.uses)) }

    private static func parts(of node: Node) -> [Node] {
        switch node {
        case .word, .rule: []
        case .sequence(let nodes), .choice(let nodes): nodes
        case .optional(let inner), .repetition(let inner): [inner]
        }
    }

    private static func terminals(of node: Node) -> [String] {
        if case .word(let word) = node { return [word] }
        return parts(of: node).flatMap(terminals)
    }

    private static func uses(of node: Node) -> [String] {
        if case .rule(let name) = node { return [name] }
        return parts(of: node).flatMap(uses)
    }

    // MARK: Recognising

    /// How far the longest beginning of the tokens goes that a rule can begin with, and whether all are a sentence of it;
    /// of a file where no other rule is named.
    func recognises(
        _ tokens: [(kind: String, text: String)], as rule: String? = nil
    ) -> (isSentence: Bool, reached: Int) {
        var known: [String: Set<Int>] = [:]
        var reached = 0
        func ends(_ node: Node, _ start: Int) -> Set<Int> {
            switch node {
            case .word(let word):
                guard start < tokens.count, tokens[start].text == word else { return [] }
                reached = max(reached, start + 1)
                return [start + 1]
            case .rule(let name):
                guard let rule = rules[name] else {
                    guard start < tokens.count, tokens[start].kind == name else { return [] }
                    reached = max(reached, start + 1)
                    return [start + 1]
                }
                let key = "\(name) \(start)"
                if let found = known[key] { return found }
                let found = ends(rule, start)
                known[key] = found
                return found
            case .sequence(let nodes):
                return nodes.reduce([start]) { places, node in Set(places.flatMap { ends(node, $0) }) }
            case .choice(let nodes): return Set(nodes.flatMap { ends($0, start) })
            case .optional(let inner): return ends(inner, start).union([start])
            case .repetition(let inner):
                var all: Set<Int> = [start]
                var open: Set<Int> = [start]
                while !open.isEmpty {
                    open = Set(open.flatMap { ends(inner, $0) }).subtracting(all)
                    all.formUnion(open)
                }
                return all
            }
        }
        return (ends(.rule(rule ?? names[0]), 0).contains(tokens.count), reached)
    }

    // MARK: Sentences

    private func depth(of node: Node) -> Int {
        switch node {
        case .word: 0
        case .rule(let name): rules[name] == nil ? 0 : depths[name] ?? 1_000
        case .sequence(let nodes): nodes.map(depth).max() ?? 0
        case .choice(let nodes): nodes.map(depth).min() ?? 0
        case .optional, .repetition: 0
        }
    }

    /// A sentence of a rule.
    ///
    /// - Parameter token: gives a token of a kind.
    func sentence(
        of rule: String, depth limit: Int, _ random: inout SeededGenerator,
        _ token: (String, inout SeededGenerator) -> String
    ) -> [String] {
        var words: [String] = []
        func add(_ node: Node, _ limit: Int, _ random: inout SeededGenerator) {
            // What is long already ends as soon as it can.
            let depth = words.count < 300 ? limit : 0
            switch node {
            case .word(let word): words.append(word)
            case .rule(let name):
                guard let rule = rules[name] else { return words.append(token(name, &random)) }
                add(rule, depth - 1, &random)
            case .sequence(let nodes): for node in nodes { add(node, depth, &random) }
            case .choice(let nodes):
                let least = nodes.map(self.depth).min() ?? 0
                let open = nodes.filter { self.depth(of: $0) <= max(depth, least) }
                add(open[Int.random(in: 0..<open.count, using: &random)], depth, &random)
            case .optional(let inner):
                if self.depth(of: inner) <= depth, Bool.random(using: &random) { add(inner, depth, &random) }
            case .repetition(let inner):
                guard self.depth(of: inner) <= depth else { return }
                for _ in 0..<Int.random(in: 0...3, using: &random) where words.count < 300 {
                    add(inner, depth, &random)
                }
            }
        }
        add(.rule(rule), limit, &random)
        return words
    }
}
