// Checks what is before parentheses in a value: a field, which puts a number in its place, a conversion, or a
// definition, which is put in where it is named and sees its arguments and the device, nothing else.

extension ExpressionChecker {
    /// `CT(15)`: a number in the place of a field. `u16(total)`: its low bits. `damaged(report)`: a definition.
    func checkCall(_ name: Name, _ arguments: [Node], _ span: SourceSpan) -> TypedValue? {
        if let field = scope.bits.named(name) { return checkPlaced(field, arguments, span) }
        if let type = Typing.conversions[name.text] {
            guard arguments.count == 1 else { return report(.takesOneValue, span, name) }
            guard let value = checkUncut(arguments[0]), !typing.reportAddress([value], arguments[0].span) else {
                return nil
            }
            return typing.converted(value, to: type, name, span)
        }
        return enter(name, arguments, span) { definition in
            if case .record = definition.value { return report(.descriptorIsNoNumber, span, name) }
            var value = check(definition.value)
            // Lines of a function are lines of one file: what comes of a definition of another is asked for here.
            if value?.expression.span.source != span.source { value?.expression.span = span }
            return value
        }
    }

    private func checkPlaced(_ field: Field, _ arguments: [Node], _ span: SourceSpan) -> TypedValue? {
        let what = "field \(field.name)"
        guard arguments.count == 1 else { return report(.takesOneValue, span, field.name) }
        guard let value = check(arguments[0]), let (low, high) = field.range(within: 64) else { return nil }
        guard !value.isOfAddress else { return report(.addressElsewhere, arguments[0].span, what) }
        typing.checkKind(of: value, as: field.kind, arguments[0].span, what)
        guard UInt64(value.bitCount) <= high - low + 1 else {
            return report(.valueTooWide, arguments[0].span, value.bitCount, what, high - low + 1)
        }
        let isPart = plan.checkPartLength(value, in: field, arguments[0].span, names.device)
        let places = TypedValue(low, span)
        var placed = low == 0 ? value : typing.shift(value, by: places, isLeft: true, span, count: span)
        if isPart || !value.isKnown { placed?.loose = isPart ? 0 : value.looseBits << low }
        return placed
    }

    /// Does something with the value of a definition where its arguments and the device's names are in sight, nothing else.
    func enter<Result>(_ name: Name, _ arguments: [Node], _ span: SourceSpan, _ body: (Syntax.Definition) -> Result?)
        -> Result?
    {
        guard let node = names.device.definitions.named(name) else {
            return names.reportNothing(
                "definition", name, among: (names.device.definitions.names + scope.bits.names).map(\.text),
                "declare `define \(name.text)(…) = …` in device \(names.device.name)")
        }
        guard mayPutIn(name) else { return nil }
        let isOpen = scope.definitions.contains(name.text)
        guard !isOpen else { return report(.definedByItself, span, name, node.name.span) }
        guard arguments.count == node.parameters.count else {
            return report(.wrongValueCount, span, name, node.name.span, node.parameters.count, arguments.count)
        }
        var bound: [String: TypedValue?] = [:]
        for (parameter, argument) in zip(node.parameters, arguments) {
            bound[parameter.text] = .some(self.argument(argument, for: parameter, of: node))
        }
        for parameter in node.parameters where node.value.uses(of: parameter.text) == 0 {
            report(.unusedName, parameter.span, parameter)
        }
        let outer = scope
        defer { scope = outer }
        scope.arguments = bound
        scope.bits = []
        scope.definitions.append(name.text)
        return body(node)
    }

    /// What a definition is given, be it a buffer or a slot; what costs something is used once.
    private func argument(_ node: Node, for parameter: Name, of definition: Syntax.Definition) -> TypedValue? {
        let value = if case .name(let word) = node { check(word) } else { check(node) }
        if let value, !value.isFree, definition.value.uses(of: parameter.text) > 1 {
            report(.usedMoreThanOnce, node.span, definition.name)
        }
        return value
    }
}

extension TypedValue {
    /// Whether it costs nothing when it is used again.
    fileprivate var isFree: Bool {
        switch expression.operation {
        case .number, .local: true
        default: isStatic
        }
    }
}

extension Syntax.Expression {
    /// How often it names something.
    fileprivate func uses(of name: String) -> Int {
        func count(_ word: Name, _ parts: [Node] = []) -> Int {
            parts.reduce(word.text == name ? 1 : 0) { $0 + $1.uses(of: name) }
        }
        switch self {
        case .number, .capability: return 0
        case .name(let word), .field(let word, _): return count(word)
        case .element(let word, let index, _, _): return count(word, [index])
        case .path(let word, let steps, _):
            return count(word, steps.compactMap { if case .index(let index) = $0 { index } else { nil } })
        case .elementMethod(let base, let index, _, let arguments, _): return count(base, [index] + arguments)
        case .inverse(let value, _): return value.uses(of: name)
        case .binary(let left, _, _, let right): return left.uses(of: name) + right.uses(of: name)
        case .call(_, let arguments, _): return arguments.reduce(0) { $0 + $1.uses(of: name) }
        case .method(let base, _, let arguments, _): return count(base, arguments)
        case .record(_, let fields, _): return fields.reduce(0) { $0 + $1.value.uses(of: name) }
        }
    }
}
