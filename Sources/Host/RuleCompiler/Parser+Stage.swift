// Declarations of the static stage, which are done with before any code runs: facts, tables, probes and definitions.

import Metabinary

extension Parser {
    func fact() throws(Failure) -> Syntax.Fact {
        let (factName, range) = try (name("the name of the fact"), bounds())
        try expect("=")
        guard takes("choose") else { return Syntax.Fact(name: factName, range: range, values: [try expression()]) }
        let span = previousSpan
        let values = try list(expression())
        checkAlternatives(values.count, span)
        return Syntax.Fact(name: factName, range: range, values: values)
    }

    func checkAlternatives(_ count: Int, _ span: SourceSpan) {
        if count < 2 {
            report(.oneAlternative, span)
        } else {
            report(.tooManyItems, span, count, over: MetabinaryLimit.alternativeCount, "alternatives")
        }
    }

    func table() throws(Failure) -> Syntax.Table {
        let tableName = try name("the name of the table", before: "=")
        let entries = try list(number("an entry of a table"))
        report(.tooManyItems, tableName.span, entries.count, over: MetabinaryLimit.entryCount, "entries")
        return Syntax.Table(name: tableName, entries: entries)
    }

    func probe() throws(Failure) -> Syntax.Probe {
        let probeName = try name("the name of the probe", before: ":")
        let start = current.span
        let type = try resultType() ?? 32
        if type > 32 { report(.probeTooWide, start) }
        let limit = UInt64.max >> UInt64(64 - min(type, 32))
        let assumed = takes("=") ? try number("what is assumed", atMost: limit) : nil
        let purity = try choice(of: Syntax.Purity.allCases)
        let registers = purity == .restores ? try list(name("a register that is put back")) : []
        let member = Syntax.Member(name: probeName, result: .value(probeName, bitCount: type), resultSpan: start)
        return Syntax.Probe(
            function: try function(of: member), bitCount: min(type, 32), assumed: assumed, purity: purity,
            registers: registers)
    }

    func define() throws(Failure) -> Declared<Device> {
        let definitionName = try name("the name of the definition")
        let parameters = try parenthesised(name("the name of a parameter"))
        if isAt("{") {
            return Declared(
                Syntax.Routine(name: definitionName, parameters: parameters, statements: try block()), \.routines)
        }
        try expect("=")
        return Declared(
            Syntax.Definition(name: definitionName, parameters: parameters, value: try expression()), \.definitions)
    }
}
