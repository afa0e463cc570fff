// Turns records of facts and choices back into what the rules found, and what was tried and kept.

import Pipeline
import Report

extension GenerationReader {
    /// `fact 00:03.0 e1.slots value=256`
    mutating func readFact(_ start: RecordFields) throws(ReportError) {
        var fields = start
        let (index, name) = try driverPart(&fields, "driver.fact")
        drivers[index].driver.facts.append(
            NamedFact(name: name, value: try fields.decimal(fields.value("value"), "a number")))
        try fields.end()
    }

    /// `choice 00:03.0 e1.send line=14 kept=1 812/203 820/205 none`
    mutating func readChoice(_ start: RecordFields) throws(ReportError) {
        var fields = start
        let (index, name) = try driverPart(&fields, "driver.choice")
        let line: UInt16 = try fields.decimal(fields.value("line"), "a line")
        let kept: Int = try fields.decimal(fields.value("kept"), "a count")
        var costs: [CodeCost?] = []
        while fields.hasMore {
            let word = try fields.word("bytes/instructions or none")
            if word.isSpelled("none") {
                costs.append(nil)
                continue
            }
            let parts = word.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
            guard parts.count == 2 else { throw fields.malformed("bytes/instructions or none") }
            costs.append(
                CodeCost(
                    byteCount: try fields.decimal(parts[0], "a count"),
                    instructionCount: try fields.decimal(parts[1], "a count")))
        }
        guard kept > 0, kept <= costs.count else { throw fields.malformed("an alternative that has a cost") }
        drivers[index].driver.choices.append(KeptChoice(name: name, line: line, costs: costs, kept: kept - 1))
    }
}
