// Checks a device: its names, its registers, its facts, its memories, then its functions, each stage by a value of its own
// that the next one asks. It checks rules as they are written, once, for every machine; it generates nothing.

import Metabinary

/// Checker of one device.
struct DeviceChecker: Reporting {
    let node: Device
    /// The classes that it is of, the most general first; none where its class is unknown.
    let line: [Syntax.Class]
    let diagnostics: DiagnosticCollector
    let prelude: RingPrelude
    let use = UsedNames()

    /// The device, checked.
    func check() -> CheckedAtlas.Device {
        var checked = CheckedAtlas.Device(name: node.name)
        let description = checked.description
        (description.name, description.ruleFile) = (node.name.bytes, diagnostics.ruleFile(of: node.name))
        description.matches = checkMatches()
        reportExcess(
            node.windows.names, "windows", limit: MetabinaryLimit.windowCount,
            "a function has six base address registers: describe each once")
        let names = DeviceNames(of: node, diagnostics)
        let isOwn = { (name: Name) in !node.inherited.contains(name.text) }
        reportDuplicates(names.all.filter(isOwn), "device \(node.name)")
        reportDuplicates(node.functions.names.filter(isOwn), "the functions of device \(node.name)")
        let registers = RegisterPlanner.plan(names)
        description.windows = registers.windows
        let stage = StaticStage(names, registers, use, prelude, description)
        if let itsClass = line.last { stage.require(line.flatMap(\.requiredFacts), by: itsClass.name) }
        stage.planMemories()
        stage.plan.checkWindows(node)
        if !line.isEmpty { ContractChecker(diagnostics: diagnostics).check(node, line) }
        checked.functions = functions().map { FunctionChecker(stage, $0.member).check($0) }
        stage.addState()
        description.functions = checked.functions.map(\.rule)
        use.isWhole = stage.plan.isWhole(for: node)
        if use.isWhole {
            reportUnused()
            warnOfUnstarted()
        }
        (checked.facts, checked.probes) = (stage.factCode, stage.probeCode)
        CapacityChecker(names: stage.names, diagnostics: diagnostics).check(checked)
        return checked
    }

    /// Its functions and those of its classes, in the order in which these name them.
    private func functions() -> [Syntax.Function] {
        let all = node.functions + line.flatMap(\.functions)
        let members = ContractChecker.members(of: line).names
        return members.compactMap(all.named)
            + all.filter { function in !members.contains { $0.text == function.name.text } }
    }

    private func reportUnused() {
        // What is inherited is the concern of the device that it is inherited from.
        if !use.resetsState, let first = (node.rings.names + node.states.names).first {
            report(.stateNotReset, first.span, first)
        }
        for (name, symbol) in DeviceNames.declarations(of: node)
        where symbol.wantsUse && !use.contains(name) && !node.inherited.contains(name.text) {
            report(.unusedDeclaration, name.span, name)
        }
    }

    /// Warns of memory that the device is never led to, by a register or by what lies in memory that it is led to.
    private func warnOfUnstarted() {
        var started = use.startedMemories
        let memories = node.rings.map { ($0.name, $0.layout) } + node.memories.map { ($0.name, $0.layout) }
        for _ in memories {
            let layouts = memories.filter { started.contains($0.0.text) }.compactMap { node.layouts.named($0.1) }
            let inner = layouts.flatMap(\.fields).compactMap(\.layout).compactMap(node.layouts.named)
            started.formUnion((layouts + inner).flatMap(\.fields).compactMap(\.target?.text))
            let isFound = { (memory: Syntax.Memory) in memory.before.map { started.contains($0.text) } ?? false }
            started.formUnion(node.memories.filter(isFound).map(\.name.text))
        }
        for (name, _) in memories where !started.contains(name.text) {
            report(.neverStarted, name.span, name)
        }
    }

    // MARK: Matches

    /// What the device matches: by vendor and device first, then by class.
    private func checkMatches() -> [MatchDescription] {
        if node.matches.isEmpty, !node.isBroken { report(.matchesNoFunction, node.name.span, node.name) }
        var matches: [MatchDescription] = []
        for match in node.matches where match.code == nil {
            if match.devices.isEmpty { report(.matchWithoutDevice, match.span) }
            let vendor = UInt16(match.vendor.value ?? 0)
            let missing = match.without.map { UInt8($0.value ?? 0) }
            matches += match.devices.map {
                .identity(vendor: vendor, device: UInt16($0.value ?? 0), without: missing)
            }
        }
        matches += node.matches.compactMap(\.code).map { .classCode($0) }
        report(.tooManyMatches, node.name.span, matches.count, over: MetabinaryLimit.matchCount)
        return matches
    }
}

extension Syntax.Match {
    /// The class code of a match that names no vendor: base class in bits 23:16, subclass in 15:8, interface in 7:0.
    var code: UInt32? { classCode.count == 3 ? classCode.reduce(0) { $0 << 8 | UInt32($1.value ?? 0) } : nil }

    /// What it covers, as numbers that no other kind of match has.
    var keys: [(key: UInt64, span: SourceSpan)] {
        if let code { return classCode.allSatisfy { $0.value != nil } ? [(1 << 32 | UInt64(code), span)] : [] }
        return devices.compactMap { number in
            guard let vendor = vendor.value, let identifier = number.value else { return nil }
            let missing = without.map { (1 + ($0.value ?? 0)) << 33 } ?? 0
            return (missing | vendor << 16 | identifier, number.span)
        }
    }
}
