// What the checker hands to the emitter: the descriptions that a metabinary holds, and the code of their rules with every name
// resolved, every width and type decided, nothing left to ask. Its expressions and statements are the operations of the
// metabinary's machine, as trees.

import Hardware
import Metabinary
import Program

/// The rules of an atlas, checked.
struct CheckedAtlas {
    /// Each comes after the one that it is.
    var classes: [ClassDescription] = []
    var devices: [Device] = []

    struct Device {
        var name: Syntax.Name
        /// All but where its code is.
        let description = DeviceDescription()
        /// Code of the facts that no probe finds out.
        var facts: [Fact] = []
        var probes: [Function] = []
        var functions: [Function] = []
    }

    struct Fact {
        var name: Syntax.Name
        var rule: FunctionDescription
        var code: Expression
    }

    struct Function {
        var name: Syntax.Name
        var rule: FunctionDescription
        var statements: [Statement]
    }

    /// Where a load reads and a store writes.
    enum Place {
        case register(window: Int, Int)
        /// A place of a ring's slots.
        case slots(region: Int, bitCount: UInt8, offset: UInt64)
        /// A place of a part of other shared memory.
        case part(region: Int, Int, bitCount: UInt8, offset: UInt64)
    }

    indirect enum Statement {
        /// A value that stays on the stack under its place.
        case value(Expression)
        case store(Place, index: Expression?, Expression, SourceSpan)
        case set(cell: Int, index: Expression?, Expression, SourceSpan)
        case condition(Expression, [Statement], otherwise: [Statement]?, SourceSpan)
        /// The counter takes the next place of the stack.
        case loop(count: UInt64, [Statement], SourceSpan)
        /// Before each look at the condition, the statements of `look` run.
        case wait(Expression, look: [Statement], microseconds: UInt64, expired: [Statement], SourceSpan)
        case pause(microseconds: UInt64, SourceSpan)
        case publish(SourceSpan)
        /// One arm is generated; the values that it names lie above `depth`.
        case when(Expression, [Statement], otherwise: [Statement], depth: Int, SourceSpan)
        /// Generated that often; the number of the run takes the next place of the stack.
        case each(Expression, [Statement], SourceSpan)
        /// A loop whose count is a fact.
        case loopOf(Expression, [Statement], SourceSpan)
        case fence(SourceSpan)
        case returnValue(Expression?, SourceSpan)

        /// The place in the rule that asks for it.
        var span: SourceSpan {
            switch self {
            case .value(let value): value.span
            case .store(_, _, _, let span), .set(_, _, _, let span), .condition(_, _, _, let span),
                .loop(_, _, let span), .wait(_, _, _, _, let span), .pause(_, let span), .publish(let span),
                .when(_, _, _, _, let span), .each(_, _, let span), .loopOf(_, _, let span), .fence(let span),
                .returnValue(_, let span):
                span
            }
        }
    }

    /// An operation, and the place in the rule that asks for it.
    struct Expression {
        indirect enum Operation {
            case number(UInt64)
            case local(Int)
            case parameter(Int)
            /// Returns the refusal where the value is outside.
            case bound(Expression, lowest: UInt64, highest: UInt64, refusal: UInt64)
            /// The same up to a fact.
            case boundOf(Expression, lowest: UInt64, highest: Expression, refusal: UInt64)
            case fact(Int)
            case entry(table: Int, Expression)
            /// Number of the alternative that is tried.
            case choice(Int)
            /// The one that is tried.
            case alternatives(choice: Int, [Expression])
            case ask(Question)
            case load(Place, index: Expression?)
            case get(cell: Int, index: Expression?)
            case address(region: Int)
            case binary(Opcode, Expression, Expression)
            case extend(Expression, bitCount: UInt8)
            case truncate(Expression, bitCount: UInt8)
            /// The bytes in the reverse order.
            case swap(Expression, bitCount: UInt8)
        }

        var operation: Operation
        var span: SourceSpan
    }
}

extension DiagnosticCollector {
    /// A rule by its place and its result.
    func rule(
        _ name: Syntax.Name, _ resultName: String, bitCount: UInt8, outcomes: [ResultOutcome] = []
    ) -> FunctionDescription {
        let rule = FunctionDescription()
        rule.signature = FunctionSignature(
            name: name.bytes, resultName: Array(resultName.utf8), resultBitCount: bitCount, outcomes: outcomes,
            ruleFile: ruleFile(of: name))
        rule.line = shortLine(of: name.span)
        return rule
    }

    /// Name of the file that something is declared in, as a metabinary holds it.
    func ruleFile(of name: Syntax.Name) -> [UInt8] { Array(sources[name.span.source].ruleFile.utf8) }

    /// Line of a place as a metabinary holds it: no file that is compiled has more of them.
    func shortLine(of span: SourceSpan) -> UInt16 { UInt16(clamping: line(of: span)) }
}

extension Syntax.Name {
    /// As a metabinary holds it.
    var bytes: [UInt8] { Array(text.utf8) }
}

extension [UInt8] {
    /// A name of a metabinary.
    var text: String { String(decoding: self, as: UTF8.self) }
}
