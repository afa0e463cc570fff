// The kernel's talk through one card: wait for its link, then the exchange with a peer. CardExchange+Recovery brings it up. It knows the contract
// of packet cards and no device; what the frames say is the module Exchange's.

import Exchange
import Hardware
import Pipeline
import Platform
import Report

/// One card in use.
final class CardExchange {
    /// How long a link may take to come up. Two stations agree within some seconds, and a switch may try other speeds and
    /// crossed pairs before it answers.
    ///
    /// Units: microseconds.
    private static let linkBound: UInt64 = 15_000_000
    /// How long it may take before a report says that it is waited for. Units: microseconds.
    private static let silentWait: UInt64 = 1_000_000

    let driver: GeneratedDriver
    let card: PacketCard
    let clock: Clock
    let bus: BusMastering
    var watch: GuardWatch
    var counts = ExchangeCounts()

    /// - Throws: `missing` for a function or a memory that the driver lacks.
    init(
        through driver: GeneratedDriver, _ clock: ClockFacts, _ guards: GuardSpace, among functions: [PCIFunction]
    ) throws(DriverFailure) {
        card = try PacketCard(driver)
        self.driver = driver
        self.clock = Clock(clock)
        bus = BusMastering(function: driver.function, functions: functions)
        watch = GuardWatch(guards, over: driver)
    }

    /// Time on a scale of its own.
    ///
    /// Units: microseconds.
    var now: UInt64 {
        @inline(never) get { clock.microseconds(timestamps: timestamp()) }
    }

    /// Waits for the link within its bound. Returns whether it is up.
    func waitForLink() throws(DriverFailure) -> Bool {
        let start = now
        var isTold = false
        while try !card.isLinkUp {
            let waited = now - start
            if waited > Self.linkBound { return try card.isLinkUp }
            if waited > Self.silentWait, !isTold {
                report.write(step: "waiting for a link")
                isTold = true
            }
        }
        return true
    }

    /// Carries an exchange through to its end.
    @inline(never)
    func run(_ exchange: inout Exchange) throws(DriverFailure) {
        while !exchange.isOver {
            try sendDueFrame(of: &exchange)
            guard let received = try receive() else { continue }
            take(received, for: &exchange)
            try card.returnBuffer(received)
        }
    }

    private func sendDueFrame(of exchange: inout Exchange) throws(DriverFailure) {
        var frame = card.outgoing.mutableSpan
        guard let byteCount = exchange.writeDueFrame(at: now, to: &frame) else { return }
        // A card without a free slot has this try lost; the next comes in its time.
        guard try card.transmit(byteCount: byteCount) else { return }
        try card.notify()
        counts.sent += 1
    }

    private func take(_ received: PacketCard.Received, for exchange: inout Exchange) {
        counts.received += 1
        switch exchange.take(card.bytes(of: received).span, at: now) {
        case .answer: break
        case .stray: counts.stray += 1
        case .malformed, .altered: counts.malformed += 1
        }
    }
}
