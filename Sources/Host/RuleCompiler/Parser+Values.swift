// The grammar of what may be written to a register or a field.
//
//     allowed = "any" | "=" permit { "," permit }
//     permit  = amount [ "after" NAME ( "0" | "of" NAME { "or" NAME } ) ]
//     amount  = NUMBER [ "…" NUMBER ] | NAME "." ( "count" | "bytes" )

extension Parser {
    /// What may be written, if it is said here.
    mutating func parseAllowed() throws(Failure) -> Syntax.Allowed? {
        if isAtWord("any") { return Syntax.Allowed(span: take().span, values: nil) }
        guard isAt(.equals) else { return nil }
        let start = take().span
        var values = [try parsePermit()]
        while isAt(.comma), isBeforeAmount {
            take()
            values.append(try parsePermit())
        }
        return Syntax.Allowed(span: start.joined(with: previousSpan), values: values)
    }

    /// Whether behind the comma at hand stands one more value, and no further field.
    private var isBeforeAmount: Bool {
        isBeforeNumber || isBeforeName && isBehindNext(".")
    }

    private mutating func parsePermit() throws(Failure) -> Syntax.AllowedValue {
        let form = "write `= 0, 4…7`, `= MEMORY.count`, `= 1 after REGISTER of MEMORY`, or `any`"
        let start = current.span
        var node = Syntax.AllowedValue(amount: try parseAmount(form), span: start)
        node.span = start.joined(with: previousSpan)
        guard isAtWord("after") else { return node }
        take()
        var cause = Syntax.Cause(register: try name("the name of a register", mend: form), memories: [])
        if isAtWord("of") {
            take()
            repeat {
                if isAtWord("or") { take() }
                cause.memories.append(try name("the name of a memory", mend: form))
            } while isAtWord("or")
        } else {
            _ = try number("an address that leads nowhere", atMost: 0, mend: form)
        }
        node.cause = cause
        return node
    }

    private mutating func parseAmount(_ form: String) throws(Failure) -> Syntax.AllowedValue.Amount {
        guard current.kind == .name else {
            let low = try number("a value", atMost: .max, mend: form)
            return .range(low: low, high: takes(.range) ? try number("a value", atMost: .max, mend: form) : low)
        }
        let memory = try name("the name of a memory", mend: form)
        try expect(.point, mend: form)
        guard isAtWord("count") || isAtWord("bytes") else { throw fail(expected: "`count` or `bytes`", mend: form) }
        return .size(of: memory, isByteCount: take().text == "bytes")
    }
}
