// Plans what may be written to registers and to shared memory, from what the text says of registers, fields and bits. In a
// device that reaches memory, what is said nothing of is written as zero; one bit by itself may be set and clear.

import Metabinary
import Program

extension DevicePlan {
    /// Notes what may be written to each register and to each element of memory.
    mutating func planValues(_ node: Device, _ device: DeviceDescription) {
        memorySizes = [:]
        reachesMemory = false
        for (index, memory) in device.memories.enumerated() {
            let name = memory.name.text
            let sizes = rings.first { $0.name.text == name }?.sizes
            let isFact = sizes.map { !$0.byteCount.isKnown } ?? false
            let bytes = memory.kind == .pool ? memory.elementByteCount : memory.byteCount
            memorySizes[name] = MemorySize(
                index: index, count: isFact ? nil : memory.byteCount / max(memory.elementByteCount, 1),
                byteCount: isFact ? nil : bytes)
        }
        guard !node.isBroken, !lacksMemory, rings.count == node.rings.count else { return }
        let told = Set(node.registers.flatMap { $0.role?.targets.map(\.text) ?? [] })
        reachesMemory =
            !node.rings.isEmpty || !node.memories.isEmpty
            || node.freePools.contains { $0.data == nil || told.contains($0.name.text) }
        for register in node.registers { checkPermits(of: register, node) }
        checkSelected(node, device)
        checkAwaited(node)
        for field in node.layouts.flatMap(\.fields) { checkPermits(of: field, node) }
        for register in node.registers where isHeld(register) {
            guard let described = registers[register] else { continue }
            let bits = Self.merged(allowedBits(of: register), beside: [register.role?.field?.low.value ?? 64])
            described.allowed = bits
            checkRunCount(bits, register.name)
        }
        let windowCount = device.windows.count
        for ring in rings {
            let memory = device.memories[ring.region - windowCount]
            memory.fields = fields(ring.layout.fields, pool: ring.pool, windowCount)
            memory.allowed = allowedBits(of: ring.layout.fields, memory.elementByteCount, ring.name)
        }
        for plan in memories {
            let memory = device.memories[plan.region - windowCount]
            let pool = plan.pool.map { buffers[$0].region } ?? windowCount
            for (index, fields) in plan.partFields.enumerated() {
                memory.parts[index].fields = self.fields(fields, pool: pool, windowCount)
                memory.parts[index].allowed = allowedBits(
                    of: fields, memory.parts[index].elementByteCount, plan.name)
            }
        }
    }

    /// Leaves registers behind others out where no value of any is held, so that nothing has to be proven of them; elsewhere
    /// nothing comes between the number and the access, or it is not known any more which register was selected.
    private func checkSelected(_ node: Device, _ device: DeviceDescription) {
        let isHeld = node.registers.contains { node.indirectWindows.has($0.window) && self.isHeld($0) }
        guard isHeld else { return device.windows.forEach { $0.selected = [] } }
        for window in node.indirectWindows where registers.manners[window.data.text]?.pace != nil {
            report(.selectorPaced, window.data.span, window.data)
        }
    }

    /// The fields of an element by which the device is told of other memory, in rising order.
    ///
    /// - Parameter pool: the region that those lead to which name none.
    private func fields(_ fields: [LayoutField], pool: Int, _ windowCount: Int) -> [SlotField] {
        fields.filter { $0.meaning != nil }.map { node in
            let target = node.target.flatMap(buffers.named)?.region ?? pool
            var field = SlotField()
            (field.memory, field.meaning) = (target - windowCount, SlotField.Meaning(node))
            (field.offset, field.type) = (node.offset.value ?? 0, ValueType(rawValue: node.bitCount) ?? .u64)
            let (low, high) = node.told?.range(within: UInt64(node.bitCount)) ?? (0, UInt64(node.bitCount) - 1)
            (field.firstBit, field.bitCount) = (UInt8(low), UInt8(high - low + 1))
            return field
        }.sorted { $0.offset < $1.offset }
    }

    /// Whether a register is written nothing but what it says: all of a device that reaches memory, and those that say
    /// something.
    func isHeld(_ register: Register) -> Bool {
        register.isWritable
            && (reachesMemory || register.allowed != nil || register.fields.contains { $0.allowed != nil })
    }

    // MARK: Runs of bits

