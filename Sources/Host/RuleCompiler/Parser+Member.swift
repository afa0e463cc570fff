// The grammar of functions, seen from outside: parameters and results.
//
//     member    = NAME "(" [ parameter { "," parameter } ] ")" "->" result
//     parameter = NAME ":" ( "own" NAME | TYPE [ "in" NUMBER "…" NUMBER ] )
//     result    = "none" | NAME ":" TYPE | outcome { "|" outcome }
//     outcome   = NAME [ NUMBER ] [ "{" carried { "," carried } "}" ]
//     carried   = NAME ":" [ "own" NAME ] NUMBER [ "…" NUMBER ]

extension Parser {
    mutating func parseMember() throws(Failure) -> Syntax.Member {
        let form = "write `NAME() -> RESULT: TYPE`"
        let memberName = try name("the name of a function", mend: form)
        try expect(.openParenthesis, mend: form)
        var parameters: [Syntax.Parameter] = []
        if !isAt(.closeParenthesis) {
            repeat { parameters.append(try parseParameter()) } while takes(.comma)
        }
        try expect(.closeParenthesis, mend: form)
        try expect(.arrow, mend: form + "; a function without a result gives `none`")
        let start = current.span
        let result = try parseResult(form)
        return Syntax.Member(
            name: memberName, parameters: parameters, result: result, resultSpan: start.joined(with: previousSpan))
    }

    private mutating func parseParameter() throws(Failure) -> Syntax.Parameter {
        let form = "write a parameter as `NAME: TYPE in LOW…HIGH` or `NAME: own RING`"
        var node = Syntax.Parameter(name: try name("the name of a parameter", mend: form))
        try expect(.colon, mend: form)
        if isAtWord("own") {
            take()
            node.ring = try name("the name of a ring", mend: form)
            return node
        }
        guard !isAtWord("u48") else {
            throw fail(expected: "a type that an argument has", mend: "write `u64`, and bound it by `in LOW…HIGH`")
        }
        node.bitCount = try parseType().0
        if isAtWord("in") {
            take()
            node.range = try parseRange(form)
        }
        return node
    }

    mutating func parseRange(_ form: String) throws(Failure) -> (low: Syntax.Number, high: Syntax.Number) {
        let low = try number("the least value", atMost: .max, mend: form)
        try expect(.range, mend: form)
        return (low, try number("the largest value", atMost: .max, mend: form))
    }

    private mutating func parseResult(_ form: String) throws(Failure) -> Syntax.Result {
        let first = try name("the name of the result", mend: form)
        if takes(.colon) { return .value(first, bitCount: try parseType().0) }
        if first.text == "none", !isAt(.or) { return .nothing }
        var outcomes = [try parseOutcome(first)]
        while takes(.or) {
            let next = try name("the name of an outcome", mend: "write outcomes as `NAME | NAME`")
            outcomes.append(try parseOutcome(next))
        }
        guard outcomes.count > 1 else {
            throw fail(expected: "`:`", mend: form + ", or outcomes as `NAME | NAME`")
        }
        return .outcomes(outcomes)
    }

    /// The brace behind the last outcome may open the function: fields have a colon.
    private mutating func parseOutcome(_ name: Syntax.Name) throws(Failure) -> Syntax.Outcome {
        var node = Syntax.Outcome(name: name)
        if case .number = current.kind {
            node.number = try number("an outcome", atMost: 255, mend: "write outcomes as `NAME | NAME NUMBER`")
        }
        guard isAtRecord else { return node }
        take()
        repeat { node.fields.append(try parseField(mayOwn: true)) } while takes(.comma)
        try expect(.closeBrace, mend: "separate fields by `,` and end them with `}`")
        return node
    }

    /// A type, `nil` for one that is reported as unknown, and its place.
    mutating func parseType() throws(Failure) -> (UInt8?, SourceSpan) {
        let typeName = try name("a type", mend: "the types are \(Self.typeList)")
        guard let type = Self.types.first(where: { $0.name == typeName.text }) else {
            diagnostics.report(
                .unknownName, typeName.span, "unknown type `\(typeName.text)`", mend: "the types are \(Self.typeList)")
            return (nil, typeName.span)
        }
        return (type.bitCount, typeName.span)
    }

    private static var typeList: String { types.map { "`\($0.name)`" }.joined(separator: ", ") }
}
