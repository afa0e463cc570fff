// The operators of expressions, with the signs that stand for them.

extension Syntax {
    /// Binary operators.
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
}
