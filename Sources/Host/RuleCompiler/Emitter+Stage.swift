// Writes the operations that control what is generated: code that is passed over or repeated is told by its number of bytes.

import Hardware
import Metabinary

extension Emitter {
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
            code.append(number: UInt64(window))
        case .capability(let identifier, let markOffset, let mark, let part):
            code += [Question.capabilityKind, identifier, markOffset, mark, part.offset, part.byteCount]
        }
    }
}
