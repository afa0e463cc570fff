// Turns the records of exchanges back into values. MachineReport calls it record by record.

import Hardware
import Report

/// Collects what a report tells of exchanges.
struct ExchangeReader {
    private(set) var exchanges: [ReportedExchange] = []

    /// Takes a record. Returns whether it is of the kind that is read here.
    mutating func read(_ record: Record) throws(ReportError) -> Bool {
        guard record.isKind("exchange") else { return false }
        var fields = try RecordFields(record)
        let address = try fields.functionAddress()
        let name = Array(try fields.word("the name of a description"))
        let known = exchanges.firstIndex { $0.function == address && $0.driver == name }
        var exchange = known.map { exchanges[$0] } ?? ReportedExchange(function: address, driver: name)
        try Self.read(&fields, into: &exchange)
        try fields.end()
        if let known { exchanges[known] = exchange } else { exchanges.append(exchange) }
        return true
    }

    private static func read(_ fields: inout RecordFields, into exchange: inout ReportedExchange) throws(ReportError) {
        if let outcome = fields.optionalValue("bringup") {
            exchange.bringup = Array(outcome)
            _ = try microseconds(&fields)
        } else if let link = fields.optionalValue("link") {
            guard link.isSpelled("up") || link.isSpelled("down") else { throw fields.malformed("up or down") }
            exchange.isLinkUp = link.isSpelled("up")
            _ = try microseconds(&fields)
        } else if let peer = fields.optionalValue("arp") {
            var question = ReportedQuestion(peer: Array(peer))
            if let station = fields.optionalValue("is") { question.station = Array(station) }
            try readOutcome(&fields, &question)
            guard question.isAnswered != question.station.isEmpty else { throw fields.malformed("is= or silent") }
            exchange.resolution = question
        } else if let peer = fields.optionalValue("echo") {
            var question = ReportedQuestion(peer: Array(peer))
            question.byteCount = try fields.decimal(fields.value("bytes"), "a count")
            try readOutcome(&fields, &question)
            exchange.echo = question
        } else if let returned = fields.optionalValue("returned") {
            exchange.volume = ReportedVolume(
                returnedCount: try fields.decimal(returned, "a count"),
                plannedCount: try fields.decimal(fields.value("of"), "a count"),
                busyCount: try fields.decimal(fields.value("busy"), "a count"), microseconds: try microseconds(&fields))
        } else {
            exchange.counts = try counts(&fields)
        }
    }

    private static func readOutcome(
        _ fields: inout RecordFields, _ question: inout ReportedQuestion
    ) throws(ReportError) {
        question.isAnswered = !fields.takes("silent")
        question.tries = try fields.decimal(fields.value("tries"), "a count")
        question.microseconds = try microseconds(&fields)
    }

    private static func microseconds(_ fields: inout RecordFields) throws(ReportError) -> UInt64 {
        try fields.decimal(fields.value("us"), "a time in microseconds")
    }

    private static func counts(_ fields: inout RecordFields) throws(ReportError) -> ExchangeCounts {
        guard let sent = fields.optionalValue("sent") else {
            throw fields.malformed("bringup=, link=, arp=, echo=, returned= or sent=")
        }
        var counts = ExchangeCounts()
        counts.sent = try fields.decimal(sent, "a count")
        counts.received = try fields.decimal(fields.value("received"), "a count")
        counts.stray = try fields.decimal(fields.value("stray"), "a count")
        counts.malformed = try fields.decimal(fields.value("malformed"), "a count")
        counts.bad = try fields.decimal(fields.value("bad"), "a count")
        // Reports from before cards were brought up anew end here.
        guard fields.hasMore else { return counts }
        counts.lost = try fields.decimal(fields.value("lost"), "a count")
        counts.overruns = try fields.decimal(fields.value("overruns"), "a count")
        counts.bringups = try fields.decimal(fields.value("bringups"), "a count")
        return counts
    }
}
