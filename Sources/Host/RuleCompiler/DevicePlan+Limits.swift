// Checks what would be refused on every machine: two windows for one range, a device that is told of more bytes than a
// buffer has, or of a ring where none is. The generator and the verifier ask the same; here the rule is told, with its
// line, before any machine is known.

extension DevicePlan {
    /// Reports windows that are what another window is.
    func checkWindows(_ node: Device) {
        var seen: [String: Name] = [:]
        for window in node.windows {
            guard let place = Self.place(of: window) else { continue }
            if let first = seen[place] { report(.windowTwice, window.name.span, first, window.name, place, first.span) }
            seen[place] = seen[place] ?? window.name
        }
    }

    /// What the first place of a window names.
    private static func place(of window: Syntax.Window) -> String? {
        if let bar = window.bar?.value { return "base address register \(bar)" }
        if let configuration = window.configuration { return place(of: configuration) }
        guard let locator = window.locator, let identifier = locator.identifier.value,
            let offset = locator.mark.offset.value, let mark = locator.markValue.value
        else { return nil }
        return "the capability \(identifier) whose byte \(offset) is \(mark)"
    }

    private static func place(of configuration: Syntax.Configuration) -> String? {
        guard let identifier = configuration.identifier else { return "configuration space" }
        guard let number = identifier.value else { return nil }
        let capability = "capability \(number) in configuration space"
        guard let mark = configuration.mark else { return capability }
        guard let offset = mark.part.offset.value, let value = mark.value.value else { return nil }
        return "\(capability) whose byte \(offset) is \(value)"
    }

    /// Reports a length that may exceed a buffer.
    func checkLength(_ value: TypedValue, _ plan: BufferPlan, _ span: SourceSpan) {
        // The fact that is the size of the buffers is no more than that, whatever it is.
        if let fact = value.fact, value.isStatic, fact == plan.sizes?.stride.fact { return }
        reportLength(value.most, plan, span)
    }

    /// Reports what a field of a layout is written of which the device takes some bits, or all, for a length.
    func checkLength(_ value: TypedValue, in field: LayoutField, _ plan: BufferPlan, _ span: SourceSpan) {
        guard field.meaning == .length else { return }
        guard field.told != nil || field.isNegative else { return checkLength(value, plan, span) }
        let bits = UInt64(field.bitCount)
        let (low, high) = field.told?.range(within: bits) ?? (0, bits - 1)
        guard value.isKnown, high - low < 63 else { return }
        let end: UInt64 = 1 << (high - low + 1)
        let part = value.number >> low & (end - 1)
        reportLength(field.isNegative ? end - part : part, plan, span)
    }

    private func reportLength(_ most: UInt64, _ plan: BufferPlan, _ span: SourceSpan) {
        let least = plan.sizes?.stride.numbers.low ?? plan.byteCount - plan.headByteCount
        guard most > least else { return }
        report(.lengthPastBuffer, span, most, plan.isOwned ? "a buffer" : "a record", plan.name, least)
    }

    /// Checks what `SIZE(VALUE)` puts into a field that tells how many bytes of a buffer count; no other field is looked at.
    func checkPartLength(_ value: TypedValue, in field: Field, _ span: SourceSpan, _ device: Device) -> Bool {
        let register = device.registers.first { $0.role?.field?.name.span == field.name.span }
        guard let role = register?.role, role.meaning == .length,
            let pool = role.targets.first.flatMap({ findBuffers($0) })
        else { return false }
        checkLength(value, buffers[pool], span)
        return true
    }

    /// Checks what a register is given of which some bits tell how many bytes of a buffer count.
    func checkRole(_ value: TypedValue, _ role: Syntax.Role?, _ span: SourceSpan) {
        guard let role, role.meaning == .length, let field = role.field, let low = field.low.value,
            let high = field.high.value, low <= high, high < 64,
            let pool = role.targets.first.flatMap({ findBuffers($0) })
        else { return }
        let bits = UInt64.max >> (63 - (high - low))
        reportLength(min(value.looseBits >> low & bits, value.most >> low), buffers[pool], span)
    }

    // MARK: Where memory is

    /// Reports registers that take where memory is and are written for something else too: as the head or the tail of a
    /// ring, or to reach registers behind them.
    func checkMemoryRegisters(_ node: Device) {
        let names = Set(memoryRegisters.filter { !$0.isPosition }.map(\.register.name.text))
        for taken in memoryRegisters where taken.isPosition {
            let isOfAnother = memoryRegisters.prefix { $0.memory.text != taken.memory.text }
                .contains { $0.isPosition && $0.register.name.text == taken.register.name.text }
            if isOfAnother || names.contains(taken.register.name.text) {
                report(.positionTellsOfMemory, taken.memory.span, taken.memory, taken.register.name)
            }
        }
        for name in node.indirectWindows.flatMap({ [$0.select, $0.data] }) where names.contains(name.text) {
            report(.selectorTellsOfMemory, name.span, name)
        }
    }

    /// Reports a write to a register that takes where memory is: only `start()` knows that.
    func checkMemoryRegister(_ name: Name, _ value: TypedValue, _ span: SourceSpan) {
        for taken in memoryRegisters where taken.register.name.text == name.text {
            switch taken.part {
            case .address: return report(.addressMisplaced, span, name, taken.memory)
            case .byteCount(let byteCount) where !value.isKnown || value.number != byteCount:
                return report(.sizeMisplaced, span, name, taken.memory, byteCount)
            case .byteCount, .position: continue
            }
        }
    }
}
