// Checks that a device has no more of anything than a metabinary can hold, once all of it is checked: what the compiler adds
// to a text, as the facts behind the sizes of a ring, counts like what the text says.

import Metabinary

extension Checker {
    /// Reports whatever of a checked device its metabinary could not hold.
    mutating func checkCapacity(of device: CheckedAtlas.Device, _ node: Syntax.Device) {
        reportExcess(
            device.functions.map(\.name), "functions", limit: MetabinaryLimit.functionCount,
            mend: "split the device's class")
        reportExcess(
            device.memories.map(\.name), "memories: rings, pools, shared memory and state",
            limit: MetabinaryLimit.memoryCount, mend: "let one memory do for several")
        for memory in device.memories { checkCapacity(of: memory) }
        for probe in device.stage.probes {
            reportExcess(
                Array(repeating: probe.function.name, count: probe.registers.count), "registers to restore",
                limit: MetabinaryLimit.entryCount, mend: "restore less, or say that the probe `resets`")
        }
        let counts = [
            (device.cells.count, "cells of state", MetabinaryLimit.cellCount),
            (device.stage.facts.count, "facts, those that sizes follow from among them", MetabinaryLimit.factCount),
            (device.stage.quantities.count, "sizes that are facts", MetabinaryLimit.factCount),
            (device.stage.tables.count, "tables and lists of numbers", MetabinaryLimit.tableCount),
        ]
        for (count, what, limit) in counts where count > limit {
            diagnostics.report(
                .limitExceeded, node.name.span, "device `\(node.name.text)` has \(count) \(what); \(limit) is the most",
                mend: "join some of them, or write numbers where facts are always the same")
        }
        checkReach(of: device.windows)
        checkNames(of: device, node)
    }

    /// Reports windows that find no room together: each has a quarter of it at most.
    private mutating func checkReach(of windows: [CheckedAtlas.Window]) {
        var byteCount: UInt64 = 0
        for window in windows where window.isMemory {
            byteCount += (window.byteCount + 0xFFF) & ~0xFFF
            guard byteCount > 4 * MetabinaryLimit.windowByteCount else { continue }
            return diagnostics.report(
                .limitExceeded, window.name.span, "with `\(window.name.text)` the windows take \(byteCount) bytes",
                mend: "\(4 * MetabinaryLimit.windowByteCount) are the most: declare only what the driver uses")
        }
    }

    private mutating func checkCapacity(of memory: CheckedAtlas.Memory) {
        let told = ([memory.fields] + memory.parts.map(\.fields)).map(\.count).max() ?? 0
        guard memory.parts.count > MetabinaryLimit.partCount || told > MetabinaryLimit.fieldCount else { return }
        diagnostics.report(
            .limitExceeded, memory.name.span,
            memory.parts.count > MetabinaryLimit.partCount
                ? "`\(memory.name.text)` has \(memory.parts.count) fields; \(MetabinaryLimit.partCount) are the most"
                : "a record of `\(memory.name.text)` tells of memory by \(told) fields; "
                    + "\(MetabinaryLimit.fieldCount) are the most",
            mend: "join fields that lie side by side into an array, or leave out what the driver does not use")
    }

    /// Reports names of the text that are too long for what the compiler calls by them.
    private mutating func checkNames(of device: CheckedAtlas.Device, _ node: Syntax.Device) {
        let made =
            device.cells.map(\.name) + device.stage.facts.map(\.name)
            + device.memories.flatMap { $0.parts.map(\.name) }
        for name in made where name.utf8.count > MetabinaryLimit.nameByteCount {
            let stem = name.prefix { $0 != "." }
            guard let declared = Self.names(of: node).first(where: { $0.text == stem }) else { continue }
            diagnostics.report(
                .nameTooLong, declared.span,
                "`\(name)` of this has a name of \(name.utf8.count) characters; \(MetabinaryLimit.nameByteCount) is the most",
                mend: "shorten it")
        }
    }
}
