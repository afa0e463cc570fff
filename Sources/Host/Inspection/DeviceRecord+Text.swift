// What there is to say of a device: its facts, its description, the decisions that were made for it, and the records of a
// report about it. Explanations and traces are made of these lines; each is whole, whoever shows it may break it.

import Hardware
import Metabinary
import Pipeline
import Report

extension DeviceRecord {
    /// `e1000 is ring_nic 2, in e1000.meta`
    var match: String {
        "\(name) is \(text(description.className)) \(description.classVersion), in \(text(description.ruleFile))"
    }

    var windowLines: [String] {
        driver.windows.map { window in
            let place = window.space == .configuration ? "configuration space" : "bar \(window.bar)"
            let range = "\(hex(window.physical.rawValue)) +\(hex(window.byteCount))"
            let virtual = "mapped at \(hex(window.virtual.rawValue))"
            let reach =
                window.space == .memory ? virtual : window.space == .ports ? "ports" : "by ports 0xcf8 and 0xcfc"
            return "\(Self.padded(window.name)) \(place), \(range), \(reach)"
        }
    }

    var memoryLines: [String] {
        driver.memories.map {
            "\(Self.padded($0.name)) \($0.kind), \(hex($0.physical.rawValue)) +\(hex($0.byteCount)), "
                + "mapped at \(hex($0.virtual.rawValue))"
        }
    }

    /// `slots      256, of 8...4096, e1.meta:12`
    var ruleFactLines: [String] {
        zip(description.facts, ruleFacts).map { fact, value in
            let range = fact.lowest == fact.highest ? "" : ", of \(fact.lowest)...\(fact.highest)"
            return "\(Self.padded(fact.rule.name)) \(value)\(range), \(text(fact.rule.ruleFile)):\(fact.rule.line)"
        }
    }

    /// What a probe found out and how: `reads, 0x3 by probe`.
    static func line(of probe: Probe) -> String {
        let source =
            probe.source == .assumed
            ? "assumed: no device to ask, and no record of an answer" : "by \(probe.source.word)"
        return "\(probe.description.purity), \(hex(probe.value)) \(source)"
    }

    /// What each alternative of a choice costs, and which was kept.
    static func lines(of choice: KeptChoice) -> [String] {
        choice.costs.enumerated().map { index, cost in
            let words = cost.map { "\($0.byteCount) bytes, \($0.instructionCount) instructions" } ?? "no driver"
            return "\(index + 1): \(words)" + (index == choice.kept ? ", kept" : "")
        }
    }

    /// Why there is no driver.
    static func line(of refusal: Refusal) -> String {
        var reason: [UInt8] = []
        refusal.error.writeReason(into: &reason)
        return text(reason)
    }

    // MARK: Records

    /// The records of what the driver's code may touch.
    var grantRecords: [String] {
        var writer = RecordWriter(sink: RecordTexts())
        writer.writeGrants(of: driver)
        return writer.sink.texts
    }

    /// What a report says of the outcome, but for the code of the functions, and none of its times.
    var reportRecords: [String] {
        var writer = RecordWriter(sink: RecordTexts())
        if let refusal { writer.write(refusal) } else if isVerified { writer.write(driver, ticks: 0, verification: 0) }
        return writer.sink.texts.filter { !$0.hasPrefix("code ") }
    }

    private static func padded(_ name: [UInt8]) -> String { text(name).padded(to: 10) }
}

extension MachineFacts {
    /// The records of all facts.
    var records: [String] {
        var writer = RecordWriter(sink: RecordTexts())
        writer.write(self)
        return writer.sink.texts
    }

    /// The records of all facts that generation may ask for one function.
    func records(for function: PCIFunction) -> [String] {
        var writer = RecordWriter(sink: RecordTexts())
        writer.write(function)
        if let clock { writer.write(clock) }
        writer.write(placement)
        return writer.sink.texts
    }
}

/// Keeps the texts of records, without their frames.
private struct RecordTexts: RecordSink {
    private(set) var texts: [String] = []

    mutating func write(_ line: Span<UInt8>, textCount: Int) {
        texts.append(line.withUnsafeBufferPointer { String(decoding: $0.prefix(textCount), as: UTF8.self) })
    }
}