    private func allowedBits(of register: Register) -> [AllowedValues] {
        if let (ring, isHead) = position(by: register) {
            guard !isHead, let index = memorySizes[ring.name.text]?.index else { return [] }
            return [
                AllowedValues(from: 0, bitCount: register.bitCount, values: [AllowedValue(number: .index(of: index))])
            ]
        }
        return allowedBits(
            register.allowed, register.fields.filter { $0.name.span != register.role?.field?.name.span },
            at: 0, register.bitCount)
    }

    /// Of the fields that the driver writes of an element, but for those that tell of memory; all others are zero.
    private func allowedBits(of fields: [LayoutField], _ elementByteCount: UInt64, _ name: Name) -> [AllowedValues]? {
        let told = fields.filter { $0.meaning != nil }
        let fields = fields.filter { ($0.meaning == nil || $0.told != nil) && $0.writer != .device }
        // Records at odd places are granted in smaller elements, of which it is not known which field they are.
        let isFolded = fields.contains { $0.count == nil && $0.end > elementByteCount }
        if isFolded, fields.allSatisfy({ $0.allowed != nil && $0.allowed?.values == nil }) { return nil }
        var runs: [AllowedValues] = []
        for field in fields {
            let byteCount = UInt64(field.bitCount) / 8
            if isFolded {
                reportFolded(field, name)
                break
            }
            for number in 0..<(field.count?.value ?? 1) {
                let offset = (field.offset.value ?? 0) + number * byteCount
                // What an index leads to is an element by itself.
                guard offset + byteCount <= elementByteCount else { break }
                let rest = field.bits.filter { $0.name.span != field.told?.name.span }
                let bits = allowedBits(field.allowed, rest, at: 8 * offset, field.bitCount)
                runs += field.isBig ? bits.flatMap { Self.turned($0, field.bitCount, at: 8 * offset) } : bits
            }
        }
        runs = Self.merged(runs, beside: told.map { 8 * ($0.offset.value ?? 0) + ($0.told?.low.value ?? 0) })
        checkRunCount(runs, name)
        return runs
    }

    private func reportFolded(_ field: LayoutField, _ name: Name) {
        report(.recordsAtOddOffsets, field.name.span, field.name, name)
    }

    private func checkRunCount(_ runs: [AllowedValues], _ name: Name) {
        report(.tooManyPermits, name.span, runs.count, over: MetabinaryLimit.allowedValuesCount, name)
    }

    private func allowedBits(
        _ allowed: Syntax.Allowed?, _ fields: [Field], at first: UInt64, _ bitCount: UInt8
    ) -> [AllowedValues] {
        if let allowed { return run(allowed, at: first, bitCount) }
        return fields.flatMap { field -> [AllowedValues] in
            guard let low = field.low.value, let high = field.high.value, low <= high, high < UInt64(bitCount) else {
                return []
            }
            if let allowed = field.allowed { return run(allowed, at: first + low, UInt8(high - low + 1)) }
            return low == high ? [AllowedValues(from: first + low, bitCount: 1, bits: 1)] : []
        }
    }

    /// Nothing where zero alone is allowed.
    private func run(_ allowed: Syntax.Allowed, at first: UInt64, _ bitCount: UInt8) -> [AllowedValues] {
        let mask = UInt64.max >> UInt64(64 - bitCount)
        guard let stated = allowed.values else { return [AllowedValues(from: first, bitCount: bitCount, bits: mask)] }
        var values: [AllowedValue] = []
        for value in stated {
            guard let number = number(value.amount) else { continue }
            values += alternatives(value.premises).map { AllowedValue(number: number, premises: $0) }
        }
        // What waits for nothing is first.
        values = values.filter(\.premises.isEmpty) + values.filter { !$0.premises.isEmpty }
        if let bits = Self.bits(values) {
            return bits == 0 ? [] : [AllowedValues(from: first, bitCount: bitCount, bits: bits)]
        }
        return [AllowedValues(from: first, bitCount: bitCount, values: values)]
    }

    /// The bits of which every combination is among the values, and nothing else: each can then be judged by itself.
    private static func bits(_ values: [AllowedValue]) -> UInt64? {
        var numbers: Set<UInt64> = []
        for value in values {
            guard value.premises.isEmpty, case .range(let low, let high) = value.number else { return nil }
            if values.count == 1, low == 0, high & (high &+ 1) == 0 { return high }
            guard high - low < 64 else { return nil }
            numbers.formUnion(low...high)
        }
        let bits = numbers.reduce(0, |)
        return bits.nonzeroBitCount < 16 && numbers.count == 1 << bits.nonzeroBitCount ? bits : nil
    }

