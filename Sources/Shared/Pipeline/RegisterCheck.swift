// Refuses registers that would undo what others are limited to: the same register named twice, and those over the table of
// message interrupts, an entry of which is an address that the device writes to. A metabinary may name anything; the rule
// compiler's own checks are a courtesy to authors. Called by the generator once all windows of a device are planned.

import Hardware
import Metabinary
import Verification

/// Checks the registers of one device, all its windows together.
struct RegisterCheck {
    private let windows: [WindowDescription]
    private let placed: [PlacedWindow]

    /// - Parameters:
    ///   - windows: those of the description, in its order.
    ///   - placed: where each is.
    ///
    /// Throws: `register`, of all reasons.
    @inline(never)
    static func check(
        _ windows: [WindowDescription], _ placed: [PlacedWindow], of function: PCIFunction
    ) throws(GenerationError) {
        let check = RegisterCheck(windows: windows, placed: placed)
        for index in windows.indices where placed[index].space != .configuration {
            for earlier in 0..<index where placed[earlier].space != .configuration {
                try check.compare(index, earlier)
            }
            guard placed[index].space == .memory else { continue }
            for capability in function.capabilities {
                guard let messages = capability.messageTable else { continue }
                try check.checkMessages(index, messages)
            }
        }
    }

    // MARK: The same register twice

    /// Compares each register of a window with each of an earlier one that may lie there. Both are in rising order.
    ///
    /// Two windows of one space are compared by address; what is only read may be there twice. Two windows of different base
    /// address registers are compared by the place in what each decodes as well, whatever it is: a device that shows its
    /// registers in memory and again as ports shows them in the same order. There only what has a limit may not come again, what
    /// a value waits for, and what has the device forget that. Of two windows that capabilities lead to, the device itself says
    /// that they are two.
    private func compare(_ index: Int, _ earlier: Int) throws(GenerationError) {
        if placed[index].space == placed[earlier].space {
            let (start, other) = (placed[index].physical.rawValue, placed[earlier].physical.rawValue)
            try checkOverlaps(index, from: start, earlier, from: other, byAddress: true)
        }
        let areTold = windows[index].locator != nil && windows[earlier].locator != nil
        if placed[index].bar != placed[earlier].bar, !areTold {
            try checkOverlaps(
                index, from: placed[index].offset, earlier, from: placed[earlier].offset, byAddress: false)
        }
    }

    /// Refuses registers of two windows that lie over each other and may both be written: all of them where the windows are
    /// compared by address, else those of which one is held to something.
    @inline(never)
    private func checkOverlaps(
        _ index: Int, from start: UInt64, _ earlier: Int, from otherStart: UInt64, byAddress: Bool
    ) throws(GenerationError) {
        let (registers, others) = (windows[index].registers, windows[earlier].registers)
        var place = 0
        var otherPlace = 0
        while place < registers.count, otherPlace < others.count {
            let (register, other) = (registers[place], others[otherPlace])
            let end = start + register.end
            let otherEnd = otherStart + other.end
            if start + register.offset < otherEnd, otherStart + other.offset < end, register.isWritable,
                other.isWritable, byAddress || windows[index].holds(place) || windows[earlier].holds(otherPlace)
            {
                let name = windows[earlier].name + [UInt8(ascii: ".")] + other.name
                throw .register(
                    window: windows[index].name,
                    RegisterError(byAddress ? .overlaps : .mayBe, register: register.name, other: name))
            }
            if end <= otherEnd { place += 1 } else { otherPlace += 1 }
        }
    }

    // MARK: Message interrupts

    /// Refuses registers, read or written, over the table or the pending bits.
    ///
    /// Source: PCI Local Bus Specification, revision 3.0, section 6.8.2: 16 bytes an entry; pending bits in quad words.
    private func checkMessages(_ index: Int, _ messages: Capability.MessageTable) throws(GenerationError) {
        let count = UInt64(messages.vectorCount)
        let ranges: [(Capability.TablePlace, UInt64, RegisterError.Reason)] = [
            (messages.table, 16 * count, .overMessages), (messages.pending, (count + 63) / 64 * 8, .overPending),
        ]
        for (table, byteCount, reason) in ranges where table.bar == placed[index].bar {
            let first = UInt64(table.offset)
            for register in windows[index].registers
            where placed[index].offset + register.offset < first + byteCount
                && first < placed[index].offset + register.end
            {
                throw .register(window: windows[index].name, RegisterError(reason, register: register.name))
            }
        }
    }
}

extension WindowDescription {
    /// Whether it is of consequence what one of its registers is written, to itself or to others.
    fileprivate func holds(_ index: Int) -> Bool {
        if registers[index].isLimited || registers[index].voids { return true }
        for register in all {
            if register.selection?.select == index || register.selection?.data == index { return true }
            for allowed in register.allowed ?? [] {
                for value in allowed.values where value.waits(for: index) { return true }
            }
        }
        return false
    }
}
