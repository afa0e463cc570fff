// Checks what the text says may be written to registers, fields and bits, and the numbers that rules write there. What is
// known only while the code runs is for the verifier to prove, as `DryRun` has it do.

import Metabinary

extension DevicePlan {
    // MARK: Declarations

    /// Checks what a register says may be written to it.
    func checkPermits(of register: Register, _ node: Device) {
        let stated = [register.allowed].compactMap { $0 } + register.fields.compactMap(\.allowed)
        guard let first = stated.first else { return }
        guard register.isWritable else { return report(.neverWritten, first.span, register.name) }
        if registers.isData(register) { return report(.valuesOfData, first.span, register.name) }
        if isOfMemory(register) { return report(.toldByItsMemory, first.span, register.name) }
        checkPermits(register.allowed, register.fields, register.bitCount, register, isBig: false, node)
    }

    /// Checks what a field of a layout says may be written to it.
    func checkPermits(of field: LayoutField, _ node: Device) {
        let stated = [field.allowed].compactMap { $0 } + field.bits.compactMap(\.allowed)
        guard let first = stated.first else { return }
        let tells = field.meaning != nil && (field.told == nil || field.allowed != nil || field.told?.allowed != nil)
        guard field.writer != .device, !tells else {
            return report(tells ? .permitOfTeller : .permitOfDevice, first.span, field.name)
        }
        checkPermits(field.allowed, field.bits, field.bitCount, nil, isBig: field.isBig, node)
    }

    /// Whether only what is known of a memory may be written to a register.
    func isOfMemory(_ register: Register) -> Bool {
        register.role?.meaning == .address
            || memoryRegisters.contains { $0.register.name.text == register.name.text }
    }

    private func checkPermits(
        _ allowed: Syntax.Allowed?, _ fields: [Field], _ bitCount: UInt8, _ register: Register?,
        isBig: Bool, _ node: Device
    ) {
        if let allowed {
            check(allowed, 0, UInt64(bitCount), register, isBig ? bitCount : nil, node)
            if let field = fields.first(where: { $0.allowed != nil }), let span = field.allowed?.span {
                report(.permittedTwice, span, field.name)
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
        _ allowed: Syntax.Allowed, _ low: UInt64, _ bitCount: UInt64, _ register: Register?, _ big: UInt8?,
        _ node: Device
    ) {
        guard let values = allowed.values else { return }
        if !values.contains(where: \.premises.isEmpty) { report(.allValuesWait, allowed.span) }
        let count = values.reduce(0) { $0 + Self.alternativeCount($1.premises) }
        report(.tooManyValues, allowed.span, count, over: MetabinaryLimit.allowedValueCount)
        let mask = UInt64.max >> (64 - bitCount)
        for value in values {
            switch value.amount {
            case .range(let least, let most):
                guard let least = least.value, let most = most.value else { continue }
                if least > most {
                    report(.valuesReversed, value.span, least, most)
                } else if most > mask {
                    report(.valuePastBits, value.span, most, bitCount)
                } else if big != nil, low / 8 != (low + bitCount - 1) / 8, least != most,
                    least != 0 || most != mask || low != 0 || bitCount != UInt64(big ?? 0)
                {
                    report(.rangeInSwappedBytes, value.span)
                }
            case .size(let name, _): checkSize(name, big, node)
            }
        }
        checkPremises(values, of: register, node)
    }

    func checkSize(_ name: Name, _ big: UInt8?, _ node: Device) {
        guard memorySizes[name.text] != nil else {
            return reportUnknown("memory", name, among: memorySizes.keys.sorted(), "name a ring, a pool or a memory")
        }
        if big != nil { report(.sizeInSwappedBytes, name.span) }
    }

    // MARK: Stores

    /// Checks what a register is written, as far as it is known.
    func checkAllowed(_ value: TypedValue, in register: Register, _ span: SourceSpan) {
        guard isHeld(register) else { return }
        if let (ring, isHead) = position(by: register) {
            return checkPosition(value, atMost: isHead ? 0 : ring.count - 1, of: ring, register, span)
        }
        guard !isOfMemory(register) else { return }
        checkAllowed(value, register.allowed, register.fields.freeing(register.role?.field), register.name, span)
    }

    private func checkPosition(
        _ value: TypedValue, atMost most: UInt64, of ring: RingPlan, _ register: Register, _ span: SourceSpan
    ) {
        guard value.isStatic, value.numbers.high > most else { return }
        report(.positionPastRing, span, register.name, ring.name, most)
    }

    /// Checks what a field of a layout is written, as far as it is known.
    func checkAllowed(_ value: TypedValue, in field: LayoutField, _ span: SourceSpan) {
        guard reachesMemory, field.meaning == nil || field.told != nil, field.writer != .device else { return }
        checkAllowed(value, field.allowed, field.bits.freeing(field.told), field.name, span)
    }

    /// Checks the fields of a record that are left out, which are zero then.
    func checkLeftOut(_ layout: Layout, _ written: [Name], _ span: SourceSpan) {
        let zero = TypedValue(0, span)
        for field in layout.fields where field.layout == nil && field.count == nil {
            if !written.contains(where: { $0.text == field.name.text }) { checkAllowed(zero, in: field, span) }
        }
    }

    private func checkAllowed(
        _ value: TypedValue, _ allowed: Syntax.Allowed?, _ fields: [Field], _ name: Name, _ span: SourceSpan
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

    static func allows(_ allowed: Syntax.Allowed, _ number: UInt64, _ sizes: [String: MemorySize]) -> Bool {
        guard let values = allowed.values else { return true }
        return values.contains { value in
            // What a fact decides is for the generator.
            value.amount.numbers(sizes)?.contains(number) ?? true
        }
    }

    private func report(_ number: UInt64, of name: Name, _ span: SourceSpan) {
        report(.valueNotAllowed, span, name, number, name.span)
    }

    private func reportUnstated(_ name: Name, _ span: SourceSpan, bits: UInt64? = nil) {
        guard let bits else { return report(.valueUnstated, span, name, name.span) }
        report(.bitsUnstated, span, name, name.span, String(bits, radix: 16, uppercase: true))
    }
}

extension [Field] {
    /// The fields, one of which may be anything here: what the device takes for a length is checked as one.
    fileprivate func freeing(_ told: Field?) -> [Field] {
        map { field in
            guard field.name.span == told?.name.span else { return field }
            var field = field
            field.allowed = Syntax.Allowed(span: field.name.span, values: nil)
            return field
        }
    }
}
