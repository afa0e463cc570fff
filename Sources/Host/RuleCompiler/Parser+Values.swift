// The grammar of what may be written to a register or a field.
//
//     allowed = "any" | "=" permit { "," permit }
//     permit  = amount [ "after" premise { "and" premise } ]
//     premise = NAME [ amount | "of" NAME { "or" NAME } ]
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
        let form = "write `= 0, 4…7`, `= MEMORY.count`, `= 1 after MEMORY and REGISTER of MEMORY`, or `any`"
        let start = current.span
        var node = Syntax.AllowedValue(amount: try parseAmount(form), span: start)
        node.span = start.joined(with: previousSpan)
        guard isAtWord("after") else { return node }
        repeat {
            take()
            node.premises.append(try parsePremise(form))
        } while isAtWord("and")
        node.span = start.joined(with: previousSpan)
        return node
    }

    private mutating func parsePremise(_ form: String) throws(Failure) -> Syntax.Premise {
        let subject = try name("the name of a memory or a register", mend: form)
        if isAtWord("of") {
            var memories: [Syntax.Name] = []
            repeat {
                take()
                memories.append(try name("the name of a memory", mend: form))
            } while isAtWord("or")
            return .address(subject, of: memories)
        }
        if case .number = current.kind { return .value(subject, try parseAmount(form)) }
        guard current.kind == .name, isBefore(.point) else { return .memory(subject) }
        return .value(subject, try parseAmount(form))
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
