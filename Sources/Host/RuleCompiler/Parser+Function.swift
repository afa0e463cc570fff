// Functions seen from outside: their parameters and results.

import Metabinary

extension Parser {
    func function() throws(Failure) -> Syntax.Function {
        try function(of: written("write `NAME() -> RESULT: TYPE`", member()))
    }

    /// The statements of a function.
    func function(of member: Syntax.Member) throws(Failure) -> Syntax.Function {
        var node = Syntax.Function(member: member, closingBrace: member.name.span)
        if let brace = try lines(openedBy: Self.statementWords, node.statements.append(statement())) {
            node.closingBrace = brace
        } else if isAtTopLevelOrEnd {
            throw Failure()
        }
        return node
    }

    func member() throws(Failure) -> Syntax.Member {
        let memberName = try name("the name of a function")
        let parameters = try parenthesised(parameter())
        try expect("->", fixIt: form + "; a function without a result returns `none`")
        let start = current.span
        let result = try result()
        return Syntax.Member(
            name: memberName, parameters: parameters, result: result, resultSpan: start.joined(with: previousSpan))
    }

    private func parameter() throws(Failure) -> Syntax.Parameter {
        form = "write a parameter as `NAME: TYPE in LOW…HIGH` or `NAME: own RING`"
        let start = current.span
        var node = Syntax.Parameter(name: try name("the name of a parameter", before: ":"), span: start)
        if takes("own") {
            node.ring = try name("the name of a ring")
        } else if isAt("u48") {
            throw failure(expected: "a type that an argument has", fixIt: "write `u64`, and bound it by `in LOW…HIGH`")
        } else {
            (node.bitCount, node.range) = try (resultType(), bounds())
        }
        node.span = start.joined(with: previousSpan)
        return node
    }

    private func result() throws(Failure) -> Syntax.Result {
        let first = try name("the name of the result")
        if takes(":") { return .value(first, bitCount: try resultType()) }
        if first.text == "none", !isAt("|") { return .nothing }
        let firstOutcome = try outcome(first)
        guard takes("|") else { throw failure(expected: "`:`", fixIt: form + ", or outcomes as `NAME | NAME`") }
        form = "write outcomes as `NAME | NAME`"
        return .outcomes([firstOutcome] + (try list(outcome(name("the name of an outcome")), by: "|")))
    }

    /// The brace after the last outcome may open the function: fields have a colon.
    private func outcome(_ name: Name) throws(Failure) -> Syntax.Outcome {
        var node = Syntax.Outcome(name: name)
        if current.isNumber { node.number = try number("an outcome", atMost: UInt64(UInt8.max)) }
        if isAtRecord { node.fields = try braced(carried(), fixIt: "separate fields by `,` and end them with `}`") }
        return node
    }

    /// A number that an outcome carries, or a buffer by its number.
    private func carried() throws(Failure) -> Field {
        form = "write a field as `NAME: BIT`, `NAME: LOW…HIGH` or `NAME: own RING LOW…HIGH`"
        let fieldName = try name("the name of a field", before: ":")
        let pool = takes("own") ? try name("the name of a ring") : nil
        let range = try range("a bit", "a bit")
        return Field(name: fieldName, low: range.low, high: range.high, pool: pool)
    }

    /// Whether a brace is here that is followed by a name and a colon: fields, and no block.
    var isAtRecord: Bool { isAt("{") && ahead(1).kind == .name && ahead(2).text == ":" }

    /// The bits of a type that a function can return, `nil` for one that is reported as unknown.
    func resultType() throws(Failure) -> UInt8? {
        let fixIt = "the types are " + Self.types.map { "`\($0.name)`" }.joined(separator: ", ")
        let typeName = try name("a type", fixIt: fixIt)
        let type = Self.types.first { $0.name == typeName.text }
        if type == nil { report(.unknownType, typeName.span, typeName, mend(previous, fixIt, among: fixIt)) }
        return type?.bitCount
    }
}
