// Why a window that a description asks for cannot be had on this machine.

/// Reason why a window cannot be planned.
public enum WindowError: Error, Hashable, Sendable {
    /// The function has no base address register of that number.
    case absent(bar: UInt8)
    /// Firmware assigned no address.
    case unassigned(bar: UInt8)
    /// The register decodes ports where memory is asked for, or memory where ports are: what it decodes.
    case wrongKind(bar: UInt8, isMemory: Bool)
    /// The ports reach past the last one.
    case pastPorts(bar: UInt8)
    /// The range is shorter than the registers that the description names.
    case tooShort(bar: UInt8, byteCount: UInt64, minimumByteCount: UInt64)
    /// The size is not a power of two, or the base is not a multiple of it: no such register exists.
    case malformed(bar: UInt8)
    /// The function is a bridge: what it decodes is the machine's.
    case ofBridge(bar: UInt8)
    /// The range ends past what the processor can address.
    case beyondProcessor(bar: UInt8)
    /// The register decodes addresses, or ports, at which something else is: where that begins.
    case over(bar: UInt8, Obstacle, at: UInt64)
    /// No room is left for the range where windows are mapped.
    case noRoom(bar: UInt8)

    /// Number of the base address register.
    public var bar: UInt8 {
        switch self {
        case .absent(let bar), .unassigned(let bar), .wrongKind(let bar, _), .pastPorts(let bar),
            .tooShort(let bar, _, _), .malformed(let bar), .ofBridge(let bar), .beyondProcessor(let bar),
            .over(let bar, _, _),
            .noRoom(let bar):
            bar
        }
    }

    /// What is wrong with the register, in a few words that follow its name.
    public var reason: StaticString {
        switch self {
        case .absent: "is absent"
        case .unassigned: "has no address"
        case .wrongKind(_, let isMemory): isMemory ? "decodes memory, not ports" : "decodes ports, not memory"
        case .pastPorts: "reaches past the last port"
        case .tooShort: "is too short:"
        case .malformed: "is malformed"
        case .ofBridge: "belongs to a bridge"
        case .beyondProcessor: "reaches past what the processor addresses"
        case .over: "lies over"
        case .noRoom: "finds no room"
        }
    }
}
