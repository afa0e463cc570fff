// The self-tests that use a card: it comes up, its link comes up, and what the command line asks for goes through it. The
// number of tests is known before the first runs; one that needs what failed before is skipped with the reason.

import Exchange
import Hardware
import Pipeline
import Report

extension SelfTests {
    /// Tests of each card: bring-up, link, and what goes through: address resolution and echo, or the volume test.
    static func exchangeTestCount(_ option: ExchangeOption) -> UInt64 {
        if case .volume = option { 3 } else { 4 }
    }

    /// Identifier of the echo: "me", for nobody else.
    private static let identifier: UInt16 = 0x6D65

    /// Brings a card up and has frames go through it.
    mutating func testExchange(
        through driver: GeneratedDriver, _ facts: MachineFacts, _ guards: GuardSpace, _ option: ExchangeOption,
        _ injury: DriverInjury?
    ) throws(DriverFailure) {
        activity = Activity(step: "exchanging frames through", subject: driver.name)
        // A driver that never waits is generated without a clock; an exchange is all waiting.
        guard let clock = facts.clock else { return check(false, "has a clock to go by", of: driver) }
        let exchange = try CardExchange(through: driver, clock, guards, among: facts.functions)
        defer { report.write(exchange.counts, of: driver) }
        try run(exchange, driver, option, injury)
        try exchange.rest()
    }

    private mutating func run(
        _ exchange: CardExchange, _ driver: GeneratedDriver, _ option: ExchangeOption, _ injury: DriverInjury?
    ) throws(DriverFailure) {
        var start = exchange.now
        let outcome = try exchange.bringUp()
        report.record(.bringup) { $0.add(driver, outcome.word, exchange.now - start) }
        check(outcome == .ready, "comes up", of: driver)
        guard outcome == .ready else { throw .bringup(outcome.word) }
        start = exchange.now
        let isLinkUp = try exchange.waitForLink()
        report.record(.link) { text in
            text.add(driver)
            text.add(isLinkUp ? "up" : "down")
            text.add(exchange.now - start)
        }
        let linkTest: StaticString = "has its link up"
        guard isLinkUp else { return miss("no link", linkTest, of: driver) }
        check(true, linkTest, of: driver)
        injury?.overrun(driver)
        switch option {
        case .none:
            check(true, "answers ARP # SKIP exchange=none", of: driver)
            check(true, "answers echo # SKIP exchange=none", of: driver)
        case .peer(let host, let peer): try testPeer(exchange, driver, host, peer)
        case .volume(let count): try testVolume(exchange, driver, count)
        }
    }

    private mutating func testPeer(
        _ exchange: CardExchange, _ driver: GeneratedDriver, _ host: InternetAddress, _ peer: InternetAddress
    ) throws(DriverFailure) {
        var talk = Exchange(
            of: StationAddress(rawValue: try exchange.card.station), host, with: peer, identifier: Self.identifier)
        try exchange.run(&talk)
        report.record(.resolution) { text in
            text.add(driver)
            text.add(host: talk.peer.rawValue)
            if text.option(talk.resolution.isAnswered) { text.add(station: talk.peerStation.rawValue) }
            Self.add(talk.resolution, &text)
        }
        let resolutionTest: StaticString = "answers ARP"
        if !talk.resolution.isAnswered, !exchange.counts.haveHarm {
            return miss("link up, nobody answered", resolutionTest, of: driver)
        }
        check(talk.resolution.isAnswered, resolutionTest, of: driver)
        guard talk.resolution.isAnswered else { return }
        report.record(.echo) { text in
            text.add(driver)
            text.add(host: talk.peer.rawValue)
            text.add(Exchange.dataByteCount)
            Self.add(talk.echo, &text)
        }
        check(talk.echo.isAnswered, "answers echo", of: driver)
    }

    @inline(never)
    private static func add(_ question: Exchange.Question, _ text: inout RecordText) {
        text.option(!question.isAnswered)
        text.add(question.tries, question.microseconds)
    }

    private mutating func testVolume(
        _ exchange: CardExchange, _ driver: GeneratedDriver, _ count: UInt32
    ) throws(DriverFailure) {
        report.write(step: "returning frames")
        let start = exchange.now
        let outcome = try exchange.returnFrames(count)
        report.record(.volume) { text in
            text.add(driver, outcome.returned, count, outcome.busy)
            text.add(exchange.now - start)
        }
        check(outcome.hasPassed, "returns what comes to the end", of: driver)
    }
}
