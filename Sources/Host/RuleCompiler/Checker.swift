// Checks the syntax tree and turns it into the checked one: names, matches and contracts here, registers and
// functions in the files beside. It checks rules as they are written, once, for every machine; it generates nothing.

import Metabinary

/// Checker of one run.
struct Checker {
    var diagnostics: DiagnosticCollector
    /// The rings of the device at hand; one that is wrong is reported and left out.
    var rings: [RingPlan] = []
    /// The buffers that functions of the device at hand may own: those of the rings, in their order, then of other pools and
    /// of memory without one.
    var buffers: [BufferPlan] = []
    /// The shared memories of the device at hand that are no rings.
    var memories: [MemoryPlan] = []
    /// Whether a memory or a pool of the device at hand is wrong, so that what would use its names is not looked at.
    var lacksMemory = false
    /// Window of each register of the device at hand, and its place among those of the window.
    var registerPlaces: [String: (window: Int, index: Int)] = [:]
    /// How each register of the device at hand is accessed where that takes more than the access.
    var manners: [String: AccessManner] = [:]
    /// What has to happen before the statement at hand, and how many of its accesses ask for something.
    var pending = PendingAccesses()
    /// The sizes of the memories of the device at hand.
    var memorySizes: [String: MemorySize] = [:]
    /// Whether the device at hand is told of memory, so that what is written to it has to be stated.
    var reachesMemory = false
    /// Cell of each state of the device at hand.
    var stateCells: [String: Int] = [:]
    /// What each cursor of the device at hand runs around; one that is wrong is reported and left out.
    var cursors: [String: CursorPlan] = [:]
    /// Whether a function of the device at hand gives states their first values.
    var resetsState = false
    /// Registers that the values at hand read.
    var readRegisters: Set<String> = []
    /// Definitions, states and rings of the device at hand that something uses.
    var usedNames: Set<String> = []
    /// Whether some device uses each fact and table of a class, of those whose devices are whole.
    private var isUsed: [SourceSpan: Bool] = [:]
    /// The facts of the device at hand that were asked for.
    var factPlans: [String: FactPlan] = [:]
    /// Definitions that were put in since the function at hand began.
    var expansionCount = 0
    /// Facts that are being checked, each for the one before it.
    var openFacts: [String] = []
    /// What the probe at hand may do; `nil` outside of one.
    var openProbe: ProbeScope?
    /// Whether an alternative of a choice decides what is being checked.
    var usesChoice = false
    /// What the device at hand leaves to the static stage.
    var stage = CheckedAtlas.Stage()
    /// How far the registers of each window reach. Units: bytes.
    var windowByteCounts: [UInt64] = []
    /// The declarations; derived devices have what they inherit.
    private(set) var syntax: Syntax.Atlas
    private var checked = CheckedAtlas()

    private init(_ syntax: Syntax.Atlas, _ diagnostics: DiagnosticCollector) {
        self.syntax = syntax
        self.diagnostics = diagnostics
    }

    /// The checked rules; they mean something only if no diagnostic was reported.
    static func check(_ syntax: Syntax.Atlas, _ diagnostics: inout DiagnosticCollector) -> CheckedAtlas {
        var checker = Checker(syntax, diagnostics)
        checker.checkAtlas()
        diagnostics = checker.diagnostics
        return checker.checked
    }

    private mutating func checkAtlas() {
        reportDuplicates(syntax.classes.map(\.name) + syntax.devices.map(\.name), "the atlas")
        reportExcess(
            syntax.classes.map(\.name), "classes", limit: MetabinaryLimit.classCount,
            mend: "join classes that are alike")
        reportExcess(
            syntax.devices.map(\.name), "devices", limit: MetabinaryLimit.deviceCount,
            mend: "build an atlas for fewer families")
        checkImports()
        reportEqualMatches()
        syntax.devices = derivedDevices()
        for node in syntax.classes { checkParent(node) }
        // A class stands behind the one that it is.
        let classes = syntax.classes.enumerated().map { ($0.offset, ancestors(of: $0.element).count) }
        syntax.classes = classes.sorted { ($0.1, $0.0) < ($1.1, $1.0) }.map { syntax.classes[$0.0] }
        for node in syntax.classes {
            checkMembers(node)
            checked.classes.append(
                CheckedAtlas.Class(
                    name: node.name.text, version: UInt8(node.version.value ?? 0),
                    parent: syntax.classes.firstIndex { $0.name.text == node.parent?.text }))
        }
        for node in syntax.devices {
            let device = checkDevice(node)
            checked.devices.append(device)
        }
        reportUnusedOfClasses()
    }

    // MARK: What all checks share

    /// Where something stands, for a mend.
    func place(_ span: SourceSpan) -> String {
        let source = diagnostics.sources[span.source]
        return "\(source.name):\(source.line(at: span.start))"
    }

    /// Reports each name that stands before it in the list.
    mutating func reportDuplicates(_ names: [Syntax.Name], _ scope: String) {
        var seen: [String: SourceSpan] = [:]
        for name in names {
            if let first = seen[name.text] {
                diagnostics.report(
                    .duplicateName, name.span, "`\(name.text)` is declared twice in \(scope)",
                    mend: "rename one of the two; the other stands at \(place(first))")
            } else {
                seen[name.text] = name.span
            }
        }
    }

