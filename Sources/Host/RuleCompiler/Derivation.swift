// Gives derived devices what they inherit: all declarations of the device that they are derived from but its matches,
// less those that they override. What comes out is a device like any other, whose declarations are in several files.

/// What devices inherit, of one another and of their classes.
struct Derivation: Reporting {
    let diagnostics: DiagnosticCollector
    private let syntax: Syntax.Atlas
    private var derived: [String: Device] = [:]

    init(_ syntax: Syntax.Atlas, _ diagnostics: DiagnosticCollector) {
        self.syntax = syntax
        self.diagnostics = diagnostics
    }

    /// All devices in their order, each with what it inherits, and with the states of its class.
    mutating func derivedDevices() -> [Device] {
        syntax.devices.map { node in
            var device = derive(node, [])
            let line = syntax.line(of: device)
            guard !line.isEmpty else { return device }
            device.states += line.flatMap(\.states)
            let own = Set((device.facts.names + device.tables.names).map(\.text))
            device.inherited.formUnion(given(to: device).subtracting(own))
            device.facts = merged(device.facts, line.flatMap(\.facts), device)
            device.tables = merged(device.tables, line.flatMap(\.tables), device)
            return device
        }
    }

    /// What a class gives a device, with what the device has of its own in its place.
    private func merged<Node: Named>(_ own: [Node], _ given: [Node], _ device: Device) -> [Node] {
        for name in own.names where !device.inherited.contains(name.text) {
            guard let first = given.named(name), !device.overrides.contains(where: { $0.span == name.span }) else {
                continue
            }
            report(.inClassAlready, name.span, device.name, name, first.name.span)
        }
        return given.filter { !own.has($0.name) } + own
    }

    /// Names of the facts and tables that the class of a device gives it.
    private func given(to device: Device) -> Set<String> {
        Set(syntax.line(of: device).flatMap { $0.facts.names + $0.tables.names }.map(\.text))
    }

    /// A device with what it inherits.
    ///
    /// - Parameter heirs: the devices that are derived from it, the one that is asked for first.
    private mutating func derive(_ node: Device, _ heirs: [String]) -> Device {
        if let known = derived[node.name.text], known.name.span == node.name.span { return known }
        var device = node
        let base = syntax.classes.has(node.parent) ? nil : syntax.devices.named(node.parent)
        if let base, heirs.contains(base.name.text) || base.name.text == node.name.text {
            report(.derivedFromItself, node.parent.span, node.name)
            // Nothing is known of what it would inherit.
            device.isBroken = true
        } else if let base, heirs.count < syntax.devices.count {
            inherit(derive(base, heirs + [node.name.text]), &device)
        } else {
            let given = given(to: device)
            for name in node.overrides where !given.contains(name.text) {
                report(.overridesNothing, name.span, name, node.name, "is derived from no other", "")
            }
        }
        derived[node.name.text] = device
        return device
    }

    private func inherit(_ base: Device, _ device: inout Device) {
        let own = [DeviceNames.all(of: device), device.functions.names]
        let others = [DeviceNames.all(of: base), base.functions.names]
        device.isDerived = true
        device.isBroken = device.isBroken || base.isBroken
        device.parent = base.parent
        var replaced = DeclarationKind.all.flatMap { $0.inherit(base, &device) }
        replaced += DeclarationKind(\.functions) { _ in .routine }.inherit(base, &device)
        let given = given(to: device)
        for name in device.overrides
        where !replaced.contains(where: { $0.span == name.span }) && !base.isBroken && !given.contains(name.text) {
            let nearest = NameDistance.nearest(to: name.text, among: others.joined().map(\.text))
            report(
                .overridesNothing, name.span, name, device.name, "inherits nothing of that name and kind",
                nearest.map { ": write `\($0)`, if that is meant" } ?? "")
        }
        let overrides = Set(device.overrides.map(\.span))
        for (own, others) in zip(own, others) {
            for name in own where !overrides.contains(name.span) {
                guard let first = others.first(where: { $0.text == name.text }) else { continue }
                report(.inheritedAlready, name.span, device.name, name, first.span)
            }
        }
        device.inherited = Set(others.joined().map(\.text)).subtracting(own.joined().map(\.text))
    }
}
