// Puts words of the prelude in, and says what the names of its text do.

extension FunctionChecker {
    /// Puts a word of the prelude in. The values that its text names stay on the stack, without these names.
    ///
    /// - Returns: their places.
    @discardableResult func put(_ word: String, at span: SourceSpan, _ names: [String: MadeName]) -> [String: Int] {
        let (made, values) = (scope.made, scope.values)
        scope.made = names
        scope.values = values.map { (nil, $0.value) }
        _ = check(stage.prelude.statements(of: word, at: span))
        let added = scope.values[values.count...]
        scope.made = made
        scope.values = values + added.map { (nil, $0.value) }
        return Dictionary(zip(added.map { $0.name?.text ?? "" }, added.indices), uniquingKeysWith: { $1 })
    }

    /// `claim = VALUE`, `buffers[VALUE] = VALUE`, `tail = VALUE` in the prelude: nothing is asked of it.
    func assign(_ node: Node, to made: MadeName, at index: Node?, _ span: SourceSpan) {
        guard let value = check(node) else { return }
        switch made {
        case .cell(let cell): code.append(.set(cell: cell, index: nil, value.expression, span))
        case .buffers(let cell):
            let index = index.flatMap(check)?.expression
            code.append(.set(cell: cell, index: index, value.converted(to: 16).expression, span))
        case .register(let register):
            guard let target = registers.target(of: register) else { return }
            code += registers.steps(before: register, span)
            code.append(.store(target, index: nil, value.expression, span))
        case .value, .field, .code: break
        }
    }
}

extension ExpressionChecker {
    /// A name of the prelude in a value, by an index where it has elements.
    func check(_ made: MadeName, at index: Node? = nil, _ span: SourceSpan) -> TypedValue? {
        let offset = index.flatMap(check)?.expression
        switch made {
        case .value(let value): return value
        case .cell(let cell): return TypedValue(.get(cell, span), bitCount: 32, typeBitCount: 32)
        case .buffers(let cell): return TypedValue(.get(cell, span, index: offset), bitCount: 16, typeBitCount: 16)
        case .field(let place, let bitCount):
            return TypedValue(
                .init(operation: .load(place, index: offset), span: span), bitCount: bitCount, typeBitCount: bitCount)
        case .register, .code: return nil
        }
    }
}
