// Checks what stands before parentheses in a value: a field, which puts a number in its place, or a definition, which
// is put in where it is named and sees its arguments and the device, nothing else.

import Metabinary

extension Checker {
    /// `CT(15)`: a number in the place of a field. `damaged(report)`: a definition.
    mutating func checkCall(
        _ name: Syntax.Name, _ arguments: [Syntax.Expression], _ span: SourceSpan, _ scope: inout Scope
    ) -> TypedValue? {
        if let field = scope.bits.first(where: { $0.name.text == name.text }) {
            return checkPlaced(field, arguments, span, &scope)
        }
        if let type = Self.conversions[name.text] { return checkConversion(to: type, name, arguments, span, &scope) }
        guard let definition = enter(name, arguments, span, &scope) else { return nil }
        if case .record = definition.node.value {
            diagnostics.report(
                .notAValue, span, "`\(name.text)` gives a whole descriptor, no number",
                mend: "write `SLOT = \(name.text)(…)`")
            return nil
        }
        var inner = definition.scope
        var value = check(definition.node.value, &inner)
        // Lines of a function are lines of one file: what comes of a definition of another is asked for here.
        if value?.expression.span.source != span.source { value?.expression.span = span }
        return value
    }

    private mutating func checkPlaced(
        _ field: Syntax.Field, _ arguments: [Syntax.Expression], _ span: SourceSpan, _ scope: inout Scope
    ) -> TypedValue? {
        guard arguments.count == 1 else {
            diagnostics.report(
                .wrongArguments, span, "field `\(field.name.text)` takes one value",
                mend: "write `\(field.name.text)(VALUE)`")
            return nil
        }
        guard let value = check(arguments[0], &scope), let low = field.low.value, let high = field.high.value,
            low <= high, high < 64
        else { return nil }
        checkKind(of: value, as: field.kind, arguments[0].span, "field `\(field.name.text)`")
        guard UInt64(value.bitCount) <= high - low + 1 else {
            diagnostics.report(
                .valueTooWide, arguments[0].span,
                "the value may need \(value.bitCount) bits, field `\(field.name.text)` has \(high - low + 1)",
                mend: "keep a part of it by `&`")
            return nil
        }
        let isTold = checkToldLength(value, in: field, arguments[0].span, scope.device)
        let places = TypedValue(number: low, .init(operation: .number(low), span: span))
        var placed = low == 0 ? value : shift(value, by: places, isLeft: true, span, count: span)
        if isTold { placed?.loose = 0 }
        return placed
    }

    /// Counts a definition that is put in; false where there are too many, which is reported. Definitions that name each other
    /// twice double with each: without a bound, thirty of them would take for ever.
    mutating func mayPutIn(_ name: Syntax.Name) -> Bool {
        expansionCount += 1
        if expansionCount == MetabinaryLimit.itemCount {
            diagnostics.report(
                .limitExceeded, name.span, "more than \(MetabinaryLimit.itemCount) definitions are put in here",
                mend: "name what is computed more than once by `let`, or loop over what repeats")
        }
        return expansionCount < MetabinaryLimit.itemCount
    }

    /// The definition of a name, and the scope of its value: its arguments and the device's names, nothing else.
    mutating func enter(
        _ name: Syntax.Name, _ arguments: [Syntax.Expression], _ span: SourceSpan, _ scope: inout Scope
    ) -> (node: Syntax.Definition, scope: Scope)? {
        guard let node = scope.device.definitions.first(where: { $0.name.text == name.text }) else {
            if !scope.device.isBroken {
                reportUnknown(
                    "definition", name, among: scope.device.definitions.map(\.name.text) + scope.bits.map(\.name.text),
                    mend: "declare `define \(name.text)(…) = …` in device `\(scope.device.name.text)`")
            }
            return nil
        }
        usedNames.insert(name.text)
        guard mayPutIn(name) else { return nil }
        guard arguments.count == node.parameters.count, !scope.definitions.contains(name.text) else {
            diagnostics.report(
                .wrongArguments, span,
                scope.definitions.contains(name.text)
                    ? "`\(name.text)` is defined by itself"
                    : "`\(name.text)` takes \(node.parameters.count) values, here are \(arguments.count)",
                mend: "write it as its definition says, at \(place(node.name.span))")
            return nil
        }
        var inner = scope
        var bound: [String: TypedValue?] = [:]
        for (parameter, argument) in zip(node.parameters, arguments) {
            var value: TypedValue?
            if case .name(let word) = argument { value = check(word, &scope) } else { value = check(argument, &scope) }
            let isSimple = value.map(Self.isSimple) ?? true
            if !isSimple, Self.uses(of: parameter.text, in: node.value) > 1 {
                diagnostics.report(
                    .wrongArguments, argument.span, "`\(name.text)` uses this value more than once",
                    mend: "give it a name by `let` before, so that it is computed once")
            }
            bound[parameter.text] = .some(value)
        }
        for parameter in node.parameters where Self.uses(of: parameter.text, in: node.value) == 0 {
            diagnostics.report(
                .unusedName, parameter.span, "`\(parameter.text)` is never used", mend: "use it or take it out")
        }
        inner.arguments = bound
        inner.bits = []
        inner.definitions.append(name.text)
        return (node, inner)
    }

    /// Whether a value costs nothing when it is used again.
    private static func isSimple(_ value: TypedValue) -> Bool {
        switch value.expression.operation {
        case .number, .local: true
        default: value.isStatic
        }
    }

    /// How often a name stands in an expression.
    private static func uses(of name: String, in node: Syntax.Expression) -> Int {
        switch node {
        case .number, .capability: 0
        case .name(let word), .field(let word, _): word.text == name ? 1 : 0
        case .element(let word, let index, _, _): (word.text == name ? 1 : 0) + uses(of: name, in: index)
        case .path(let word, let steps, _):
            steps.reduce(word.text == name ? 1 : 0) { sum, step in
                if case .index(let index) = step { sum + uses(of: name, in: index) } else { sum }
            }
        case .elementMethod(let base, let index, _, let arguments, _):
            arguments.reduce((base.text == name ? 1 : 0) + uses(of: name, in: index)) { $0 + uses(of: name, in: $1) }
        case .inverse(let value, _): uses(of: name, in: value)
        case .binary(let left, _, _, let right): uses(of: name, in: left) + uses(of: name, in: right)
        case .call(_, let arguments, _): arguments.reduce(0) { $0 + uses(of: name, in: $1) }
        case .method(let base, _, let arguments, _):
            arguments.reduce(base.text == name ? 1 : 0) { $0 + uses(of: name, in: $1) }
        case .record(_, let fields, _): fields.reduce(0) { $0 + uses(of: name, in: $1.value) }
        }
    }
}
