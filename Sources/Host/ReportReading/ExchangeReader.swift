// Turns the records of exchanges back into values. MachineReport calls it record by record.

import Hardware
import Report

/// Collects what a report tells of exchanges.
struct ExchangeReader {
    private(set) var exchanges: [ReportedExchange] = []

    /// Takes a record of an exchange.
    mutating func read(_ fields: inout RecordFields) throws(ReportError) {
        let (address, name) = (fields.function(), fields.text())
        let known = exchanges.firstIndex { $0.function == address && $0.driver == name }
        var exchange = known.map { exchanges[$0] } ?? ReportedExchange(function: address, driver: name)
        switch fields.form {
        case .bringup: exchange.bringup = fields.text()
        case .link:
            let link = fields.text()
            guard link.isSpelled("up") || link.isSpelled("down") else { throw fields.malformed("up or down") }
            exchange.isLinkUp = link.isSpelled("up")
        case .resolution:
            var question = ReportedQuestion(peer: fields.text())
            if fields.option() { question.station = fields.text() }
            try Self.readOutcome(&fields, &question)
            guard question.isAnswered != question.station.isEmpty else { throw fields.malformed("is= or silent") }
            exchange.resolution = question
        case .echo:
            var question = ReportedQuestion(peer: fields.text())
            question.byteCount = try fields.number()
            try Self.readOutcome(&fields, &question)
            exchange.echo = question
        case .volume:
            exchange.volume = ReportedVolume(
                returnedCount: try fields.number(), plannedCount: try fields.number(),
                busyCount: try fields.number(), microseconds: try fields.number())
        default: exchange.counts = try Self.counts(&fields)
        }
        if let known { exchanges[known] = exchange } else { exchanges.append(exchange) }
    }

    private static func readOutcome(
        _ fields: inout RecordFields, _ question: inout ReportedQuestion
    ) throws(ReportError) {
        question.isAnswered = !fields.option()
        question.tries = try fields.number()
        question.microseconds = try fields.number()
    }

    private static func counts(_ fields: inout RecordFields) throws(ReportError) -> ExchangeCounts {
        var counts = ExchangeCounts()
        counts.sent = try fields.number()
        counts.received = try fields.number()
        counts.stray = try fields.number()
        counts.malformed = try fields.number()
        counts.bad = try fields.number()
        counts.lost = try fields.number()
        counts.overruns = try fields.number()
        counts.bringups = try fields.number()
        return counts
    }
}
