// What can be wrong with a program. Every case names the item, counted from 0.

/// Why a program is not well formed.
public enum ProgramError: Error, Hashable, Sendable {
    /// An operand is missing, or is not an earlier item.
    case operandNotEarlier(item: Int)
    /// An operand is an item that has no value.
    case operandWithoutValue(item: Int)
    /// An operand is in a block that is closed.
    case operandOutOfSight(item: Int)
    /// The types of the operands and of the item do not go together, or the type returned is not the program's.
    case typesDisagree(item: Int)
    /// The item's type cannot be read from memory, or holds no value where one is needed.
    case typeWithoutWidth(item: Int)
    /// A constant has bits that its type has not.
    case constantPastType(item: Int)
    /// A shift by as many bits as the type has, or more.
    case shiftPastType(item: Int)
    /// A function has no argument of that number.
    case unknownParameter(item: Int)
    /// The program has no region of that number.
    case unknownRegion(item: Int)
    /// A load or store ends past the end of its region, its dynamic offset left aside, or the region past the last port.
    case accessPastRegion(item: Int)
    /// The offset of a load or store is not a multiple of its width.
    case accessNotAligned(item: Int)
    /// A load or store of 64 bits in a region of ports.
    case portTooWide(item: Int)
    /// The program has no origin of that number.
    case unknownOrigin(item: Int)
    /// A block is closed or gone on with that is not the one that is open.
    case blocksNotNested(item: Int)
    /// More blocks are open than may be.
    case blocksTooDeep(item: Int)
    /// The block that the item opens is never closed.
    case blockNotClosed(item: Int)
    /// A loop runs no time, or more than 2^32 - 1 times.
    case countOutOfRange(item: Int)
    /// A wait is in the look of another one.
    case waitInsideWait(item: Int)
    /// What follows an expired wait does not return.
    case expiredWaitGoesOn(item: Int)
    /// An item is where every path has returned.
    case itemAfterReturn(item: Int)
    /// A path ends without returning; `item` is the number of the program's items.
    case missingReturn(item: Int)
    /// There are more items than a program may have; `item` is the first that is too many.
    case tooManyItems(item: Int)

    /// The item at fault.
    public var item: Int {
        switch self {
        case .operandNotEarlier(let item), .operandWithoutValue(let item), .operandOutOfSight(let item),
            .typesDisagree(let item), .typeWithoutWidth(let item), .constantPastType(let item),
            .shiftPastType(let item), .unknownParameter(let item), .unknownRegion(let item),
            .accessPastRegion(let item), .accessNotAligned(let item), .portTooWide(let item), .unknownOrigin(let item),
            .blocksNotNested(let item), .blocksTooDeep(let item), .blockNotClosed(let item),
            .countOutOfRange(let item), .waitInsideWait(let item), .expiredWaitGoesOn(let item),
            .itemAfterReturn(let item), .missingReturn(let item), .tooManyItems(let item):
            item
        }
    }

    /// What is wrong, in a few words.
    public var reason: StaticString {
        switch self {
        case .operandNotEarlier: "operand is not an earlier item"
        case .operandWithoutValue: "operand gives no value"
        case .operandOutOfSight: "operand stands in a closed block"
        case .typesDisagree: "types disagree"
        case .typeWithoutWidth: "type has no width"
        case .constantPastType: "constant does not fit its type"
        case .shiftPastType: "shift count reaches the width"
        case .unknownParameter: "unknown parameter"
        case .unknownRegion: "unknown region"
        case .accessPastRegion: "access past the region's end"
        case .accessNotAligned: "access is not aligned"
        case .portTooWide: "64 bits of ports"
        case .unknownOrigin: "unknown origin"
        case .blocksNotNested: "blocks are not nested"
        case .blocksTooDeep: "blocks are nested too deep"
        case .blockNotClosed: "block is not closed"
        case .countOutOfRange: "loop count out of range"
        case .waitInsideWait: "wait inside a wait"
        case .expiredWaitGoesOn: "expired wait does not return"
        case .itemAfterReturn: "item after the return"
        case .missingReturn: "no return"
        case .tooManyItems: "too many items"
        }
    }
}