    func number(_ amount: Syntax.AllowedValue.Amount) -> AllowedValue.Number? {
        switch amount {
        case .range(let low, let high):
            guard let low = low.value, let high = high.value, low <= high else { return nil }
            return .range(low: low, high: high)
        case .size(let name, let measure):
            guard let index = memorySizes[name.text]?.index else { return nil }
            switch measure {
            case .count: return .count(of: index)
            case .bytes: return .byteCount(of: index)
            case .order: return .order(of: index)
            }
        }
    }

    /// Bits that are judged one by one, as one run where they lie in one group of 64; in rising order.
    ///
    /// - Parameter told: the first bits of what tells of memory, over which no run reaches.
    private static func merged(_ runs: [AllowedValues], beside told: [UInt64]) -> [AllowedValues] {
        var merged: [AllowedValues] = []
        for run in runs.sorted(by: { $0.firstBit < $1.firstBit }) {
            guard let last = merged.last, let bits = last.bits, let more = run.bits,
                last.firstBit / 64 == run.firstBit / 64,
                !told.contains(where: { UInt64(last.firstBit)..<UInt64(run.firstBit) ~= $0 })
            else {
                merged.append(run)
                continue
            }
            let distance = UInt8(run.firstBit - last.firstBit)
            merged[merged.count - 1].bits = bits | more << UInt64(distance)
            merged[merged.count - 1].bitCount = distance + run.bitCount
        }
        return merged
    }

    /// A run of a field whose highest byte comes first, as the processor sees it.
    private static func turned(_ run: AllowedValues, _ bitCount: UInt8, at first: UInt64) -> [AllowedValues] {
        let shift = UInt64(run.firstBit) - first
        func place(_ bit: UInt64) -> UInt64 { first + UInt64(bitCount) - 8 - bit / 8 * 8 + bit % 8 }
        var turned = run
        if let bits = run.bits {
            return (0..<UInt64(run.bitCount)).filter { bits >> $0 & 1 == 1 }.map {
                AllowedValues(from: place(shift + $0), bitCount: 1, bits: 1)
            }
        }
        if shift / 8 == (shift + UInt64(run.bitCount) - 1) / 8 {
            turned.firstBit = UInt32(clamping: place(shift))
            return [turned]
        }
        for index in turned.values.indices {
            guard case .range(let low, _) = turned.values[index].number else { continue }
            let number = Typing.swapped(low, bitCount)
            turned.values[index].number = .range(low: number, high: number)
        }
        return [turned]
    }
}

extension AllowedValues {
    /// - Parameter first: more than the format has room for is past the largest memory, which has been reported.
    fileprivate init(from first: UInt64, bitCount: UInt8, bits: UInt64? = nil, values: [AllowedValue] = []) {
        self.init()
        (firstBit, self.bitCount, self.bits, self.values) = (UInt32(clamping: first), bitCount, bits, values)
    }
}

extension SlotField.Meaning {
    /// What a field tells that tells something.
    fileprivate init(_ field: LayoutField) {
        self =
            switch field.meaning {
            case .base?: .base
            case .length?: field.isNegative ? .negativeLength : .length
            default: .address
            }
    }
}

extension LayoutField {
    /// Offset after a field that is no array.
    fileprivate var end: UInt64 { (offset.value ?? 0) + UInt64(bitCount) / 8 }
}

extension Syntax.AllowedValue.Amount {
    /// The numbers, where they are known.
    func numbers(_ sizes: [String: MemorySize]) -> ClosedRange<UInt64>? {
        switch self {
        case .range(let low, let high): low.value.flatMap { low in high.value.flatMap { low <= $0 ? low...$0 : nil } }
        case .size(let name, let measure): sizes[name.text]?[measure].map { $0...$0 }
        }
    }
}

/// What may be said of the size of a memory; `nil` where a fact decides.
struct MemorySize {
    var index: Int
    var count: UInt64?
    var byteCount: UInt64?

    subscript(measure: Syntax.AllowedValue.Measure) -> UInt64? {
        switch measure {
        case .count: count
        case .bytes: byteCount
        case .order: count.map { UInt64(63 - $0.leadingZeroBitCount) }
        }
    }
}
