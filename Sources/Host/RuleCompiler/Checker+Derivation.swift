// Gives derived devices what they inherit: all declarations of the device that they are derived from but its matches,
// less those that they override. What comes out is a device like any other, whose declarations stand in several files.

extension Checker {
    /// All devices in their order, each with what it inherits, and with the states of its class.
    mutating func derivedDevices() -> [Syntax.Device] {
        var derived: [String: Syntax.Device] = [:]
        return syntax.devices.map { node in
            var device = derive(node, [], &derived)
            if let itsClass = syntax.classes.first(where: { $0.name.text == device.parent.text }) {
                let line = ancestors(of: itsClass)
                device.states += line.flatMap(\.states)
                let own = Set((device.facts.map(\.name) + device.tables.map(\.name)).map(\.text))
                device.inherited.formUnion(given(to: device).subtracting(own))
                device.facts = merged(device.facts, line.flatMap(\.facts), \.name, device)
                device.tables = merged(device.tables, line.flatMap(\.tables), \.name, device)
            }
            return device
        }
    }

    /// What a class gives a device, with what the device has of its own in its place.
    private mutating func merged<Node>(
        _ own: [Node], _ given: [Node], _ name: KeyPath<Node, Syntax.Name>, _ device: Syntax.Device
    ) -> [Node] {
        for node in own where !device.inherited.contains(node[keyPath: name].text) {
            let itsName = node[keyPath: name]
            guard let first = given.first(where: { $0[keyPath: name].text == itsName.text }),
                !device.overrides.contains(where: { $0.span == itsName.span })
            else { continue }
            diagnostics.report(
                .notOverridden, itsName.span, "the class of `\(device.name.text)` has a `\(itsName.text)` already",
                mend: "write `override` before it, or rename it; the other stands at "
                    + place(first[keyPath: name].span))
        }
        let names = Set(own.map { $0[keyPath: name].text })
        return given.filter { !names.contains($0[keyPath: name].text) } + own
    }

    /// Names of the facts and tables that the class of a device gives it.
    private func given(to device: Syntax.Device) -> Set<String> {
        guard let itsClass = syntax.classes.first(where: { $0.name.text == device.parent.text }) else { return [] }
        return Set(ancestors(of: itsClass).flatMap { $0.facts.map(\.name) + $0.tables.map(\.name) }.map(\.text))
    }

    /// A device with what it inherits.
    ///
    /// - Parameter heirs: the devices that are derived from it, the one that is asked for first.
    private mutating func derive(
        _ node: Syntax.Device, _ heirs: [String], _ derived: inout [String: Syntax.Device]
    ) -> Syntax.Device {
        if let known = derived[node.name.text], known.name.span == node.name.span { return known }
        var device = node
        let isOfClass = syntax.classes.contains { $0.name.text == node.parent.text }
        let base = isOfClass ? nil : syntax.devices.first { $0.name.text == node.parent.text }
        if let base, heirs.contains(base.name.text) || base.name.text == node.name.text {
            diagnostics.report(
                .deviceCycle, node.parent.span, "device `\(node.name.text)` is derived from itself",
                mend: "derive one of the devices between them from a class")
            // Nothing is known of what it would inherit.
            device.isBroken = true
        } else if let base, heirs.count < syntax.devices.count {
            inherit(derive(base, heirs + [node.name.text], &derived), &device)
        } else {
            let given = given(to: device)
            for name in node.overrides where !given.contains(name.text) {
                reportNoOverride(name, node, "is derived from no other")
            }
        }
        derived[node.name.text] = device
        return device
    }

    private mutating func inherit(_ base: Syntax.Device, _ device: inout Syntax.Device) {
        let own = Self.names(of: device)
        let ownFunctions = device.functions.map(\.member.name)
        device.isDerived = true
        device.isBroken = device.isBroken || base.isBroken
        device.parent = base.parent
        device.inherited = Set((Self.names(of: base) + base.functions.map(\.member.name)).map(\.text))
        let overrides = Set(device.overrides.map(\.span))
        var replaced: Set<SourceSpan> = []
        inherit(\.windows, \.name, base, overrides, &device, &replaced)
        inherit(\.indirectWindows, \.name, base, overrides, &device, &replaced)
        inherit(\.mailboxes, \.name, base, overrides, &device, &replaced)
        inherit(\.registers, \.name, base, overrides, &device, &replaced)
        inherit(\.layouts, \.name, base, overrides, &device, &replaced)
        inherit(\.rings, \.name, base, overrides, &device, &replaced)
        inherit(\.pools, \.name, base, overrides, &device, &replaced)
        inherit(\.memories, \.name, base, overrides, &device, &replaced)
        inherit(\.freePools, \.name, base, overrides, &device, &replaced)
        inherit(\.states, \.name, base, overrides, &device, &replaced)
        inherit(\.definitions, \.name, base, overrides, &device, &replaced)
        inherit(\.routines, \.name, base, overrides, &device, &replaced)
        inherit(\.facts, \.name, base, overrides, &device, &replaced)
        inherit(\.tables, \.name, base, overrides, &device, &replaced)
        inherit(\.probes, \.name, base, overrides, &device, &replaced)
        inherit(\.functions, \.member.name, base, overrides, &device, &replaced)
        let given = given(to: device)
        for name in device.overrides
        where !replaced.contains(name.span) && !base.isBroken && !given.contains(name.text) {
            reportNoOverride(name, device, "inherits nothing of that name and kind")
        }
        let inheritedNames = Self.names(of: base)
        let inheritedFunctions = base.functions.map(\.member.name)
        for (own, inherited) in [(own, inheritedNames), (ownFunctions, inheritedFunctions)] {
            for name in own where !overrides.contains(name.span) {
                guard let first = inherited.first(where: { $0.text == name.text }) else { continue }
                diagnostics.report(
                    .notOverridden, name.span, "device `\(device.name.text)` inherits a `\(name.text)` already",
                    mend: "write `override` before it, or rename it; the other stands at \(place(first.span))")
            }
        }
        device.inherited.subtract((own + ownFunctions).map(\.text))
    }

    /// Puts what a device inherits of one kind before what it declares itself. What overrides takes the place of what it
    /// overrides, so that the order of a device's parts does not change.
    private func inherit<Node>(
        _ list: WritableKeyPath<Syntax.Device, [Node]>, _ name: KeyPath<Node, Syntax.Name>, _ base: Syntax.Device,
        _ overrides: Set<SourceSpan>, _ device: inout Syntax.Device, _ replaced: inout Set<SourceSpan>
    ) {
        var nodes = base[keyPath: list]
        for node in device[keyPath: list] {
            let itsName = node[keyPath: name]
            if let index = nodes.firstIndex(where: { $0[keyPath: name].text == itsName.text }) {
                nodes[index] = node
                if overrides.contains(itsName.span) { replaced.insert(itsName.span) }
            } else {
                nodes.append(node)
            }
        }
        device[keyPath: list] = nodes
    }

    private mutating func reportNoOverride(_ name: Syntax.Name, _ device: Syntax.Device, _ why: String) {
        diagnostics.report(
            .overridesNothing, name.span, "`\(name.text)` overrides nothing: device `\(device.name.text)` \(why)",
            mend: "take `override` out, or correct the name")
    }
}
