// Checks what the text says may be written to registers, fields and bits, and the numbers that rules write there. What is
// known only while the code runs is for the verifier to prove, as `DryRun` has it do.

import Metabinary

extension DevicePlan {
    // MARK: Declarations

    /// Checks what a register says may be written to it.
    func checkPermits(of register: Syntax.Register, _ node: Syntax.Device) {
        let stated = [register.allowed].compactMap { $0 } + register.fields.compactMap(\.allowed)
        guard let first = stated.first else { return }
        guard register.isWritable else {
            return report(permit: first.span, "nothing is ever written to `\(register.name.text)`, which is `ro`")
        }
        let isValue = stated.contains { $0.values != nil }
        if let data = registers.manners[register.name.text]?.selection?.data, isValue {
            return report(
                permit: first.span, "`\(register.name.text)` is reached by way of `\(data)`, which alone is held",
                "say it behind `\(data)`: `= … after` the number that selects")
        }
        if isTeller(register) {
            return report(permit: first.span, "what `\(register.name.text)` may be told is said by its memory")
        }
        checkPermits(register.allowed, register.fields, register.bitCount, register, isBig: false, node)
    }

    /// Checks what a field of a layout says may be written to it.
    func checkPermits(of field: Syntax.LayoutField, _ node: Syntax.Device) {
        let stated = [field.allowed].compactMap { $0 } + field.bits.compactMap(\.allowed)
        guard let first = stated.first else { return }
        guard field.writer != .device, field.meaning == nil else {
            return report(
                permit: first.span,
                field.meaning == nil
                    ? "only the device writes `\(field.name.text)`" : "`\(field.name.text)` is told of a buffer alone")
        }
        checkPermits(field.allowed, field.bits, field.bitCount, nil, isBig: field.isBig, node)
    }

    func report(permit span: SourceSpan, _ what: String, _ mend: String = "take it out") {
        diagnostics.report(.wrongPermit, span, what, mend: mend)
    }

    /// Whether a register takes where memory is, how much of it, or how far a ring is used.
    func isTeller(_ register: Syntax.Register) -> Bool {
        let moving = rings.flatMap { [$0.registers.head, $0.registers.tail] }
        return register.telling?.meaning == .address || (tellers.map(\.register) + moving).has(register.name)
    }

    private func checkPermits(
        _ allowed: Syntax.Allowed?, _ fields: [Syntax.Field], _ bitCount: UInt8, _ register: Syntax.Register?,
        isBig: Bool, _ node: Syntax.Device
    ) {
        if let allowed {
            check(allowed, 0, UInt64(bitCount), register, isBig ? bitCount : nil, node)
            if let field = fields.first(where: { $0.allowed != nil }), let span = field.allowed?.span {
                report(
                    permit: span, "what may stand in `\(field.name.text)` is said already, with what it is a part of")
            }
            return
        }
        for field in fields {
            guard let allowed = field.allowed, let low = field.low.value, let high = field.high.value, low <= high,
                high < UInt64(bitCount)
            else { continue }
            check(allowed, low, high - low + 1, register, isBig ? bitCount : nil, node)
        }
    }

    /// - Parameter big: bits of the field that these are of, where its highest byte comes first.
    private func check(
        _ allowed: Syntax.Allowed, _ low: UInt64, _ bitCount: UInt64, _ register: Syntax.Register?, _ big: UInt8?,
        _ node: Syntax.Device
    ) {
        guard let values = allowed.values else { return }
        if !values.contains(where: \.premises.isEmpty) {
            report(
                permit: allowed.span, "every value waits for something", "state what may always be written, such as 0")
        }
        let count = values.reduce(0) { $0 + Self.alternativeCount($1.premises) }
        report(
            if: count > MetabinaryLimit.allowedValueCount, .limitExceeded, allowed.span,
            "\(count) values; \(MetabinaryLimit.allowedValueCount) are the most",
            "join those beside one another by `…`")
        let mask = UInt64.max >> (64 - bitCount)
        for value in values {
            switch value.amount {
            case .range(let least, let most):
                guard let least = least.value, let most = most.value else { continue }
                if least > most {
                    report(
                        permit: value.span, "the values run from \(least) down to \(most)", "write the lower one first")
                } else if most > mask {
                    report(
                        permit: value.span, "\(most) needs more than \(bitCount) bits", "correct the value or the bits")
                } else if big != nil, low / 8 != (low + bitCount - 1) / 8, least != most,
                    least != 0 || most != mask
                        || low != 0 || bitCount != UInt64(big ?? 0)
                {
                    report(
                        permit: value.span, "no range of numbers can be held in bytes that are turned round",
                        "state single values, or `any`")
                }
            case .size(let name, _): checkSize(name, big, node)
            }
        }
        checkPremises(values, of: register, node)
    }

