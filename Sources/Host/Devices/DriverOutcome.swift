// What may come of the functions of the contract `packet_nic 2`, by the names that it has for it. Which bits say so and which
// carry the rest, the driver's own description tells; a result that it does not explain is none of these.

import Interpretation

/// What comes of a function.
protocol DriverOutcome {
    /// - Returns: `nil` for an outcome that the contract does not know, or that lacks a field of it.
    init?(_ result: NamedResult)
}

/// What transmit returns.
public enum TransmitOutcome: Hashable, Sendable, DriverOutcome {
    case sent(buffer: Int)
    case busy
    case refused

    init?(_ result: NamedResult) {
        switch (result.outcome, result.fields["buffer"]) {
        case ("sent", let buffer?): self = .sent(buffer: Int(truncatingIfNeeded: buffer))
        case ("busy", _): self = .busy
        case ("refused", _): self = .refused
        default: return nil
        }
    }
}

/// What receive returns.
public enum ReceiveOutcome: Hashable, Sendable, DriverOutcome {
    case frame(buffer: Int, byteCount: Int)
    case none
    case bad(buffer: Int)
    case lost

    init?(_ result: NamedResult) {
        let buffer = result.fields["buffer"].map { Int(truncatingIfNeeded: $0) }
        switch (result.outcome, buffer, result.fields["length"]) {
        case ("frame", let buffer?, let length?):
            self = .frame(buffer: buffer, byteCount: Int(truncatingIfNeeded: length))
        case ("none", _, _): self = .none
        case ("bad", let buffer?, _): self = .bad(buffer: buffer)
        case ("lost", _, _): self = .lost
        default: return nil
        }
    }
}

/// What giveback returns.
public enum GiveBackOutcome: String, Hashable, Sendable, DriverOutcome {
    case done
    case refused

    init?(_ result: NamedResult) { self.init(rawValue: result.outcome) }
}

/// What bringup returns.
public enum BringUpOutcome: String, Hashable, Sendable, DriverOutcome {
    case ready
    case stuck
    case gone

    init?(_ result: NamedResult) { self.init(rawValue: result.outcome) }
}
