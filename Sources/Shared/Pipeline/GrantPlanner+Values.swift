// Turns what a rule allows to be written into limits: sizes of memories and addresses of what may come before are put in.

import Metabinary
import Program
import Verification

extension GrantPlanner {
    /// A window, and the address of its first register.
    typealias Window = (description: WindowDescription, start: UInt64)

    /// Adds limits, each at its place in the order of bits.
    ///
    /// - Parameter window: that of the register; `nil` for memory, where nothing waits.
    ///
    /// Throws: `memory` with `beyondField` where a size has no room.
    func insertLimits(
        of allowed: [AllowedValues]?, of device: DeviceDescription, _ window: Window?, into limits: inout [Limit]
    ) throws(GenerationError) {
        for values in allowed ?? [] {
            let limit = try limit(of: values, device, window)
            var place = limits.count
            while place > 0, limits[place - 1].firstBit > limit.firstBit { place -= 1 }
            limits.insert(limit, at: place)
        }
    }

    /// What is allowed where no memory is yet: of values, numbers that wait for nothing; 0 where there are none.
    static func withoutMemory(_ allowed: [AllowedValues]?) -> [AllowedValues] {
        var left = allowed ?? []
        for index in left.indices where left[index].bits == nil {
            var values: [AllowedValue] = []
            for value in left[index].values where value.premises.isEmpty {
                if case .range = value.number { values.append(value) }
            }
            left[index].values = values
            if values.isEmpty { left[index].bits = 0 }
        }
        return left
    }

    private func limit(
        of allowed: AllowedValues, _ device: DeviceDescription, _ window: Window?
    ) throws(GenerationError) -> Limit {
        var limit = Limit(
            firstBit: UInt16(truncatingIfNeeded: allowed.firstBit), bitCount: allowed.bitCount,
            range: ValueRange(bits: allowed.bits ?? 0))
        for (index, value) in allowed.values.enumerated() {
            let range = try range(of: value.number, allowed.mask, device)
            if !value.premises.isEmpty, let window {
                var sequel = Limit.Sequel(range: range, premises: [])
                for premise in value.premises { try add(premise, window, device, to: &sequel) }
                limit.sequels.append(sequel)
            } else if index == 0 {
                limit.range = range
            } else {
                limit.others.append(range)
            }
        }
        return limit
    }

    @inline(never)
    private func range(
        of number: AllowedValue.Number, _ mask: UInt64, _ device: DeviceDescription
    ) throws(GenerationError) -> ValueRange {
        let memory: Int
        switch number {
        case .range(let low, let high): return ValueRange(low: low, high: high, bits: mask).tightened()
        case .byteCount(let index), .count(let index), .index(let index), .order(let index): memory = index
        }
        let description = device.memories[memory]
        let count = description.byteCount / description.elementByteCount
        var range = ValueRange(count)
        if case .byteCount = number {
            range = ValueRange(description.kind == .pool ? description.elementByteCount : description.byteCount)
        }
        if case .order = number { range = ValueRange(UInt64(63 - count.leadingZeroBitCount)) }
        if case .index = number { range = ValueRange(low: 0, high: count - 1, bits: mask).tightened() }
        guard range.high <= mask else { throw .memory(name: description.name, .beyondField) }
        return range
    }

    @inline(never)
    private func add(
        _ premise: AllowedValue.Premise, _ window: Window, _ device: DeviceDescription, to sequel: inout Limit.Sequel
    ) throws(GenerationError) {
        for (index, register) in window.description.all.enumerated() {
            let told: ValueRange
            switch premise {
            case .whole(let memory) where register.takesPlace(of: memory):
                told = try range(of: register, memory, device)
            case .address(index, let memory): told = try range(of: register, memory, device)
            case .number(index, let number): told = try range(of: number, register.type.mask, device)
            default: continue
            }
            // Of an array that takes addresses, each element.
            for element in 0..<register.count {
                let place = window.description.place(of: register, from: window.start) + element * register.byteCount
                sequel.premises.append(Limit.Premise(place: place, told: told))
            }
        }
    }
}

extension WindowDescription {
    /// Where a register is for a grant, in a window that begins at an address.
    func place(of register: RegisterDescription, from start: UInt64) -> UInt64 {
        guard let selection = register.selection else { return start + register.offset }
        return Grant.place(ofSelected: register.offset, behind: start + registers[selection.data].offset)
    }

    /// The register that takes the number of those behind another one; `nil` where none are behind it.
    func select(of register: RegisterDescription) -> RegisterDescription? {
        for selected in selected {
            if let selection = selected.selection, registers[selection.data] === register {
                return registers[selection.select]
            }
        }
        return nil
    }
}
