// Writes the code of functions: operands first, then the operation, in the order of a stack machine. An instruction has the
// operands that the table of opcodes gives it, each as wide as it says there.

import Metabinary

extension Emitter {
    /// What comes after an opcode.
    enum Operand {
        case number(UInt64)
        case place(CheckedAtlas.Place)
        case question(Question)
    }

    /// Appends an instruction; before one that emits items, the line of its place where that is another than before. What
    /// a definition of another file puts in belongs to the line that uses it.
    ///
    /// - Precondition: the operands are those of the table of opcodes.
    mutating func emit(_ opcode: Opcode, _ operands: Operand..., at span: SourceSpan, to code: inout [UInt8]) {
        let itsLine = span.source == source ? line(of: span) : usingLine
        let needsLine = ![.push, .local, .else, .end, .fact, .choice, .skip, .forget].contains(opcode)
        if itsLine != line, needsLine {
            line = itsLine
            Self.append(.line, [.number(UInt64(itsLine))], to: &code)
        }
        Self.append(opcode, operands, to: &code)
    }

    private static func append(_ opcode: Opcode, _ operands: [Operand], to code: inout [UInt8]) {
        code.append(opcode.rawValue)
        let kinds = [opcode.row.operands.0, opcode.row.operands.1, opcode.row.operands.2].filter { $0 != .none }
        precondition(kinds.count == operands.count, "an opcode with operands of another")
        for (kind, operand) in zip(kinds, operands) {
            switch (kind, operand) {
            case (.register, .place(let place)): append(place, to: &code)
            case (.question, .question(let question)): append(question, to: &code)
            case (.register, _), (.question, _), (_, .place), (_, .question):
                preconditionFailure("an opcode with operands of another")
            case (.type, .number(let bitCount)): code.append(UInt8(bitCount))
            case (_, .number(let number)): code.append(number: number)
            }
        }
    }

    mutating func emit(_ statement: CheckedAtlas.Statement, _ code: inout [UInt8]) {
        if statement.span.source == source { usingLine = line(of: statement.span) }
        switch statement {
        case .value(let expression):
            emit(expression, &code)
        case .store(let place, let index, let value, let span):
            if let index { emit(index, &code) }
            emit(value, &code)
            emit(index == nil ? .store : .storeAt, .place(place), at: span, to: &code)
        case .set(let cell, let index, let value, let span):
            if let index { emit(index, &code) }
            emit(value, &code)
            emit(index == nil ? .set : .setAt, .number(UInt64(cell)), at: span, to: &code)
        case .condition(let condition, let arm, let otherwise, let span):
            emit(condition, &code)
            emit(.ifTrue, at: span, to: &code)
            for statement in arm { emit(statement, &code) }
            if let otherwise {
                emit(.else, at: span, to: &code)
                for statement in otherwise { emit(statement, &code) }
            }
            emit(.end, at: span, to: &code)
        case .loop(let count, let body, let span):
            emit(.loop, .number(count), at: span, to: &code)
            for statement in body { emit(statement, &code) }
            emit(.end, at: span, to: &code)
        case .wait(let condition, let look, let microseconds, let expired, let span):
            emit(.wait, .number(microseconds), at: span, to: &code)
            for statement in look { emit(statement, &code) }
            emit(condition, &code)
            emit(.until, at: span, to: &code)
            for statement in expired { emit(statement, &code) }
            emit(.end, at: span, to: &code)
        case .pause(let microseconds, let span):
            emit(.pause, .number(microseconds), at: span, to: &code)
        case .publish(let span):
            emit(.releaseFence, at: span, to: &code)
        case .when, .each, .loopOf:
            emit(stage: statement, &code)
        case .fence(let span):
            emit(.fullFence, at: span, to: &code)
        case .returnValue(let value, let span):
            if let value { emit(value, &code) }
            emit(.returnValue, at: span, to: &code)
        }
    }

    private static func append(_ place: CheckedAtlas.Place, to code: inout [UInt8]) {
        switch place {
        case .register(let window, let index):
            code.append(number: UInt64(window))
            code.append(number: UInt64(index))
        case .slots(let region, let bitCount, let offset):
            code.append(number: UInt64(region))
            code.append(bitCount)
            code.append(number: offset)
        case .part(let region, let part, let bitCount, let offset):
            code.append(number: UInt64(region))
            code.append(number: UInt64(part))
            code.append(bitCount)
            code.append(number: offset)
        }
    }

    mutating func emit(_ expression: CheckedAtlas.Expression, _ code: inout [UInt8]) {
        let span = expression.span
        let outerLine = usingLine
        if span.source == source { usingLine = line(of: span) }
        defer { usingLine = outerLine }
        switch expression.operation {
        case .number(let number):
            emit(.push, .number(number), at: span, to: &code)
        case .local(let place):
            emit(.local, .number(UInt64(place)), at: span, to: &code)
        case .parameter(let index):
            emit(.parameter, .number(UInt64(index)), at: span, to: &code)
        case .bound(let value, let lowest, let highest, let refusal):
            emit(value, &code)
            emit(.bound, .number(lowest), .number(highest), .number(refusal), at: span, to: &code)
        case .fact, .entry, .choice, .alternatives, .ask, .boundOf:
            emit(stage: expression, &code)
        case .load(let place, let index):
            if let index { emit(index, &code) }
            emit(index == nil ? .load : .loadAt, .place(place), at: span, to: &code)
        case .get(let cell, let index):
            if let index { emit(index, &code) }
            emit(index == nil ? .get : .getAt, .number(UInt64(cell)), at: span, to: &code)
        case .address(let region):
            emit(.address, .number(UInt64(region)), at: span, to: &code)
        case .binary(let opcode, let left, let right):
            emit(left, &code)
            emit(right, &code)
            emit(opcode, at: span, to: &code)
        case .extend(let operand, let bitCount):
            emit(operand, &code)
            emit(.extend, .number(UInt64(bitCount)), at: span, to: &code)
        case .swap(let operand, let bitCount):
            emit(operand, &code)
            emit(.swap, .number(UInt64(bitCount)), at: span, to: &code)
        case .truncate(let operand, let bitCount):
            emit(operand, &code)
            emit(.truncate, .number(UInt64(bitCount)), at: span, to: &code)
        }
    }
}
