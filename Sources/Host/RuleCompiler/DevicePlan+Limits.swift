// Checks what would be refused on every machine: two windows for one range, a device that is told of more bytes than a
// buffer has, or of a ring where none is. The generator and the verifier ask the same; here the rule is told, with its
// line, before any machine is known.

extension DevicePlan {
    /// Reports windows that stand for what another window stands for.
    func checkWindows(_ node: Syntax.Device) {
        var seen: [String: Syntax.Name] = [:]
        for window in node.windows {
            guard let place = Self.place(of: window) else { continue }
            if let first = seen[place] {
                diagnostics.report(
                    .windowTwice, window.name.span,
                    "windows `\(first.text)` and `\(window.name.text)` both stand for \(place)",
                    mend: "declare all its registers in `\(first.text)`, at \(self.place(first.span))")
            }
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
        let stride = rings.first { $0.pool == plan.region }?.sizes.stride
        if let fact = value.fact, value.isStatic, fact == stride?.fact { return }
        reportLength(value.most, plan, span)
    }

    private func reportLength(_ most: UInt64, _ plan: BufferPlan, _ span: SourceSpan) {
        let stride = rings.first { $0.pool == plan.region }?.sizes.stride.numbers.low
        let least = stride ?? plan.byteCount - plan.headByteCount
        report(
            if: most > least, .lengthPastBuffer, span,
            "the length may be \(most), \(plan.isOwned ? "a buffer" : "a record") of `\(plan.name.text)` has "
                + "\(least) bytes",
            "bound it by `in LOW…HIGH` or by `&`, or make the buffers larger")
    }

    /// Checks what `SIZE(VALUE)` puts into a field that tells how many bytes of a buffer count; no other field is looked at.
    func checkToldLength(
        _ value: TypedValue, in field: Syntax.Field, _ span: SourceSpan, _ device: Syntax.Device
    ) -> Bool {
        let register = device.registers.first { $0.telling?.field?.name.span == field.name.span }
        guard let telling = register?.telling, telling.meaning == .length,
            let pool = telling.targets.first.flatMap({ findBuffers($0) })
        else {
            return false
        }
        checkLength(value, buffers[pool], span)
        return true
    }

    /// Checks what a register is given of which some bits tell how many bytes of a buffer count.
    func checkTold(_ value: TypedValue, _ telling: Syntax.Telling?, _ span: SourceSpan) {
        guard let telling, telling.meaning == .length, let field = telling.field, let low = field.low.value,
            let high = field.high.value, low <= high, high < 64,
            let pool = telling.targets.first.flatMap({ findBuffers($0) })
        else { return }
        let bits = UInt64.max >> (63 - (high - low))
        reportLength(min(value.looseBits >> low & bits, value.most >> low), buffers[pool], span)
    }

    // MARK: Where memory stands

    /// A register that tells the device of shared memory, of which, and of how many bytes at most; `nil` for an address.
    var tellers: [(register: Register, memory: String, byteCount: UInt64?)] {
        let ofRings = rings.flatMap { ring in
            [
                (ring.registers.low, nil), (ring.registers.high, nil),
                (ring.registers.bytes, ring.sizes.byteCount.numbers.low),
            ].map { ($0, ring.name.text, $1) }
        }
        let ofMemories = memories.flatMap { memory in
            [
                (memory.registers.low, nil), (memory.registers.high, nil),
                (memory.registers.bytes, memory.count * memory.recordByteCount),
            ].compactMap { register, byteCount in register.map { ($0, memory.name.text, byteCount) } }
        }
        return ofRings + ofMemories
    }

    /// Reports registers that tell the device where memory is and are written for something else too: as the head or the
    /// tail of a ring, or to reach registers behind them.
    func checkTellers(_ node: Syntax.Device) {
        let names = Set(tellers.map(\.register.name.text))
        var moving = names
        for ring in rings {
            let parts = Set([ring.registers.head, ring.registers.tail].map(\.name.text))
            for part in parts.intersection(moving).sorted() {
                report(
                    .incompleteRing, ring.name.span,
                    "\(ring.name) moves by `\(part)`, which tells where memory stands, or moves another ring",
                    "name the register of its head or its tail")
            }
            moving.formUnion(parts)
        }
        for name in node.indirectWindows.flatMap({ [$0.select, $0.data] }) where names.contains(name.text) {
            report(
                .wrongIndirection, name.span, "\(name) tells the device where memory stands",
                "name a register that takes the number and one that holds the value")
        }
    }

    /// Reports a write to a register that tells the device where memory is: only `start()` knows that.
    func checkTeller(_ name: Syntax.Name, _ value: TypedValue, _ span: SourceSpan) {
        for (register, memory, byteCount) in tellers
        where register.name.text == name.text && byteCount.map({ !value.isKnown || value.number != $0 }) ?? true {
            let what = byteCount.map { "of the \($0) bytes of `\(memory)`" } ?? "where `\(memory)` stands"
            return report(.memoryMisplaced, span, "\(name) tells the device \(what)", "write `\(memory).start()`")
        }
    }
}
