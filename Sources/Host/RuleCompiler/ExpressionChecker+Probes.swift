// Checks what a probe may not do: it runs once, before the device has its memories, to find out a fact.

/// What a probe knows besides the names of its device.
struct ProbeScope {
    var purity: Syntax.Purity
    /// Registers that it may write and puts back, with the places of what was read of them.
    var restored: [(register: Register, place: Int)] = []

    func restores(_ name: String) -> Bool { restored.contains { $0.register.name.text == name } }
}

extension ExpressionChecker {
    /// Reports what a probe may not write; true if it may.
    func mayWrite(_ register: Register, _ span: SourceSpan) -> Bool {
        guard let probe, probe.purity == .resets || !probe.restores(register.name.text) else { return true }
        switch probe.purity {
        case .resets: return !takesMemory(register, span)
        case .restores: report(.probeDoesNotRestore, span, register.name)
        case .reads: report(.probeOnlyReads, span, register.name)
        }
        return false
    }

    /// Reports an access by way of others in a probe that may not write the one that takes the number.
    func checkSelection(of register: Register, _ span: SourceSpan) {
        guard let probe, probe.purity != .resets,
            let select = registers.manners[register.name.text]?.selection?.register, !probe.restores(select)
        else { return }
        report(.probeSelects, span, register.name, select)
    }

    /// Reports a register that tells the device where memory is, or of buffers.
    func takesMemory(_ register: Register, _ span: SourceSpan) -> Bool {
        let device = names.device
        let ofRings = device.rings.flatMap { [$0.base?.low, $0.base?.high, $0.bytes] }
        let ofMemories = device.memories.flatMap { [$0.base?.low, $0.base?.high, $0.bytes] }
        guard register.role != nil || (ofRings + ofMemories).contains(where: { $0?.text == register.name.text })
        else { return false }
        report(.probeTellsOfMemory, span, register.name)
        return true
    }

    /// Reports a statement that needs memory, in a probe, which has none.
    func checkMemory(_ span: SourceSpan) {
        guard probe != nil else { return }
        report(.probeHasNoMemory, span)
    }
}
