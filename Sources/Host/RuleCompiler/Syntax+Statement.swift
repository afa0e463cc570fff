// The syntax tree of statements and values.

extension Syntax {
    /// `0, 4…7: { … }` or `else: { … }` of a `match`.
    struct Arm {
        var span: SourceSpan
        /// `nil` for `else`.
        var ranges: [(low: Number, high: Number)]?
        var statements: [Statement]
    }

    /// What `for each` counts through.
    enum EachRange {
        /// `0..<COUNT`
        case count(Expression)
        /// `0, 3, 5`
        case list([Expression])
    }

    /// A statement, and a place to point at.
    struct Statement {
        indirect enum Kind {
            /// `let NAME = VALUE`
            case letValue(Name, Expression)
            /// `var NAME: TYPE = VALUE`
            case variable(State, Expression)
            /// `let NAME = RING.claim() else return …`
            case letClaim(Name, Expression, Statement)
            /// `let NAME = MAILBOX.run(VALUE) within N us else return …`, or without a name where no answer is wanted.
            case run(Name?, Expression, Number, Statement)
            /// `NAME = VALUE`, `NAME[INDEX] = VALUE`
            case assign(Name, index: Expression?, Expression)
            /// `tx_used.index = VALUE`, `tx_available.ring[i] = VALUE`
            case assignPath(Name, [Step], Expression)
            /// `release BUFFER`
            case release(Name)
            case fence
            /// `flush REGISTER`
            case flush(Name)
            /// `RING.post(SLOT)`
            case call(Expression)
            case condition(Expression, [Statement], otherwise: [Statement]?)
            /// `wait CONDITION within N us else return …`; no bound where it was forgotten.
            case wait(Expression, Number?, Statement)
            /// `match VALUE covering { … }`
            case match(Expression, [Arm])
            case pause(Number)
            /// `for NAME in 0..<N { … }`
            case count(Name, Number, [Statement])
            /// `for NAME in RING { … }`
            case slots(Name, ring: Name, [Statement])
            case publish
            case resetState
            /// `when CONDITION { … } else { … }`
            case when(Expression, [Statement], otherwise: [Statement]?)
            /// `for each NAME in 0..<COUNT { … }`
            case each(Name, EachRange, [Statement])
            /// `choose { … } or { … }`
            case choose([[Statement]])
            /// `fail`, which ends a probe without an answer.
            case fail
            case returnValue(Expression?)
        }

        var kind: Kind
        var span: SourceSpan
    }

    /// A step on the way into memory: `[VALUE]` or `.NAME`.
    enum Step {
        case index(Expression)
        case member(Name)
    }

    /// Binary operators, with the signs that stand for them.
    enum Operator: String {
        case or = "|"
        case and = "&"
        case shiftLeft = "<<"
        case shiftRight = ">>"
        case plus = "+"
        case minus = "-"
        case times = "*"
        case dividedBy = "/"
        case remainder = "%"
        case equal = "=="
        case notEqual = "!="
        case below = "<"
        case belowOrEqual = "<="
        case above = ">"
        case aboveOrEqual = ">="
    }

    indirect enum Expression {
        case number(Number)
        case name(Name)
        case field(of: Name, Name)
        case binary(Expression, Operator, SourceSpan, Expression)
        /// `TABLE[VALUE]`, `TABLE[VALUE].FIELD`
        case element(of: Name, Expression, field: Name?, SourceSpan)
        /// `~VALUE`
        case inverse(Expression, SourceSpan)
        /// `outgoing(VALUE)`, `CT(15)`
        case call(Name, [Expression], SourceSpan)
        /// `rx_used.elements[VALUE].id`: a way into memory that has more steps than those above.
        case path(Name, [Step], SourceSpan)
        /// `held[VALUE].exchange(frame)`
        case elementMethod(of: Name, Expression, Name, [Expression], SourceSpan)
        /// `tx.claim()`
        case method(of: Name, Name, [Expression], SourceSpan)
        /// `capability 0x09 where byte 3 == 2, u32 at 16`
        case capability(CapabilityNumber, SourceSpan)
        /// `Descriptor { address: VALUE }`
        case record(Name, [(name: Name, value: Expression)], SourceSpan)

        /// From the first to the last character of the expression.
        var span: SourceSpan {
            switch self {
            case .number(let number): number.span
            case .name(let name): name.span
            case .field(let base, let field): base.span.joined(with: field.span)
            case .binary(let left, _, _, let right): left.span.joined(with: right.span)
            case .capability(_, let span): span
            case .inverse(let value, let sign): sign.joined(with: value.span)
            case .call(let name, _, let end), .method(let name, _, _, let end), .record(let name, _, let end),
                .element(let name, _, _, let end), .path(let name, _, let end),
                .elementMethod(let name, _, _, _, let end):
                name.span.joined(with: end)
            }
        }
    }
}
