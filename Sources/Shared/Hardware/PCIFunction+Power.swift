// Wakes a function that firmware, or whoever ran before, left in a power state in which it answers nowhere but in
// configuration space. The kernel calls it before a function's windows are used.

extension PCIFunction {
    /// Time after which a function that was told to wake may be touched. Units: microseconds.
    private static let wakeTime: UInt64 = 10_000

    /// Puts the function into D0 where discovery found it in another power state, and gives it back its ranges, which it
    /// may lose on the way.
    ///
    /// Source: PCI Bus Power Management Interface Specification, revision 1.2, sections 3.2.4 (control and status) and
    /// 5.4 (what is lost, and for how long the function must be left alone).
    ///
    /// - Returns: the state that it was in and the one that it is in now; `nil` where there was nothing to do.
    public func wake(_ clock: Clock, _ access: inout some HardwareAccess) -> (before: UInt8, now: UInt8)? {
        for capability in capabilities {
            guard let state = capability.powerState, state != 0 else { continue }
            let place = UInt16(capability.offset) + 4
            // Without bit 15, which would be cleared by being written.
            let control = access.readConfiguration(address, place, .word) & 0x7FFC
            access.writeConfiguration(address, place, .word, control)
            // Nothing is waited for but the time.
            try? clock.wait(upTo: Self.wakeTime, name: "a function wakes", &access) { _ in false }
            for range in baseAddressRegisters {
                let place = 0x10 + 4 * UInt16(range.index)
                access.writeConfiguration(address, place, .doubleWord, UInt32(truncatingIfNeeded: range.base))
                if range.kind == .memory64 {
                    access.writeConfiguration(address, place + 4, .doubleWord, UInt32(range.base >> 32))
                }
            }
            return (state, UInt8(access.readConfiguration(address, place, .word) & 3))
        }
        return nil
    }
}
