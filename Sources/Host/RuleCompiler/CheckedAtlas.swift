// What the checker hands to the emitter: every name resolved, every width and type decided, nothing left to ask. Its
// expressions are the operations of the metabinary's machine, as a tree.

/// The rules of an atlas, checked.
struct CheckedAtlas {
    struct Class {
        var name: String
        var version: UInt8
    }

    struct Device {
        var name: Syntax.Name
        /// Index of the class.
        var itsClass: Int
        var matches: [(vendor: UInt16, device: UInt16)] = []
        var windows: [Window] = []
        var functions: [Function] = []
    }

    struct Window {
        var name: Syntax.Name
        var bar: UInt8
        /// End of the highest register.
        var byteCount: UInt64
    }

    struct Function {
        var name: Syntax.Name
        var resultName: String
        var resultBitCount: UInt8
        /// The values that `let` names, then the one that is returned.
        var values: [Expression] = []
        /// The statement that returns.
        var returnSpan: SourceSpan
    }

    /// An operation, and the place in the rule that asks for it.
    struct Expression {
        indirect enum Operation {
            case number(UInt64)
            case local(Int)
            case load(window: Int, bitCount: UInt8, offset: UInt64)
            case and(Expression, Expression)
            case or(Expression, Expression)
            case shiftLeft(Expression, Expression)
            case shiftRight(Expression, Expression)
            case extend(Expression, bitCount: UInt8)
            case truncate(Expression, bitCount: UInt8)
        }

        var operation: Operation
        var span: SourceSpan
    }

    var classes: [Class] = []
    var devices: [Device] = []
}
