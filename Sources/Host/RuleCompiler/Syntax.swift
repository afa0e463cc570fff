// The syntax tree: what the text says, before anything is known to be meant. A number that the lexer or the parser
// has reported as wrong is nil, and the checker then asks nothing of it.

/// Nodes of the syntax tree.
enum Syntax {
    /// A name where it is declared or used.
    struct Name {
        var text: String
        var span: SourceSpan
    }

    /// A number of the text.
    struct Number {
        var value: UInt64?
        var span: SourceSpan
    }

    /// All declarations of all sources.
    struct Atlas {
        var classes: [Class] = []
        var devices: [Device] = []
        /// A declaration could not be read at all, so that names may be missing.
        var isBroken = false
    }

    /// `class nic 1 { … }`
    struct Class {
        var name: Name
        var version: Number
        var members: [Member] = []
        /// Something in it could not be read, so that members may be missing.
        var isBroken = false
    }

    /// `link() -> up: bool`
    struct Member {
        var name: Name
        var resultName: Name
        /// `nil` for a type that was reported as unknown.
        var resultBitCount: UInt8?
        var resultSpan: SourceSpan
    }

    /// `device e is nic { … }`
    struct Device {
        var name: Name
        var className: Name
        var matches: [Match] = []
        var windows: [Window] = []
        var registers: [Register] = []
        var functions: [Function] = []
        /// Something in it could not be read, so that names may be missing.
        var isBroken = false
    }

    /// `match pci vendor 0x1234 device 0x0001, 0x0002`
    struct Match {
        var span: SourceSpan
        var vendor: Number
        var devices: [Number]
    }

    /// `window regs = bar 0 memory`
    struct Window {
        var name: Name
        var bar: Number
    }

    /// `register regs.STATUS at 0x0008 u16 ro { … }`
    struct Register {
        var window: Name
        var name: Name
        var offset: Number
        var bitCount: UInt8
        var isReadable: Bool
        var fields: [Field] = []
    }

    /// `LINK: 1` or `SPEED: 6…7`
    struct Field {
        var name: Name
        var low: Number
        var high: Number
    }

    /// `generate link() -> up: bool { … }`
    struct Function {
        var member: Member
        var statements: [Statement] = []
        var closingBrace: SourceSpan
    }

    enum Statement {
        case letValue(Name, Expression)
        case returnValue(SourceSpan, Expression)
    }

    indirect enum Expression {
        case number(Number)
        case name(Name)
        case field(of: Name, Name)
        case binary(Expression, Operator, SourceSpan, Expression)

        /// From the first to the last character of the expression.
        var span: SourceSpan {
            switch self {
            case .number(let number): number.span
            case .name(let name): name.span
            case .field(let base, let field): base.span.joined(with: field.span)
            case .binary(let left, _, _, let right): left.span.joined(with: right.span)
            }
        }
    }

    /// Binary operators.
    enum Operator {
        case or
        case and
        case shiftLeft
        case shiftRight
    }
}
