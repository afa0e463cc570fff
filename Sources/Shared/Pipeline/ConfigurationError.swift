// Why registers of configuration space cannot be had, or not be written, on this machine.

/// Reason why a window of configuration space is refused.
public struct ConfigurationError: Error, Hashable, Sendable {
    /// What is wrong.
    public enum Reason: UInt8, Sendable {
        /// The function has no such capability.
        case absent
        /// The register ends after the last byte that can be selected.
        case pastEnd
        /// The header says where the function is found and whether it reaches memory.
        case changesHeader
        /// What such a capability says lets the function write anywhere, or be found elsewhere.
        case changesCapability
        /// The registers of a bridge say what the machine decodes.
        case changesBridge
        /// Another window has a register there.
        case overlaps
        /// Registers are selected by configuration mechanism #1, which leads nowhere on this machine.
        case noPorts

        /// What is wrong, in a few words that follow the register's name; the capability's ID follows them.
        public var words: StaticString {
            switch self {
            case .absent: "there is no capability"
            case .pastEnd: "lies past configuration space"
            case .changesHeader: "would change the header"
            case .changesCapability: "would change capability"
            case .changesBridge: "would change a bridge"
            case .overlaps: "lies over one of another window"
            case .noPorts: "ports 0xcf8 do not lead to configuration space"
            }
        }
    }

    public var reason: Reason
    /// Name of the register, ASCII; empty where none is to blame.
    public var register: [UInt8]
    /// ID of the capability, where one is meant.
    public var capability: UInt8?

    public init(_ reason: Reason, register: [UInt8] = [], capability: UInt8? = nil) {
        self.reason = reason
        self.register = register
        self.capability = capability
    }
}
