// What every stage makes of a recorded machine, as one text: an explanation of all its devices in the form for traces, which
// says each thing once. It compares nothing; TraceTests do.

import Inspection
import Pipeline

/// A machine's way through the stages.
enum MachineTrace {
    /// The trace of a machine.
    static func text(of machine: RecordedFacts, _ atlas: ShippedAtlas) -> String {
        var record = StageRecord()
        _ = generate(machine.facts, atlas.image, observer: &record)
        let heading = [
            "What each stage makes of a recorded machine. `make bless` rewrites this; review the difference.",
            "machine \(machine.name): \(machine.machine)", "",
        ]
        let lines = heading + Explanation(of: record, machine.facts, form: .trace).lines
        return lines.map { $0 + "\n" }.joined()
    }
}