    /// Reports a name that is not among the candidates, and the one that may be meant.
    mutating func reportUnknown(_ what: String, _ name: Syntax.Name, among candidates: [String], mend: String) {
        // Once the run is full of mistakes, looking for what was meant is time lost.
        let nearest = diagnostics.isFull ? nil : NameDistance.nearest(to: name.text, among: candidates)
        diagnostics.report(
            .unknownName, name.span, "unknown \(what) `\(name.text)`",
            mend: nearest.map { "write `\($0)`, if that is meant; else \(mend)" } ?? mend)
    }

    /// Reports a list that is longer than the metabinary allows.
    mutating func reportExcess(_ names: [Syntax.Name], _ what: String, limit: Int, mend: String) {
        guard names.count > limit else { return }
        diagnostics.report(
            .limitExceeded, names[limit].span, "\(names.count) \(what); \(limit) is the most", mend: mend)
    }

    // MARK: Classes

    private mutating func checkParent(_ node: Syntax.Class) {
        guard let parent = node.parent else { return }
        guard let itsParent = syntax.classes.first(where: { $0.name.text == parent.text }) else {
            if !syntax.isBroken {
                reportUnknown(
                    "class", parent, among: syntax.classes.map(\.name.text),
                    mend: "declare `class \(parent.text) 1 { … }`")
            }
            return
        }
        if ancestors(of: itsParent).contains(where: { $0.name.text == node.name.text }) {
            diagnostics.report(
                .classCycle, parent.span, "class `\(node.name.text)` is a class of itself",
                mend: "leave one of the classes between them without `is`")
        }
    }

    /// A class and those that it is, the most general first.
    func ancestors(of node: Syntax.Class) -> [Syntax.Class] {
        var line = [node]
        while let parent = line[0].parent,
            let next = syntax.classes.first(where: { $0.name.text == parent.text }),
            !line.contains(where: { $0.name.text == next.name.text })
        {
            line.insert(next, at: 0)
        }
        return line
    }

    /// All members of a line of classes, those of the most general first. What one of them generates of what another one
    /// requires is no member of its own.
    static func members(of line: [Syntax.Class]) -> [Syntax.Member] {
        var members: [Syntax.Member] = []
        var required: Set<String> = []
        for node in line {
            let generated = Set(node.functions.map(\.member.name.text))
            members += node.members.filter {
                !generated.contains($0.name.text) || required.remove($0.name.text) == nil
            }
            required.formUnion(node.members.map(\.name.text).filter { !generated.contains($0) })
        }
        return members
    }

    /// Checks that each member of a class stands once, and that it generates what others require as they do.
    private mutating func checkMembers(_ node: Syntax.Class) {
        let line = ancestors(of: node)
        let members = Self.members(of: line)
        reportDuplicates(members.map(\.name), "class `\(node.name.text)`")
        for function in node.functions where !line.contains(where: \.isBroken) {
            guard let member = members.first(where: { $0.name.text == function.member.name.text }) else { continue }
            checkEqual(function.member, member, of: node)
        }
    }

    // MARK: Devices

    private mutating func checkDevice(_ node: Syntax.Device) -> CheckedAtlas.Device {
        var device = CheckedAtlas.Device(name: node.name, itsClass: 0)
        checkMatches(node, &device)
        checkLimits(node)
        let isOwn = { (name: Syntax.Name) in !node.inherited.contains(name.text) }
        reportDuplicates(Self.names(of: node).filter(isOwn), "device `\(node.name.text)`")
        let functionNames = node.functions.map(\.member.name).filter(isOwn)
        reportDuplicates(functionNames, "the functions of device `\(node.name.text)`")
        checkWindows(node)
        for window in node.windows {
            device.windows.append(checkPlaces(window))
        }
        checkRegisters(node, &device)
        startStage(device)
        requireFacts(node)
        let node = withSizes(node)
        checkMemories(node, &device)
        checkTellers(node)
        var functions = node.functions
        if let index = syntax.classes.firstIndex(where: { $0.name.text == node.parent.text }) {
            device.itsClass = index
            let line = ancestors(of: syntax.classes[index])
            checkContract(node, line)
            functions = ordered(functions + line.flatMap(\.functions), Self.members(of: line))
        } else if !syntax.isBroken, !syntax.devices.contains(where: { $0.name.text == node.parent.text }) {
            reportUnknown(
                "class or device", node.parent,
                among: (syntax.classes.map(\.name) + syntax.devices.map(\.name)).map(\.text),
                mend: "declare `class \(node.parent.text) 1 { … }`")
        }
        for function in functions {
            let checkedFunction = checkFunction(function, of: node)
            device.functions.append(checkedFunction)
        }
        reportUnused(node)
        device.stage = stage
        checkCapacity(of: device, node)
        return device
    }

