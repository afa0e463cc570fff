// Checks the syntax tree and turns it into the checked one: what classes and devices are to each other here, each device by
// a checker of its own.

import Metabinary

/// Checker of one run.
struct AtlasChecker: Reporting {
    let diagnostics: DiagnosticCollector
    /// The declarations; after the first steps derived devices have what they inherit, and a class comes after the one that
    /// it is.
    private var syntax: Syntax.Atlas
    /// Whether some device uses each fact and table of a class, of those whose devices are whole.
    private var isUsed: [SourceSpan: Bool] = [:]
    private let prelude = RingPrelude()

    private init(_ syntax: Syntax.Atlas, _ diagnostics: DiagnosticCollector) {
        self.syntax = syntax
        self.diagnostics = diagnostics
    }

    /// The checked rules; they mean something only if no diagnostic was reported.
    static func check(_ syntax: Syntax.Atlas, _ diagnostics: DiagnosticCollector) -> CheckedAtlas {
        ImportChecker(syntax: syntax, diagnostics: diagnostics).check()
        var checker = AtlasChecker(syntax, diagnostics)
        checker.checkNames()
        var derivation = Derivation(syntax, diagnostics)
        checker.syntax.devices = derivation.derivedDevices()
        for node in syntax.classes { checker.checkParent(node) }
        let classes = syntax.classes.enumerated().map { (syntax.line(of: $1).count, $0) }
        checker.syntax.classes = classes.sorted(by: <).map { syntax.classes[$1] }
        return checker.check()
    }

    private func checkNames() {
        reportDuplicates(syntax.classes.names + syntax.devices.names, "the atlas")
        reportExcess(syntax.classes.names, "classes", limit: MetabinaryLimit.classCount, "join classes that are alike")
        reportExcess(
            syntax.devices.names, "devices", limit: MetabinaryLimit.deviceCount, "build an atlas for fewer families")
        var seen: [UInt64: (device: Name, span: SourceSpan)] = [:]
        for device in syntax.devices {
            for (key, span) in device.matches.flatMap(\.keys) {
                guard let first = seen[key] else {
                    seen[key] = (device.name, span)
                    continue
                }
                report(
                    first.device.text == device.name.text ? .matchedTwice : .matchedByTwo, span, device.name,
                    first.span, first.device)
            }
        }
    }

    private mutating func check() -> CheckedAtlas {
        var checked = CheckedAtlas()
        let contracts = ContractChecker(diagnostics: diagnostics)
        for node in syntax.classes {
            contracts.checkMembers(node, syntax.line(of: node))
            checked.classes.append(
                ClassDescription(
                    name: node.name.bytes, version: UInt8(node.version.value ?? 0),
                    parent: syntax.classes.firstIndex { $0.name.text == node.parent?.text }))
        }
        for node in syntax.devices { checked.devices.append(check(node, among: checked.classes)) }
        reportUnusedOfClasses()
        return checked
    }

    // MARK: Classes

    private func checkParent(_ node: Syntax.Class) {
        guard let parent = node.parent else { return }
        guard let itsParent = syntax.classes.named(parent) else {
            if !syntax.isBroken {
                reportUnknown(
                    "class", parent, among: syntax.classes.names.map(\.text), "declare `class \(parent.text) 1 { … }`")
            }
            return
        }
        report(if: syntax.line(of: itsParent).has(node.name), .classOfItself, parent.span, node.name)
    }

    /// Reports what a class gives its devices and none of them uses. What only devices override is not looked at.
    private func reportUnusedOfClasses() {
        for node in syntax.classes {
            for name in node.facts.names + node.tables.names where isUsed[name.span] == false {
                report(.unusedByDevices, name.span, node.name, name)
            }
        }
    }

    // MARK: Devices

    private mutating func check(_ node: Device, among classes: [ClassDescription]) -> CheckedAtlas.Device {
        let index = syntax.classes.firstIndex { $0.name.text == node.parent.text }
        if index == nil, !syntax.isBroken, !syntax.devices.has(node.parent) {
            reportUnknown(
                "class or device", node.parent, among: (syntax.classes.names + syntax.devices.names).map(\.text),
                "declare `class \(node.parent.text) 1 { … }`")
        }
        let line = index.map { syntax.line(of: syntax.classes[$0]) } ?? []
        var node = node
        // Of what an unknown class asks and gives, nothing is known.
        if line.first.map({ $0.parent != nil }) ?? true { node.isBroken = true }
        let checker = DeviceChecker(node: node, line: line, diagnostics: diagnostics, prelude: prelude)
        let device = checker.check()
        if let index { device.description.itsClass = classes[index] }
        if checker.use.isWhole {
            for name in node.facts.names + node.tables.names where isUsed[name.span] != true {
                isUsed[name.span] = checker.use.contains(name)
            }
        }
        return device
    }
}

extension Syntax.Atlas {
    /// Names of the classes and devices that others are.
    var parents: [Syntax.Name] { classes.compactMap(\.parent) + devices.map(\.parent) }

    /// A class and those that it is, the most general first.
    func line(of node: Syntax.Class) -> [Syntax.Class] {
        var line = [node]
        while let parent = line[0].parent, let next = classes.named(parent), !line.has(next.name) {
            line.insert(next, at: 0)
        }
        return line
    }

    /// The classes that a device is of.
    func line(of device: Device) -> [Syntax.Class] { classes.named(device.parent).map(line) ?? [] }
}
