// What can be wrong with a program. Every case names the item, counted from 0.

/// Why a program is not well formed.
public enum ProgramError: Error, Hashable, Sendable {
    /// An operand is missing, or is not an earlier item.
    case operandNotEarlier(item: Int)
    /// An operand is an item that gives no value.
    case operandWithoutValue(item: Int)
    /// The types of the operands and of the item do not go together, or the type returned is not the program's.
    case typesDisagree(item: Int)
    /// The item's type cannot be read from memory, or holds no value where one is needed.
    case typeWithoutWidth(item: Int)
    /// A constant has bits that its type has not.
    case constantPastType(item: Int)
    /// A shift by as many bits as the type has, or more.
    case shiftPastType(item: Int)
    /// The program has no region of that number.
    case unknownRegion(item: Int)
    /// A load ends past the end of its region.
    case loadPastRegion(item: Int)
    /// A load's offset is not a multiple of its width.
    case loadNotAligned(item: Int)
    /// The program has no origin of that number.
    case unknownOrigin(item: Int)
    /// No instructions are known for the item yet.
    case notEncodable(item: Int)
    /// An item stands after the one that returns.
    case itemAfterReturn(item: Int)
    /// The program ends without returning; `item` is the number of its items.
    case missingReturn(item: Int)

    /// The item at fault.
    public var item: Int {
        switch self {
        case .operandNotEarlier(let item), .operandWithoutValue(let item), .typesDisagree(let item),
            .typeWithoutWidth(let item), .constantPastType(let item), .shiftPastType(let item),
            .unknownRegion(let item), .loadPastRegion(let item), .loadNotAligned(let item), .unknownOrigin(let item),
            .notEncodable(let item),
            .itemAfterReturn(let item), .missingReturn(let item):
            item
        }
    }

    /// What is wrong, in a few words.
    public var reason: StaticString {
        switch self {
        case .operandNotEarlier: "operand is not an earlier item"
        case .operandWithoutValue: "operand gives no value"
        case .typesDisagree: "types disagree"
        case .typeWithoutWidth: "type has no width"
        case .constantPastType: "constant does not fit its type"
        case .shiftPastType: "shift count reaches the width"
        case .unknownRegion: "unknown region"
        case .loadPastRegion: "load past the region's end"
        case .loadNotAligned: "load is not aligned"
        case .unknownOrigin: "unknown origin"
        case .notEncodable: "operation cannot be encoded yet"
        case .itemAfterReturn: "item after the return"
        case .missingReturn: "no return"
        }
    }
}