    func checkSize(_ name: Syntax.Name, _ big: UInt8?, _ node: Syntax.Device) {
        guard memorySizes[name.text] != nil else {
            return reportUnknown("memory", name, among: memorySizes.keys.sorted(), "name a ring, a pool or a memory")
        }
        if big != nil { report(permit: name.span, "a size is not turned round", "write the number") }
    }

    // MARK: Stores

    /// Checks what a register is written, as far as it is known.
    func checkAllowed(_ value: TypedValue, in register: Syntax.Register, _ span: SourceSpan) {
        guard isHeld(register) else { return }
        if let ring = rings.first(where: { $0.registers.head.name.text == register.name.text }) {
            return checkPosition(value, atMost: 0, of: ring, register, span)
        }
        if let ring = rings.first(where: { $0.registers.tail.name.text == register.name.text }) {
            return checkPosition(value, atMost: ring.count - 1, of: ring, register, span)
        }
        guard !isTeller(register) else { return }
        let fields = register.fields.map { field in
            var field = field
            // What the device takes for a length is checked as one.
            if field.name.span == register.telling?.field?.name.span {
                field.allowed = Syntax.Allowed(span: field.name.span, values: nil)
            }
            return field
        }
        checkAllowed(value, register.allowed, fields, register.name, span)
    }

    private func checkPosition(
        _ value: TypedValue, atMost most: UInt64, of ring: RingPlan, _ register: Syntax.Register, _ span: SourceSpan
    ) {
        report(
            if: value.isStatic && value.numbers.high > most, .valueNotAllowed, span,
            "\(register.name) tells a place in ring \(ring.name): \(most) is the last one",
            "write `\(ring.name.text).start()` or `\(ring.name.text).notify()`")
    }

    /// Checks what a field of a layout is written, as far as it is known.
    func checkAllowed(_ value: TypedValue, in field: Syntax.LayoutField, _ span: SourceSpan) {
        guard reachesMemory, field.meaning == nil, field.writer != .device else { return }
        checkAllowed(value, field.allowed, field.bits, field.name, span)
    }

    /// Checks the fields of a record that are left out, which are zero then.
    func checkLeftOut(_ layout: Syntax.Layout, _ written: [Syntax.Name], _ span: SourceSpan) {
        let zero = TypedValue(0, span)
        for field in layout.fields where field.layout == nil && field.count == nil {
            if !written.contains(where: { $0.text == field.name.text }) { checkAllowed(zero, in: field, span) }
        }
    }

    private func checkAllowed(
        _ value: TypedValue, _ allowed: Syntax.Allowed?, _ fields: [Syntax.Field], _ name: Syntax.Name,
        _ span: SourceSpan
    ) {
        guard let numbers = value.isStatic ? value.numbers.values : nil else {
            if !value.isStatic, allowed == nil, fields.isEmpty { reportUnstated(name, span) }
            return
        }
        for number in numbers {
            if let allowed {
                if !Self.allows(allowed, number, memorySizes) { return report(number, of: name, span) }
                continue
            }
            var rest = number
            for field in fields {
                guard let low = field.low.value, let high = field.high.value, low <= high, high < 64 else { return }
                let mask = UInt64.max >> (63 - (high - low))
                let part = number >> low & mask
                rest &= ~(mask << low)
                if let allowed = field.allowed {
                    if !Self.allows(allowed, part, memorySizes) { return report(part, of: field.name, span) }
                } else if low < high, part != 0 {
                    return reportUnstated(field.name, span)
                }
            }
            if rest != 0 { return reportUnstated(name, span, bits: fields.isEmpty ? nil : rest) }
        }
    }

    static func allows(
        _ allowed: Syntax.Allowed, _ number: UInt64, _ sizes: [String: MemorySize]
    ) -> Bool {
        guard let values = allowed.values else { return true }
        return values.contains { value in
            // What a fact decides is for the generator.
            value.amount.numbers(sizes)?.contains(number) ?? true
        }
    }

    private func report(_ number: UInt64, of name: Syntax.Name, _ span: SourceSpan) {
        diagnostics.report(
            .valueNotAllowed, span, "`\(name.text)` does not allow \(number)",
            mend: "write another value; what it allows stands at \(place(name.span))")
    }

    private func reportUnstated(_ name: Syntax.Name, _ span: SourceSpan, bits: UInt64? = nil) {
        let what = bits.map { "bits 0x\(String($0, radix: 16, uppercase: true)) of `\(name.text)`, which have no name" }
        diagnostics.report(
            .valueUnstated, span,
            "this may be other than 0, and nothing says what may be written to \(what ?? "`\(name.text)`")",
            mend:
                "say it at \(place(name.span)): `= 1, 4…7`, or `any` where no value changes what memory the device reaches"
        )
    }
}
