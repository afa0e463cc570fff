// Why memory that a description asks for cannot be had on this machine.

/// Reason why a ring, a pool or state cannot be planned.
public enum MemoryError: Error, Hashable, Sendable {
    /// No such memory can be: of no bytes, aligned to no power of two, or a window.
    case malformed
    /// No room is left in the range that is set aside.
    case noRoom
    /// The device is told of it by a field or a register that has no room for its address, or by one for the high halves of
    /// several, which differ.
    case beyondField

    /// What is wrong, in a few words that follow the memory's name.
    public var reason: StaticString {
        switch self {
        case .malformed: "cannot be"
        case .noRoom: "finds no room"
        case .beyondField: "lies beyond what its device can be told"
        }
    }
}
