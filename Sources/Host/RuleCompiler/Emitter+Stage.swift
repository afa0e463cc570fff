// Writes what a device leaves to the static stage, and the operations of its control: code that is passed over or repeated is
// told by its number of bytes.

import Hardware
import Metabinary

extension Emitter {
    mutating func emit(_ stage: CheckedAtlas.Stage) {
        body.append(stage.isEmpty ? 0 : 1)
        guard !stage.isEmpty else { return }
        Self.append(stage.tables.count, to: &body)
        for table in stage.tables {
            Self.append(table.count, to: &body)
            for entry in table { Self.append(entry, to: &body) }
        }
        Self.append(stage.choices.count, to: &body)
        for choice in stage.choices {
            appendName(choice.name)
            Self.append(diagnostics.line(of: choice.span), to: &body)
            Self.append(choice.count, to: &body)
        }
        Self.append(stage.facts.count, to: &body)
        for fact in stage.facts { emit(fact) }
        Self.append(stage.quantities.count, to: &body)
        for quantity in stage.quantities {
            body.append(quantity.kind.rawValue)
            Self.append(quantity.index, to: &body)
            Self.append(quantity.fact, to: &body)
        }
        Self.append(stage.probes.count, to: &body)
        for probe in stage.probes { emit(probe) }
    }

    private mutating func emit(_ fact: CheckedAtlas.Fact) {
        appendName(fact.name)
        appendName(ruleFile(of: fact.span))
        source = fact.span.source
        line = diagnostics.line(of: fact.span)
        usingLine = line
        Self.append(line, to: &body)
        Self.append(fact.lowest, to: &body)
        Self.append(fact.highest, to: &body)
        body.append(fact.probe == nil ? 0 : 1)
        if let probe = fact.probe { return Self.append(probe, to: &body) }
        var code: [UInt8] = []
        if let value = fact.code { emit(value, &code) }
        append(code, of: Syntax.Name(text: fact.name, span: fact.span))
    }

    private mutating func emit(_ probe: CheckedAtlas.Probe) {
        body += [probe.purity.rawValue, probe.assumed == nil ? 0 : 1]
        if let assumed = probe.assumed { Self.append(assumed, to: &body) }
        if probe.purity == .restores {
            Self.append(probe.registers.count, to: &body)
            for register in probe.registers {
                Self.append(register.window, to: &body)
                Self.append(register.index, to: &body)
            }
        }
        emit(probe.function)
    }

    // MARK: Code

    /// Code of its own, with the line that it begins with stated where something may be before it that is left out.
    private mutating func block(_ write: (inout Emitter, inout [UInt8]) -> Void) -> [UInt8] {
        var code: [UInt8] = []
        line = 0
        write(&self, &code)
        line = 0
        return code
    }

    /// Appends an arm, what is passed over after it, and that.
    private mutating func append(_ arm: [UInt8], otherwise: [UInt8], _ span: SourceSpan, _ code: inout [UInt8]) {
        var arm = arm
        if !otherwise.isEmpty {
            emit(.skip, .number(UInt64(otherwise.count)), at: span, to: &arm)
        }
        emit(.when, .number(UInt64(arm.count)), at: span, to: &code)
        code += arm + otherwise
        line = 0
    }

    mutating func emit(stage statement: CheckedAtlas.Statement, _ code: inout [UInt8]) {
        switch statement {
        case .when(let condition, let arm, let otherwise, let depth, let span):
            let first = block { $0.emit(arm, forgettingTo: depth, span, &$1) }
            let second = block { $0.emit(otherwise, forgettingTo: depth, span, &$1) }
            emit(condition, &code)
            append(first, otherwise: second, span, &code)
        case .each(let count, let statements, let span):
            let run = block { for statement in statements { $0.emit(statement, &$1) } }
            emit(count, &code)
            emit(.each, .number(UInt64(run.count)), at: span, to: &code)
            code += run
            line = 0
        case .loopOf(let count, let statements, let span):
            emit(count, &code)
            emit(.loopOf, at: span, to: &code)
            for statement in statements { emit(statement, &code) }
            emit(.end, at: span, to: &code)
        default: break
        }
    }

    /// An arm, whose values are gone after it.
    private mutating func emit(
        _ statements: [CheckedAtlas.Statement], forgettingTo depth: Int, _ span: SourceSpan, _ code: inout [UInt8]
    ) {
        for statement in statements { emit(statement, &code) }
        let leavesValues = statements.contains { if case .value = $0 { true } else { false } }
        guard leavesValues, let last = statements.last else { return }
        if case .returnValue = last { return }
        emit(.forget, .number(UInt64(depth)), at: span, to: &code)
    }

    mutating func emit(stage expression: CheckedAtlas.Expression, _ code: inout [UInt8]) {
        let span = expression.span
        switch expression.operation {
        case .fact(let index):
            emit(.fact, .number(UInt64(index)), at: span, to: &code)
        case .entry(let table, let index):
            emit(index, &code)
            emit(.entry, .number(UInt64(table)), at: span, to: &code)
        case .choice(let index):
            emit(.choice, .number(UInt64(index)), at: span, to: &code)
        case .alternatives(let choice, let values):
            var rest = block { if let last = values.last { $0.emit(last, &$1) } }
            for (index, value) in values.dropLast().enumerated().reversed() {
                let first = block { $0.emit(value, &$1) }
                let second = rest
                rest = block {
                    let number = CheckedAtlas.Expression(operation: .number(UInt64(index)), span: span)
                    let tried = CheckedAtlas.Expression(operation: .choice(choice), span: span)
                    $0.emit(.init(operation: .binary(.equal, tried, number), span: span), &$1)
                    $0.append(first, otherwise: second, span, &$1)
                }
            }
            code += rest
            line = 0
        case .ask(let question): emit(.ask, .question(question), at: span, to: &code)
        case .boundOf(let value, let lowest, let highest, let refusal):
            emit(value, &code)
            emit(highest, &code)
            emit(.boundOf, .number(lowest), .number(refusal), at: span, to: &code)
        default: break
        }
    }

    static func append(_ question: Question, to code: inout [UInt8]) {
        switch question {
        case .identity(let identity): code.append(identity.rawValue)
        case .byteCount(let window):
            code.append(Question.byteCountKind)
            append(window, to: &code)
        case .capability(let identifier, let markOffset, let mark, let part):
            code += [Question.capabilityKind, identifier, markOffset, mark, part.offset, part.byteCount]
        }
    }
}
