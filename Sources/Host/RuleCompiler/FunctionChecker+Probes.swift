// Checks probes: one that restores reads its registers first and writes them back on every way out.

import Metabinary

extension FunctionChecker {
    /// A probe, checked.
    func checkProbe(_ node: Syntax.Probe) -> (CheckedAtlas.Function, ProbeDescription) {
        let device = names.device
        for name in node.registers { read(name) }
        reportDuplicates(node.registers, "what probe \(node.name) restores")
        let returns = check(node.function.statements)
        leave(to: 0)
        report(if: !returns && !device.isBroken, .probeWithoutAnswer, node.function.closingBrace, node.name)
        report(if: usesChoice, .probeDependsOnChoice, node.name.span, node.name)
        let resets = device.functions.contains {
            $0.statements.contains { if case .resetState = $0.kind { true } else { false } }
        }
        report(
            if: node.purity == .resets && !resets && !device.isBroken, .probeLeavesAnyState, node.name.span, node.name)
        let description = ProbeDescription()
        description.rule = diagnostics.rule(node.name, node.name.text, bitCount: 33)
        description.assumed = node.assumed?.value
        description.purity =
            switch node.purity {
            case .reads: .reads
            case .restores: .restores
            case .resets: .resets
            }
        let places = (probe?.restored ?? []).compactMap { registers.target(of: $0.register) }
        description.registers = places.compactMap {
            if case .register(let window, let index) = $0 { (window, index) } else { nil }
        }
        return (CheckedAtlas.Function(name: node.name, rule: description.rule, statements: code), description)
    }

    /// Reads a register that is put back: what is written of it is what is read.
    private func read(_ name: Name) {
        guard let register = names.register(name, "name a register of the device that the probe puts back") else {
            return
        }
        guard register.isReadable, register.isWritable, !register.clearsWritten, register.count == nil,
            register.premises.isEmpty
        else {
            return report(.registerNotRestorable, name.span, name)
        }
        guard !takesMemory(register, name.span) else { return }
        pending = PendingAccesses()
        guard let value = load(register, at: nil, name.span) else { return }
        code += pending.before
        pending = PendingAccesses()
        code.append(.value(value.expression))
        probe?.restored.append((register, scope.push(nil, value)))
    }

    /// `fail`: the probe has no answer.
    func checkFail(_ span: SourceSpan) {
        guard probe != nil else { return report(.onlyProbesFail, span, member.name) }
        leaveProbe(.number(ProbeDescription.failure, span), span)
    }

    /// `return VALUE` in a probe.
    func checkAnswer(_ span: SourceSpan, _ node: Node?) {
        guard let node, case .value(_, let bitCount) = member.result, let bitCount else {
            return report(.missingAnswer, span)
        }
        guard let value = check(node) else { return }
        guard value.bitCount <= bitCount else { return report(.answerTooWide, node.span, value.bitCount, bitCount) }
        leaveProbe(value.converted(to: 64).expression, span)
    }

    /// Puts registers back, the last one first, and returns what was computed before.
    private func leaveProbe(_ result: Expression, _ span: SourceSpan) {
        let restored = probe?.restored ?? []
        guard !restored.isEmpty else { return code.append(.returnValue(result, span)) }
        let place = add(result)
        for (register, saved) in restored.reversed() {
            guard let target = registers.target(of: register) else { continue }
            code += registers.steps(before: register, span)
            code.append(.store(target, index: nil, .local(saved, span), span))
        }
        code.append(.returnValue(.local(place, span), span))
    }
}
