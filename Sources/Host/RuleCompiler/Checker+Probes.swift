// Checks probes: functions that run once, before the device has its memories, to find out a fact. What a probe may do to the
// device is declared; one that restores reads its registers first and writes them back on every way out.

import Metabinary

/// What stands in sight of a probe besides the names of its device.
struct ProbeScope {
    var purity: Syntax.Purity
    /// Registers that it may write and puts back, with the places of what was read of them.
    var restored: [(register: Syntax.Register, place: Int)] = []
}

extension Checker {
    /// What a probe finds out, as a fact; `nil` where it cannot be read.
    mutating func check(_ node: Syntax.Probe, _ device: Syntax.Device) -> TypedValue? {
        let member = node.function.member
        var function = CheckedAtlas.Function(name: node.name, resultName: node.name.text, resultBitCount: 33)
        var scope = Scope(device: device, member: member)
        var probe = ProbeScope(purity: node.purity)
        var registers: [(window: Int, index: Int)] = []
        let outer = openProbe
        openProbe = probe
        for name in node.registers {
            guard let register = restored(name, device), let target = target(of: register) else { continue }
            function.statements += steps(before: register, name.span)
            guard let value = load(register, at: nil, name.span) else { continue }
            pending = PendingAccesses()
            registers.append((target.window, target.index))
            function.statements.append(.value(value.expression))
            probe.restored.append((register, scope.push(nil, value)))
            openProbe = probe
        }
        reportDuplicates(node.registers, "what probe `\(node.name.text)` restores")
        scope.probe = probe
        let (code, returns) = check(node.function.statements, &scope)
        openProbe = outer
        function.statements += code
        leave(to: 0, &scope)
        if !returns, !device.isBroken {
            diagnostics.report(
                .missingReturn, node.function.closingBrace, "probe `\(node.name.text)` ends without an answer",
                mend: "end it with `return VALUE`, or with `fail`")
        }
        if usesChoice {
            diagnostics.report(
                .misusedProbe, node.name.span, "probe `\(node.name.text)` depends on a choice",
                mend: "a probe runs before alternatives are tried: let it use numbers and facts alone")
        }
        if node.purity == .resets, !device.functions.contains(where: { Self.resets($0.statements) }), !device.isBroken {
            diagnostics.report(
                .misusedProbe, node.name.span,
                "probe `\(node.name.text)` leaves the device in any state, and nothing brings it up",
                mend: "write `reset state` in the function that brings the device up, or `restores` here")
        }
        if stage.probes.count >= MetabinaryLimit.probeCount {
            diagnostics.report(
                .limitExceeded, node.name.span, "more than \(MetabinaryLimit.probeCount) probes",
                mend: "ask for several things at once: a fact takes the bits of what a probe found out apart")
        }
        stage.probes.append(
            CheckedAtlas.Probe(
                function: function, purity: ProbeDescription.Purity(node.purity), assumed: node.assumed?.value,
                registers: registers))
        return addFact(of: stage.probes.count - 1, node.name, node.bitCount)
    }

    /// A register that can be put back: what is written of it is what is read.
    private mutating func restored(_ name: Syntax.Name, _ device: Syntax.Device) -> Syntax.Register? {
        guard let register = device.registers.first(where: { $0.name.text == name.text }) else {
            if !device.isBroken {
                reportUnknown(
                    "register", name, among: device.registers.map(\.name.text),
                    mend: "name a register of the device that the probe puts back")
            }
            return nil
        }
        guard register.isReadable, register.isWritable, !register.clearsWritten, register.count == nil else {
            diagnostics.report(
                .misusedProbe, name.span, "register `\(name.text)` cannot be put back",
                mend: "name one that is `rw` and no array; or say that the probe `resets`")
            return nil
        }
        guard !Self.tells(register, device) else {
            diagnostics.report(
                .impureProbe, name.span, "`\(name.text)` tells the device of memory, and a probe has none",
                mend: "leave it to the functions: a probe runs before memories are placed")
            return nil
        }
        return register
    }

    /// Whether some of the statements give states their first values.
    private static func resets(_ nodes: [Syntax.Statement]) -> Bool {
        nodes.contains { if case .resetState = $0 { true } else { false } }
    }

    // MARK: Statements

