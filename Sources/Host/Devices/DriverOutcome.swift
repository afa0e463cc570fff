// What the functions of the contract `packet_nic 2` return, taken apart. A value that the contract does not know is an
// error, spare bits included.

/// What transmit returns. Layout: bits 39:32 outcome, 15:0 buffer.
public enum TransmitOutcome: Hashable, Sendable {
    case sent(buffer: Int)
    case busy
    case refused

    init(_ value: UInt64) throws(SimulationError) {
        switch value >> 32 {
        case 0 where value & 0xFFFF_0000 == 0: self = .sent(buffer: Int(value & 0xFFFF))
        case 1: self = .busy
        case 2: self = .refused
        default: throw .outcomeOutsideContract(function: "transmit", value: value)
        }
    }
}

/// What receive returns. Layout: bits 39:32 outcome, 31:16 buffer, 15:0 length.
public enum ReceiveOutcome: Hashable, Sendable {
    case frame(buffer: Int, byteCount: Int)
    case none
    case bad(buffer: Int)
    case lost

    init(_ value: UInt64) throws(SimulationError) {
        let buffer = Int(value >> 16 & 0xFFFF)
        switch value >> 32 {
        case 0: self = .frame(buffer: buffer, byteCount: Int(value & 0xFFFF))
        case 1: self = .none
        case 2: self = .bad(buffer: buffer)
        case 3 where value & 0xFFFF_FFFF == 0: self = .lost
        default: throw .outcomeOutsideContract(function: "receive", value: value)
        }
    }
}

/// What giveback returns.
public enum GiveBackOutcome: UInt64, Hashable, Sendable {
    case done = 0
    case refused = 2
}

/// What bringup returns.
public enum BringUpOutcome: UInt64, Hashable, Sendable {
    case ready = 0
    case stuck = 1
    case gone = 2
}
