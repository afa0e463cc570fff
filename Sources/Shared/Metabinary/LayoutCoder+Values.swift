// The layout of what may be written to registers and to elements of memory. Bits that an element has not, and values that they
// have no room for, are refused here, premises that no register can meet in DeviceDescription+Soundness.

extension LayoutCoder {
    /// What may be written to an element: `nil` for anything, else in rising order of bits, none over another.
    @inline(never)
    func allowed(_ allowed: inout [AllowedValues]?, in elementByteCount: UInt64) {
        part("allowed") {
            let number = count(
                allowed.map { $0.count + 1 } ?? 0, atMost: MetabinaryLimit.allowedValuesCount + 1,
                "0 where anything may be written; else 1 more than how many runs of bits (64)")
            when(number > 0, "that is not 0") {
                var runs = allowed ?? []
                elements(&runs, number - 1, of: "run", AllowedValues()) { run, before in
                    self.run(&run, after: before.last, in: elementByteCount)
                }
                allowed = runs
            }
        }
    }

    private func run(_ run: inout AllowedValues, after other: AllowedValues?, in elementByteCount: UInt64) {
        let place = place
        var firstBit = UInt64(run.firstBit)
        number(&firstBit, atMost: UInt64(UInt16.max), "its lowest bit in the register, the part's element or the slot")
        run.firstBit = UInt32(truncatingIfNeeded: firstBit)
        byte(&run.bitCount, "how many bits (1 to 64, within 64 that are aligned)")
        require(
            1...64 ~= run.bitCount && firstBit % 64 + UInt64(run.bitCount) <= 64 && firstBit >= other?.end ?? 0
                && run.end <= 8 * elementByteCount, .badValues(at: place))
        let mask = run.mask
        let form = count(
            run.bits.map { $0 == mask ? 0 : 1 } ?? run.values.count + 1, atMost: MetabinaryLimit.allowedValueCount + 1,
            "0 where each may be set by itself, 1 where some may; else 1 more than how many values (16)")
        when(form == 1, "that is 1") {
            var bits = run.bits ?? 0
            number(&bits, atMost: mask, "the bits that may be set")
            run.bits = bits
        }
        when(form > 1, "that is above 1") {
            elements(&run.values, form - 1, of: "value", AllowedValue(number: .index(of: 0))) { value, before in
                self.value(&value, isFirst: before.isEmpty, atMost: mask)
            }
        }
        if Self.makes, form == 0 { run.bits = mask }
    }

    /// A value and what it waits for; the first waits for nothing.
    private func value(_ value: inout AllowedValue, isFirst: Bool, atMost mask: UInt64) {
        let place = place
        // What is more has been reported with a place in the text.
        let stated = min(value.premises.count, MetabinaryLimit.premiseCount)
        var form = value.number.form | UInt8(stated) << 3
        byte(
            &form,
            "form of a *number*, to which 8 times the number of premises is added (0 to 15, for the first value 0)")
        require((form < 8 || !isFirst) && Int(form >> 3) <= MetabinaryLimit.premiseCount, .badValues(at: place))
        amount(&value.number, form & 7, atMost: mask, place)
        elements(&value.premises, Int(form >> 3), of: "premise", .whole(memory: 0)) { premise, _ in
            self.premise(&premise)
        }
    }

    @inline(never)
    private func amount(_ amount: inout AllowedValue.Number, _ form: UInt8, atMost mask: UInt64, _ place: Int) {
        part("number") {
            var (low, more, memory) = amount.numbers
            require(form <= 4 || form == 7, .badValues(at: place))
            when(form <= 1, "of form 0 or 1") { number(&low, atMost: mask, "the least") }
            when(form == 1, "of form 1") { number(&more, atMost: mask &- low, "how much more the largest is") }
            when(form > 1, "of form 2 to 4 or 7") {
                index(&memory, below: MetabinaryLimit.memoryCount, "a memory that is not state")
            }
            switch form {
            case 2: amount = .byteCount(of: memory)
            case 3: amount = .count(of: memory)
            case 4: amount = .index(of: memory)
            case 7: amount = .order(of: memory)
            default: amount = .range(low: low, high: low &+ more)
            }
        }
    }

    private func premise(_ premise: inout AllowedValue.Premise) {
        let place = place
        var (form, register, memory, told) = premise.parts
        byte(&form, "form of the *number* that a register was told, 5 for a memory, 6 for an address in one")
        when(form != 5, "not of form 5") { index(&register, below: MetabinaryLimit.registerCount, "the register") }
        when(form == 5 || form == 6, "of form 5 or 6") {
            index(&memory, below: MetabinaryLimit.memoryCount, "the memory")
        }
        when(form < 5 || form > 6, "of form 0 to 4 or 7") { amount(&told, form, atMost: .max, place) }
        switch form {
        case 5: premise = .whole(memory: memory)
        case 6: premise = .address(register: register, memory: memory)
        default: premise = .number(register: register, told)
        }
    }
}

extension AllowedValue.Number {
    /// The number that stands for its case, one value for a range of one number.
    fileprivate var form: UInt8 {
        switch self {
        case .range(let low, let high): low == high ? 0 : 1
        case .byteCount: 2
        case .count: 3
        case .index: 4
        case .order: 7
        }
    }

    /// The numbers that it is made of: of a range the least and how many follow, else the memory.
    fileprivate var numbers: (UInt64, UInt64, Int) {
        switch self {
        case .range(let low, let high): (low, high - low, 0)
        case .byteCount(let memory), .count(let memory), .index(let memory), .order(let memory): (0, 0, memory)
        }
    }
}

extension AllowedValue.Premise {
    /// The number that stands for its case, and what it is made of.
    fileprivate var parts: (UInt8, register: Int, memory: Int, AllowedValue.Number) {
        switch self {
        case .whole(let memory): (5, 0, memory, .index(of: 0))
        case .address(let register, let memory): (6, register, memory, .index(of: 0))
        case .number(let register, let number): (number.form, register, 0, number)
        }
    }
}