    /// Reports what a probe may not do; true if it may.
    mutating func mayWrite(_ register: Syntax.Register, _ span: SourceSpan, _ scope: Scope) -> Bool {
        guard let probe = scope.probe else { return true }
        switch probe.purity {
        case .resets where !Self.tells(register, scope.device): return true
        case .resets:
            diagnostics.report(
                .impureProbe, span, "`\(register.name.text)` tells the device of memory, and a probe has none",
                mend: "leave it to the functions: a probe runs before memories are placed")
            return false
        case .restores where probe.restored.contains(where: { $0.register.name.text == register.name.text }):
            return true
        case .restores:
            diagnostics.report(
                .impureProbe, span, "the probe writes `\(register.name.text)` and does not put it back",
                mend: "name it behind `restores`, or say that the probe `resets`")
        case .reads:
            diagnostics.report(
                .impureProbe, span, "the probe `reads`, and here it writes",
                mend: "write `restores \(register.name.text)`, or `resets`")
        }
        return false
    }

    /// Reports an access by way of others in a probe that may not write the one that takes the number.
    mutating func checkSelection(of register: Syntax.Register, _ span: SourceSpan) {
        guard let probe = openProbe, probe.purity != .resets,
            let select = manners[register.name.text]?.selection?.register,
            !probe.restored.contains(where: { $0.register.name.text == select })
        else { return }
        diagnostics.report(
            .impureProbe, span,
            "to reach `\(register.name.text)`, `\(select)` is written, which the probe does not put back",
            mend: "name `\(select)` before it behind `restores`, or say that the probe `resets`")
    }

    /// Whether a register tells the device where memory is, or of buffers.
    private static func tells(_ register: Syntax.Register, _ device: Syntax.Device) -> Bool {
        let ofRings = device.rings.flatMap { [$0.base?.low, $0.base?.high, $0.bytes] }
        let ofMemories = device.memories.flatMap { [$0.base?.low, $0.base?.high, $0.bytes] }
        return register.telling != nil || (ofRings + ofMemories).contains { $0?.text == register.name.text }
    }

    /// Reports a statement that needs memory, in a probe, which has none.
    mutating func checkMemory(_ span: SourceSpan, _ scope: Scope) {
        guard scope.probe != nil else { return }
        diagnostics.report(
            .impureProbe, span, "a probe has no rings, no buffers and no state",
            mend: "use registers alone: it runs before the sizes of memories are known")
    }

    /// `fail`: the probe has no answer.
    mutating func checkFail(_ span: SourceSpan, _ scope: inout Scope, _ code: inout [Checked]) {
        guard scope.probe != nil else {
            diagnostics.report(
                .misusedProbe, span, "only a probe can fail",
                mend: "return one of the outcomes of `\(scope.member.name.text)`")
            return
        }
        leaveProbe(number(ProbeDescription.failure, span), span, &scope, &code)
    }

    /// `return VALUE` in a probe.
    mutating func checkAnswer(
        _ span: SourceSpan, _ node: Syntax.Expression?, _ scope: inout Scope, _ code: inout [Checked]
    ) {
        guard let node, case .value(_, let bitCount) = scope.member.result, let bitCount else {
            diagnostics.report(
                .wrongOutcome, span, "the probe gives no answer", mend: "write `return VALUE`, or `fail`")
            return
        }
        guard let value = check(node, &scope) else { return }
        guard value.bitCount <= bitCount else {
            diagnostics.report(
                .valueTooWide, node.span, "the value may need \(value.bitCount) bits, the probe has \(bitCount)",
                mend: "keep a part of it by `&`, or give the probe a wider type")
            return
        }
        leaveProbe(value.converted(to: 64).expression, span, &scope, &code)
    }

    /// Puts registers back, the last one first, and returns what was computed before.
    private mutating func leaveProbe(
        _ result: Expression, _ span: SourceSpan, _ scope: inout Scope, _ code: inout [Checked]
    ) {
        let restored = scope.probe?.restored ?? []
        guard !restored.isEmpty else { return code.append(.returnValue(result, span)) }
        code.append(.value(result))
        let place = scope.push(nil, nil)
        for (register, saved) in restored.reversed() {
            guard let target = target(of: register) else { continue }
            code += steps(before: register, span)
            code.append(
                .store(.register(window: target.window, target.index), index: nil, Scope.local(saved, span), span))
        }
        code.append(.returnValue(Scope.local(place, span), span))
    }
}

extension ProbeDescription.Purity {
    fileprivate init(_ purity: Syntax.Purity) {
        switch purity {
        case .reads: self = .reads
        case .restores: self = .restores
        case .resets: self = .resets
        }
    }
}
