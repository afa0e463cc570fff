// Why a register of a window cannot be granted beside the others, or at all.

/// Reason why a register is refused.
public struct RegisterError: Error, Hashable, Sendable {
    /// What is wrong.
    public enum Reason: UInt8, Sendable, CaseIterable {
        /// A register of another window has the same bytes, and both may be written: what limits one, the other would not keep.
        case overlaps
        /// A register of another range has the same place there, and a limit: devices show the same registers in several
        /// ranges, which no comparison of addresses sees.
        case mayBe
        /// An entry of the message table is an address that the device writes to.
        case overMessages
        /// The array of pending bits is the device's own.
        case overPending

        /// What is wrong, in a few words that follow the register's name; the other's name follows, where there is one.
        public var words: StaticString {
            switch self {
            case .overlaps: "lies over"
            case .mayBe: "may be, in another BAR,"
            case .overMessages: "lies over the message table"
            case .overPending: "lies over the pending bits"
            }
        }
    }

    public var reason: Reason
    /// Name of the register, ASCII.
    public var register: [UInt8]
    /// Name of the other with its window's, ASCII; empty where there is none.
    public var other: [UInt8]

    public init(_ reason: Reason, register: [UInt8], other: [UInt8] = []) {
        self.reason = reason
        self.register = register
        self.other = other
    }
}
