// Wakes a function that firmware, or whoever ran before, left in a power state in which it answers nowhere but in
// configuration space, and the bridges that it is behind. The kernel calls it before a function's windows are used, for
// functions that a rule is for and no others.

extension PCIFunction {
    /// Capabilities and where in them there is a control register of two bytes: of PCI Express those of the device (largest
    /// payload and read request), of the link and, from version 2 on, the second of the device; of PCI-X the command.
    ///
    /// Source: PCI Express Base Specification, revision 2.1, sections 7.8.4, 7.8.7 and 7.8.16; PCI-X Addendum, revision 1.0,
    /// section 7.2.3. Linux restores the same (drivers/pci/pci.c, pci_save_pcie_state and pci_save_pcix_state).
    private static let controls: [(identifier: UInt8, offset: UInt8)] = [
        (0x10, 0x08), (0x10, 0x10), (0x10, 0x28), (0x07, 0x02),
    ]
    /// Registers that may be lost: those controls, and double words 15 to 1 of the header.
    fileprivate static let keptCount = 19

    /// Place of control and status of power, where discovery found the function in another state than D0; else 0.
    private var sleepPlace: UInt16 {
        for capability in capabilities where (capability.powerState ?? 0) != 0 { return UInt16(capability.offset) + 4 }
        return 0
    }

    /// Whether it is that function, or a bridge that leads to it.
    @inline(never)
    fileprivate func isOnWay(to address: FunctionAddress) -> Bool { self.address == address || leads(to: address.bus) }

    /// Whether discovery found it in another power state than D0.
    var isAsleep: Bool { sleepPlace != 0 }

    /// Puts the function into D0 and leaves it alone as long as it takes: a bridge as long as what is behind it, which it may
    /// reset.
    ///
    /// Source: PCI Bus Power Management Interface Specification, revision 1.2, sections 3.2.4 (control and status) and 5.4;
    /// PCI Express Base Specification, revision 2.1, section 6.6.1.
    ///
    /// - Returns: the state that it was in and the one that it is in now; `nil` where there was nothing to do.
    @inline(never)
    fileprivate func wake(_ clock: Clock, _ access: inout some HardwareAccess) -> (before: UInt8, now: UInt8)? {
        let place = sleepPlace
        guard place != 0 else { return nil }
        // Without bit 15, which would be cleared by being written.
        let control = access.readConfiguration(address, place, .word) & 0x7FFF
        guard control & 3 != 0 else { return nil }
        access.writeConfiguration(address, place, .word, control & ~3)
        // Nothing is waited for but the time.
        let time: UInt64 = headerType == 0 ? 10_000 : 100_000
        try? clock.wait(upTo: time, name: "a function wakes", &access) { _ in false }
        return (UInt8(control & 3), UInt8(access.readConfiguration(address, place, .word) & 3))
    }

    /// Place of a register that may be lost, in the order in which they are restored: the command last. 0 where it has none.
    @inline(never)
    private func place(ofKept index: Int) -> UInt16 {
        guard index < Self.controls.count else { return UInt16(4 * (Self.keptCount - index)) }
        let (identifier, offset) = Self.controls[index]
        for capability in capabilities where capability.identifier == identifier {
            // Version 1 has no second registers, and of a function inside the root complex none of a link.
            let flags = capability.number(at: 2, 2) ?? 2
            if flags & 15 < 2 && (offset == 0x28 || offset == 0x10 && flags >> 4 & 15 >= 9) { return 0 }
            return UInt16(capability.offset) + UInt16(offset)
        }
        return 0
    }

    /// Notes what the function holds, or gives back what it has lost of it. What it still holds is not written: one that says
    /// that it is not reset (bit 3 of control and status, No_Soft_Reset), and keeps to it, is not written to.
    ///
    /// - Parameter start: where in `held` its registers are; `nil` to note them at the end.
    @inline(never)
    fileprivate func keep(_ held: inout [UInt32], at start: Int?, _ access: inout some HardwareAccess) {
        for index in 0..<Self.keptCount {
            let place = place(ofKept: index)
            // Of the command's double word, the status is cleared by being written.
            let width: AccessWidth = index < Self.controls.count || place == 4 ? .word : .doubleWord
            let value = place == 0 ? 0 : access.readConfiguration(address, place, width)
            if let start {
                let before = held[start + index]
                if before != value { access.writeConfiguration(address, place, width, before) }
            } else {
                held.append(value)
            }
        }
    }
}

extension MachineFacts {
    /// Wakes a function that a rule is for, and before it the bridges that it is behind, from the first bus on: what is behind
    /// a bridge that wakes may be reset with it.
    ///
    /// Source: PCI Bus Power Management Interface Specification, revision 1.2, sections 4.7.1 and 5.4 (what is lost).
    ///
    /// - Parameter report: told of each function that was woken, and of the state that it was in and is in.
    @inline(never)
    public func wake(
        _ address: FunctionAddress, _ access: inout some HardwareAccess,
        _ report: (_ function: FunctionAddress, _ before: UInt8, _ now: UInt8) -> Void
    ) {
        var held: [UInt32] = []
        var isAsleep = false
        for function in functions where function.isOnWay(to: address) {
            function.keep(&held, at: nil, &access)
            if function.isAsleep { isAsleep = true }
        }
        guard isAsleep else { return }
        var start = 0
        var isReset = false
        // Discovery found bridges before what is behind them.
        for function in functions where function.isOnWay(to: address) {
            if let woken = function.wake(waitingClock, &access) {
                isReset = true
                report(function.address, woken.before, woken.now)
            }
            if isReset { function.keep(&held, at: start, &access) }
            start += PCIFunction.keptCount
        }
    }
}
