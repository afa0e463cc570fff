// What can go wrong between a well-formed program and its bytes. Every case names the item, counted from 0.

/// Why a program could not be encoded or placed.
public enum EncodingError: Error, Hashable, Sendable {
    /// More values are live at the item than there are registers; nothing is spilled to memory.
    case outOfRegisters(item: Int)
    /// At the item there are more bytes, instructions, blocks or relocations than a function may have.
    case tooLong(item: Int)
    /// The item's region lies farther from the code than a 32-bit displacement reaches.
    case outOfReach(item: Int, region: Int)

    /// The item at fault.
    public var item: Int {
        switch self {
        case .outOfRegisters(let item), .tooLong(let item), .outOfReach(let item, _): item
        }
    }

    /// What is wrong, in a few words.
    public var reason: StaticString {
        switch self {
        case .outOfRegisters: "out of registers"
        case .tooLong: "code too long"
        case .outOfReach: "region is out of reach"
        }
    }
}
