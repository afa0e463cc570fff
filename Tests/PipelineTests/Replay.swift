// Generation from what a report says: the facts of its records give drivers, which are held against the drivers of the
// same report. So a difference between what a machine generated and what the host makes of its facts has a name.

import Hardware
import Metabinary
import Pipeline
import Report
import ReportReading

/// Comparison of what was reported with what its facts give.
enum Replay {
    /// Drivers and refusals of a machine as its report would tell them, on the wire.
    static func report(_ facts: MachineFacts, _ outcomes: [GenerationOutcome]) -> [UInt8] {
        var writer = RecordWriter(sink: RecordLines())
        writer.writeStart(entry: facts.memorySource, options: [])
        writer.write(facts)
        var driverCount = 0
        for outcome in outcomes {
            switch outcome {
            case .driver(let driver):
                writer.write(driver, ticks: 1, verification: 1)
                driverCount += 1
            case .refused(let refusal): writer.write(refusal)
            }
        }
        writer.write(driverCount: driverCount, functionCount: facts.functions.count)
        return writer.sink.lines.flatMap { $0 + [0x0D, 0x0A] }
    }

    /// Generates again from a report's facts. Gives the first difference, or `nil` where there is none.
    static func difference(_ report: MachineReport, _ image: MetabinaryImage) -> String? {
        if let damage = report.damage.first { return damage.description }
        if let error = report.errors.first { return error.description }
        var observer = SilentObserver()
        let outcomes = generate(report.facts, image, observer: &observer)
        return difference(
            reported: report.drivers.map(\.driver), generated: outcomes.compactMap { $0.driver },
            refused: (report.refusals.count, outcomes.count { $0.driver == nil }))
    }

    private static func difference(
        reported: [GeneratedDriver], generated: [GeneratedDriver], refused: (reported: Int, generated: Int)
    ) -> String? {
        if reported.count != generated.count { return "\(generated.count) drivers, reported \(reported.count)" }
        if refused.reported != refused.generated {
            return "\(refused.generated) refusals, reported \(refused.reported)"
        }
        for (reported, generated) in zip(reported, generated) {
            if let difference = difference(reported: reported, generated: generated) { return difference }
        }
        return nil
    }

    /// The first difference between two drivers in what a report tells of them.
    static func difference(reported: GeneratedDriver, generated: GeneratedDriver) -> String? {
        let name = "driver \(String(decoding: generated.name, as: UTF8.self))"
        if reported.function != generated.function { return "\(name): PCI function" }
        if reported.name != generated.name || reported.className != generated.className { return "\(name): name" }
        if reported.windows != generated.windows { return "\(name): windows" }
        if reported.memories != generated.memories { return "\(name): rings, pools or state" }
        if reported.grants != generated.grants { return "\(name): grants" }
        if reported.functions.map(\.name) != generated.functions.map(\.name) { return "\(name): functions" }
        for (reported, generated) in zip(reported.functions, generated.functions) {
            let name = "\(name).\(String(decoding: generated.name, as: UTF8.self))"
            if reported.entry != generated.entry { return "\(name): entry" }
            if reported.bytes.count != generated.bytes.count { return "\(name): number of bytes" }
            if let offset = zip(reported.bytes, generated.bytes).enumerated().first(where: { $1.0 != $1.1 })?.offset {
                return "\(name): byte +\(offset)"
            }
            if reported.marks != generated.marks { return "\(name): lines or instructions" }
            if reported.ruleFile != generated.ruleFile { return "\(name): file of the rule" }
            if reported.parameterBounds.count != generated.parameterBounds.count { return "\(name): parameters" }
            if reported.branchCount != generated.branchCount { return "\(name): branches" }
        }
        return nil
    }
}

extension GenerationOutcome {
    /// The driver, `nil` where there is none.
    var driver: GeneratedDriver? {
        if case .driver(let driver) = self { driver } else { nil }
    }
}
