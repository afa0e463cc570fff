// Checks that a device has no more of anything than a metabinary can hold, once all of it is checked: what the compiler adds
// to a text, as the facts that the sizes of a ring follow from, counts like what the text says.

import Metabinary

/// Checker of what a metabinary can hold of a device.
struct CapacityChecker: Reporting {
    let names: DeviceNames
    let diagnostics: DiagnosticCollector

    /// Reports whatever of a checked device its metabinary could not hold.
    func check(_ checked: CheckedAtlas.Device) {
        let device = checked.description
        reportExcess(
            checked.functions.map(\.name), "functions", limit: MetabinaryLimit.functionCount, "split the device's class"
        )
        reportExcess(
            device.memories.map { names.declared($0.name) }, "memories: rings, pools, shared memory and state",
            limit: MetabinaryLimit.memoryCount, "let one memory do for several")
        for memory in device.memories { checkCapacity(of: memory) }
        for (probe, function) in zip(device.probes, checked.probes) {
            reportExcess(
                Array(repeating: function.name, count: probe.registers.count), "registers to restore",
                limit: MetabinaryLimit.entryCount, "restore less, or say that the probe `resets`")
        }
        let counts = [
            (device.cells.count, "cells of state", MetabinaryLimit.cellCount),
            (device.facts.count, "facts, those that sizes follow from among them", MetabinaryLimit.factCount),
            (device.quantities.count, "sizes that are facts", MetabinaryLimit.factCount),
            (device.tables.count, "tables and lists of numbers", MetabinaryLimit.tableCount),
        ]
        for (count, what, limit) in counts where count > limit {
            report(.tooManyOfDevice, names.device.name.span, names.device.name, count, what, limit)
        }
        checkReach(of: device.windows)
        checkNames(of: device)
    }

    /// Reports windows that find no room together: each has a quarter of it at most.
    private func checkReach(of windows: [WindowDescription]) {
        var byteCount: UInt64 = 0
        for window in windows where window.isMemory {
            byteCount += (window.minimumByteCount + 0xFFF) & ~0xFFF
            guard byteCount > 4 * MetabinaryLimit.windowByteCount else { continue }
            let name = names.declared(window.name)
            return report(
                .windowsTooLarge, name.span, name, byteCount, 4 * MetabinaryLimit.windowByteCount)
        }
    }

    private func checkCapacity(of memory: MemoryDescription) {
        let told = ([memory.fields] + memory.parts.map(\.fields)).map(\.count).max() ?? 0
        let (partCount, name) = (memory.parts.count, names.declared(memory.name))
        report(.tooManyParts, name.span, partCount, over: MetabinaryLimit.partCount, name)
        report(.tooManyTellingFields, name.span, told, over: MetabinaryLimit.fieldCount, name)
    }

    /// Reports names of the text that are too long for what the compiler calls by them.
    private func checkNames(of device: DeviceDescription) {
        let made =
            device.cells.map(\.name) + device.facts.map(\.rule.name) + device.memories.flatMap { $0.parts.map(\.name) }
        for name in made.map(\.text) where name.utf8.count > MetabinaryLimit.nameByteCount {
            let stem = name.prefix { $0 != "." }
            guard let declared = names.all.first(where: { $0.text == stem }) else { continue }
            report(.madeNameTooLong, declared.span, name, name.utf8.count, MetabinaryLimit.nameByteCount)
        }
    }
}
