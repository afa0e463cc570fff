// Turns what a rule allows to be written into limits: sizes of memories and addresses of what may come before are put in.

import Metabinary
import Program
import Verification

extension GrantPlanner {
    typealias Window = (registers: [RegisterDescription], start: UInt64)

    /// Adds limits, each at its place in the order of bits.
    ///
    /// - Parameter window: registers and address of the register's window; `nil` for memory, which has no causes.
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

    private func limit(
        of allowed: AllowedValues, _ device: DeviceDescription, _ window: Window?
    ) throws(GenerationError) -> Limit {
        var limit = Limit(
            firstBit: allowed.firstBit, bitCount: allowed.bitCount, range: ValueRange(bits: allowed.bits ?? 0))
        for (index, value) in allowed.values.enumerated() {
            let range = try range(of: value.number, allowed.mask, device)
            if let cause = value.cause, let window {
                limit.sequels.append(try sequel(range, to: cause, in: window, device))
            } else if index == 0 {
                limit.range = range
            } else {
                limit.others.append(range)
            }
        }
        return limit
    }

    private func range(
        of number: AllowedValue.Number, _ mask: UInt64, _ device: DeviceDescription
    ) throws(GenerationError) -> ValueRange {
        let memory: Int
        switch number {
        case .range(let low, let high): return ValueRange(low: low, high: high, bits: mask).tightened()
        case .byteCount(let index), .count(let index), .index(let index): memory = index
        }
        let description = device.memories[memory]
        let count = description.byteCount / description.elementByteCount
        var range = ValueRange(count)
        if case .byteCount = number {
            range = ValueRange(description.kind == .pool ? description.elementByteCount : description.byteCount)
        }
        if case .index = number { range = ValueRange(low: 0, high: count - 1, bits: mask).tightened() }
        guard range.high <= mask else { throw .memory(name: description.name, .beyondField) }
        return range
    }

    private func sequel(
        _ range: ValueRange, to cause: AllowedValue.Cause, in window: Window, _ device: DeviceDescription
    ) throws(GenerationError) -> Limit.Sequel {
        let register = window.registers[cause.register]
        var told = ValueRange(0)
        if let memory = cause.memory { told = try addresses(ofBuffersIn: memory, register.type.mask, device) }
        return Limit.Sequel(range: range, place: window.start + register.offset, told: told)
    }
}
