// What every stage makes of a recorded machine, as one text: an explanation of all its devices in the form for traces, which
// says each thing once. It compares nothing; TraceTests do.

import Inspection
import Pipeline

/// A machine's way through the stages.
enum MachineTrace {
    /// The trace of a machine, without the devices of some descriptions: what other traces show already.
    static func text(
        of machine: RecordedFacts, _ atlas: ShippedAtlas, without shown: Set<String> = []
    ) -> String {
        var record = StageRecord()
        _ = generate(machine.facts, atlas.image, observer: &record)
        let left = record.devices.map(\.name).filter(shown.contains)
        record.remove { shown.contains($0.name) }
        var heading = [
            "What each stage makes of a recorded machine. `make bless` rewrites this; review the difference.",
            "machine \(machine.name): \(machine.machine)",
        ]
        if !left.isEmpty { heading.append("in other traces: \(left.joined(separator: " "))") }
        heading.append("")
        let lines = heading + Explanation(of: record, machine.facts, form: .trace).lines
        return lines.map { $0 + "\n" }.joined()
    }
}
