// What the stages before the metabinary make of an atlas, kept for whoever wants to look at it. It runs the compiler's own
// stages, knows where a declaration begins and ends, and prints nothing; Inspection does, for `metaos dump`.

/// The tokens, the syntax tree and the checked devices of some sources.
package struct RuleStages {
    /// A token with its place, as text.
    package struct PlacedToken {
        package var place: String
        package var kind: String
        package var text: String
    }

    /// A part of the sources with what is shown of it.
    package struct Part<Content> {
        /// What it is: a declaration, and the file that it is in.
        package var title: String
        package var content: Content
    }

    /// The mistakes of lexer, parser and checker. Where there are some, tokens and tree may have gaps, and no device is checked.
    package let diagnostics: [Diagnostic]
    private let sources: [SourceText]
    private let tokens: [[Token]]
    let syntax: Syntax.Atlas
    private let checked: CheckedAtlas?

    package init(_ sources: [RuleSource]) {
        let texts = sources.sorted { $0.name < $1.name }.map(SourceText.init)
        let collector = DiagnosticCollector(sources: texts)
        syntax = Parser.parse(collector)
        // The parser has reported what the lexer finds wrong.
        let found = DiagnosticCollector(sources: texts)
        tokens = collector.sources.indices.map { Lexer.tokens(ofSource: $0, found) }
        checked = collector.isEmpty ? AtlasChecker.check(syntax, collector) : nil
        self.sources = collector.sources
        diagnostics = collector.found
    }

    // MARK: Names

    /// Names of all classes and devices.
    package var names: [String] { (syntax.classes.map(\.name) + syntax.devices.map(\.name)).map(\.text) }

    /// Names of all devices.
    package var deviceNames: [String] { syntax.devices.map(\.name.text) }

    /// Names of the functions and probes that a class or a device has, its own before those of its ancestors.
    package func functionNames(of name: String) -> [String] {
        var names: [String] = []
        for function in lineage(of: name).flatMap(\.functions) where !names.contains(function.member.name.text) {
            names.append(function.member.name.text)
        }
        return names
    }

    /// A class or a device: what both have.
    private struct Declaration {
        var name: Name
        var parent: Name?
        var functions: [Syntax.Function]
        var node: Any
    }

    /// The declaration of that name, then the one that it is, and so on.
    private func lineage(of name: String) -> [Declaration] {
        let classes = syntax.classes.map {
            Declaration(name: $0.name, parent: $0.parent, functions: $0.functions, node: $0)
        }
        let devices = syntax.devices.map {
            Declaration(name: $0.name, parent: $0.parent, functions: $0.functions + $0.probes.map(\.function), node: $0)
        }
        var lineage: [Declaration] = []
        var next: String? = name
        while let name = next, !lineage.contains(where: { $0.name.text == name }),
            let found = (devices + classes).first(where: { $0.name.text == name })
        {
            lineage.append(found)
            next = found.parent?.text
        }
        return lineage
    }

    /// Where a function of a class or a device is declared: by itself, or by the nearest ancestor that has it.
    private func declaration(of function: String, of name: String) -> (Declaration, Syntax.Function)? {
        for declaration in lineage(of: name) {
            if let found = declaration.functions.first(where: { $0.member.name.text == function }) {
                return (declaration, found)
            }
        }
        return nil
    }

    // MARK: Stages

    /// The tokens of a declaration or of a function; without a name of all sources, a part a source.
    package func tokens(of name: String?, function: String?) -> [Part<[PlacedToken]>] {
        guard let name else {
            return tokens.indices.map { Part(title: sources[$0].ruleFile, content: placed(tokens[$0][...])) }
        }
        if let function {
            return declaration(of: function, of: name).map { declaration, function in
                let end = function.closingBrace
                return [part(declaration, function, placed(tokens(from: function.member.name) { $0.span == end }))]
            } ?? []
        }
        return lineage(of: name).prefix(1).map { declaration in
            var depth = 0
            let found = tokens(from: declaration.name) { token in
                if token.kind == .sign && token.text == "{" { depth += 1 }
                if token.kind == .sign && token.text == "}" { depth -= 1 }
                return token.kind == .sign && token.text == "}" && depth == 0
            }
            return part(declaration, nil, placed(found))
        }
    }

    /// The tree of a declaration or of a function; without a name those of all declarations.
    package func trees(of name: String?, function: String?) -> [Part<Any>] {
        guard let name else { return names.flatMap { trees(of: $0, function: nil) } }
        guard let function else { return lineage(of: name).prefix(1).map { part($0, nil, $0.node) } }
        return declaration(of: function, of: name).map { [part($0, $1, $1 as Any)] } ?? []
    }

    /// A checked device, or a function of it; without a name all devices. A class has no device.
    package func checkedDevices(of name: String?, function: String?) -> [Part<Any>] {
        guard let checked else { return [] }
        return checked.devices.filter { name == nil || $0.name.text == name }.flatMap { device -> [Part<Any>] in
            let title = "\(device.name.text), \(sources[device.name.span.source].ruleFile)"
            guard let function else { return [Part(title: title, content: device)] }
            return (device.functions + device.probes).filter { $0.name.text == function }.map {
                Part(title: "\(device.name.text).\(function), \(sources[$0.name.span.source].ruleFile)", content: $0)
            }
        }
    }

    private func part<Content>(
        _ declaration: Declaration, _ function: Syntax.Function?, _ content: Content
    ) -> Part<Content> {
        let name = declaration.name.text + (function.map { ".\($0.member.name.text)" } ?? "")
        return Part(title: "\(name), \(sources[declaration.name.span.source].ruleFile)", content: content)
    }

    /// The tokens from the word before a name on, which says what is declared, to the first that `isLast`, or to the end.
    private func tokens(from name: Name, isLast: (Token) -> Bool) -> ArraySlice<Token> {
        let all = tokens[name.span.source]
        guard let index = all.firstIndex(where: { $0.span == name.span }) else { return [] }
        let end = all[index...].firstIndex(where: isLast) ?? all.count - 1
        return all[max(0, index - 1)...end]
    }

    // MARK: Text

    private func placed(_ tokens: ArraySlice<Token>) -> [PlacedToken] {
        tokens.map { token in
            let kind =
                switch token.kind {
                case .name: "name"
                case .keyword: "keyword"
                case .number: "number"
                case .sign: "sign"
                case .quoted: "quoted"
                case .end: "end"
                }
            return PlacedToken(place: place(token.span), kind: kind, text: token.text)
        }
    }

    private func place(_ span: SourceSpan) -> String {
        let source = sources[span.source]
        return "\(source.line(at: span.start)):\(source.column(at: span.start))"
    }

    /// Line and column, of a value that is a place in the sources and no more.
    package func place(of value: Any) -> String? { (value as? SourceSpan).map(place) }

    /// The text of a node that is one word of the sources: a name, or a number as it is written.
    package func word(of value: Any) -> String? {
        switch value {
        case let name as Name: "\(name.text) \(place(name.span))"
        case let number as Number:
            "\(sources[number.span.source].text(from: number.span.start, to: number.span.end)) \(place(number.span))"
        default: nil
        }
    }
}
