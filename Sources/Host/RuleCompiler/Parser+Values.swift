// What may be written to a register or a field.

extension Parser {
    /// What may be written, if it is said here.
    func allowed() throws(Failure) -> Syntax.Allowed? {
        if takes("any") { return Syntax.Allowed(span: previousSpan, values: nil) }
        guard takes("=") else { return nil }
        let start = previousSpan
        let values = try written(
            "write `= 0, 4…7`, `= MEMORY.count`, `= 1 after MEMORY and REGISTER of MEMORY`, or `any`", permits())
        return Syntax.Allowed(span: start.joined(with: previousSpan), values: values)
    }

    private func permits() throws(Failure) -> [Syntax.AllowedValue] {
        var values = [try permit()]
        while isBeforeAmount, takes(",") { values.append(try permit()) }
        return values
    }

    /// Whether after the comma at hand is one more value, and no further field.
    private var isBeforeAmount: Bool { ahead(1).isNumber || ahead(1).kind == .name && ahead(2).text == "." }

    private func permit() throws(Failure) -> Syntax.AllowedValue {
        let start = current.span
        var node = Syntax.AllowedValue(amount: try amount(), span: start)
        if takes("after") { node.premises = try list(premise(), by: "and") }
        node.span = start.joined(with: previousSpan)
        return node
    }

    private func premise() throws(Failure) -> Syntax.Premise {
        let subject = try name("the name of a memory or a register")
        if takes("of") { return .address(subject, of: try list(name("the name of a memory"), by: "or")) }
        guard current.isNumber || current.kind == .name && ahead(1).text == "." else { return .memory(subject) }
        return .value(subject, try amount())
    }

    private func amount() throws(Failure) -> Syntax.AllowedValue.Amount {
        guard current.kind == .name else {
            let range = try range("a value", "a value")
            return .range(low: range.low, high: range.high)
        }
        let memory = try name("the name of a memory", before: ".")
        return .size(of: memory, try choice(of: Syntax.AllowedValue.Measure.allCases))
    }
}
