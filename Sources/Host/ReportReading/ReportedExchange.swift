// What went through a card, as a report tells of it. ExchangeReader gathers it; tests and the host tools look at it.

import Hardware
import Report

/// A question to a peer, and what became of it.
public struct ReportedQuestion: Hashable, Sendable {
    /// Address of the peer, as it is in the record.
    public var peer: [UInt8]
    /// Station that the peer's address was found to be at, as it is in the record; empty where none was or none was
    /// asked for.
    public var station: [UInt8] = []
    /// Data of an echo. Units: bytes.
    public var byteCount: Int = 0
    public var isAnswered = true
    /// Frames that asked.
    public var tries: Int = 0
    public var microseconds: UInt64 = 0
}

/// What became of a volume test.
public struct ReportedVolume: Hashable, Sendable {
    /// Frames that came in order, unharmed, and went back.
    public var returnedCount: Int
    /// Frames that were to come.
    public var plannedCount: Int
    /// How often no slot was free to send.
    public var busyCount: Int
    public var microseconds: UInt64
}

/// All that a report tells of the exchange through one card; what did not come to pass is absent.
public struct ReportedExchange: Hashable, Sendable {
    public var function: FunctionAddress
    /// Name of the description, ASCII.
    public var driver: [UInt8]
    /// How bring-up ended: `ready`, `stuck` or `gone`.
    public var bringup: [UInt8] = []
    public var isLinkUp: Bool?
    public var resolution: ReportedQuestion?
    public var echo: ReportedQuestion?
    public var volume: ReportedVolume?
    public var counts: ExchangeCounts?

    /// Whether nobody answered: there was no link, or no station has the peer's address.
    public var lacksPeer: Bool { isLinkUp == false || resolution?.isAnswered == false }
}