    /// The functions in the order in which their classes name them.
    private func ordered(_ functions: [Syntax.Function], _ members: [Syntax.Member]) -> [Syntax.Function] {
        let names = members.map(\.name.text)
        return names.compactMap { name in functions.first { $0.member.name.text == name } }
            + functions.filter { !names.contains($0.member.name.text) }
    }

    /// Everything that functions of a device may name.
    static func names(of node: Syntax.Device) -> [Syntax.Name] {
        node.windows.map(\.name) + node.indirectWindows.map(\.name) + node.mailboxes.map(\.name)
            + node.registers.map(\.name) + node.layouts.map(\.name) + node.rings.map(\.name)
            + node.pools.map(\.name) + node.memories.map(\.name) + node.freePools.map(\.name)
            + node.states.map(\.name) + node.definitions.map(\.name) + node.routines.map(\.name)
            + node.facts.map(\.name) + node.tables.map(\.name) + node.probes.map(\.name)
    }

    private mutating func reportUnused(_ node: Syntax.Device) {
        guard !node.isBroken, rings.count == node.rings.count, !lacksMemory else { return }
        // What is inherited is the concern of the device that it is inherited from.
        if !resetsState, let first = (node.rings.map(\.name) + node.states.map(\.name)).first {
            diagnostics.report(
                .stateNotReset, first.span, "no function gives `\(first.text)` its first state",
                mend: "write `reset state` in the function that brings the device up")
        }
        let names =
            node.rings.map(\.name) + node.memories.map(\.name) + node.freePools.map(\.name) + node.states.map(\.name)
            + node.definitions.map(\.name) + node.routines.map(\.name) + node.mailboxes.map(\.name)
            + node.facts.map(\.name) + node.tables.map(\.name) + node.probes.map(\.name)
        for name in names where !usedNames.contains(name.text) && !node.inherited.contains(name.text) {
            diagnostics.report(
                .unusedName, name.span, "`\(name.text)` is never used",
                mend: "use it or take it out: nothing would be generated for it")
        }
        for name in node.facts.map(\.name) + node.tables.map(\.name) where isUsed[name.span] != true {
            isUsed[name.span] = usedNames.contains(name.text)
        }
    }

    /// Reports what a class gives its devices and none of them uses. What only devices override is not looked at.
    private mutating func reportUnusedOfClasses() {
        for node in syntax.classes {
            for name in node.facts.map(\.name) + node.tables.map(\.name) where isUsed[name.span] == false {
                diagnostics.report(
                    .unusedName, name.span, "no device of class `\(node.name.text)` uses `\(name.text)`",
                    mend: "use it or take it out: nothing would be generated for it")
            }
        }
    }

    private mutating func checkLimits(_ node: Syntax.Device) {
        reportExcess(
            node.windows.map(\.name), "windows", limit: MetabinaryLimit.windowCount,
            mend: "a function has six base address registers: describe each once")
    }

    private mutating func checkMatches(_ node: Syntax.Device, _ device: inout CheckedAtlas.Device) {
        let form = "write `match pci vendor NUMBER device NUMBER`"
        if node.matches.isEmpty, !node.isBroken {
            diagnostics.report(
                .emptyMatch, node.name.span, "device `\(node.name.text)` matches no function", mend: form)
        }
        for match in node.matches {
            if match.classCode.count == 3 {
                device.classMatches.append(match.classCode.reduce(0) { $0 << 8 | UInt32($1.value ?? 0) })
                continue
            }
            if match.devices.isEmpty {
                diagnostics.report(.emptyMatch, match.span, "the match names no device ID", mend: form)
            }
            for number in match.devices {
                device.matches.append((UInt16(match.vendor.value ?? 0), UInt16(number.value ?? 0)))
            }
        }
        if device.matches.count + device.classMatches.count > MetabinaryLimit.matchCount {
            diagnostics.report(
                .limitExceeded, node.name.span,
                "\(device.matches.count + device.classMatches.count) matches; \(MetabinaryLimit.matchCount) is the most",
                mend: "split the description")
        }
    }

    private mutating func reportEqualMatches() {
        var seen: [UInt64: (device: String, span: SourceSpan)] = [:]
        for device in syntax.devices {
            for match in device.matches {
                for (key, span) in Self.keys(of: match) {
                    if let first = seen[key] {
                        diagnostics.report(
                            .equalMatches, span,
                            first.device == device.name.text
                                ? "`\(device.name.text)` matches the same function twice"
                                : "`\(first.device)` and `\(device.name.text)` match the same function",
                            mend: "leave it to one of them; the first stands at \(place(first.span))")
                    } else {
                        seen[key] = (device.name.text, span)
                    }
                }
            }
        }
    }

    /// What a match covers, as numbers that no other kind of match has.
    private static func keys(of match: Syntax.Match) -> [(UInt64, SourceSpan)] {
        if match.classCode.count == 3 {
            let code = match.classCode.reduce(UInt64(0)) { $0 << 8 | ($1.value ?? 0) }
            return match.classCode.allSatisfy { $0.value != nil } ? [(1 << 32 | code, match.span)] : []
        }
        return match.devices.compactMap { number in
            guard let vendor = match.vendor.value, let identifier = number.value else { return nil }
            return (vendor << 16 | identifier, number.span)
        }
    }
}
