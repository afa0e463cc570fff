// Has firmware let go of the USB host controllers that it drives for its keyboard and its disks. As long as it owns one, its
// system management interrupts go on, and a controller that stops under it may stop the machine. Every wait is bounded; one
// that firmware keeps is told, and taken. `takeOver` calls it, before any device is kept from memory.
//
// Source, of the order and of what is done where firmware keeps one: Linux, drivers/usb/host/pci-quirks.c
// (quirk_usb_early_handoff).

extension MachineFacts {
    /// How long firmware has to let a controller go. Units: microseconds.
    fileprivate static let releaseTime: UInt64 = 1_000_000
    /// How long a controller may take to halt. Units: microseconds.
    ///
    /// Source: xHCI Specification, revision 1.2, section 5.4.1 (16 ms).
    private static let haltTime: UInt64 = 16_000

    /// Has firmware let go of a function, where it is a host controller of USB, and halts it.
    ///
    /// Source: PCI Code and ID Assignment Specification, revision 1.11, section 1.13 (interfaces of class 0C03).
    @inline(never)
    func release(_ function: PCIFunction, _ access: inout some HardwareAccess, _ report: (Oddity) -> Void) {
        guard function.classCode >> 8 == 0x0C03, function.headerType == 0 else { return }
        let interface = function.classCode & 0xFF
        if interface == 0x00 {
            // UHCI: every enable off, every status cleared. Source: UHCI Design Guide, revision 1.1, section 5.2.1.
            access.writeConfiguration(function.address, 0xC0, .word, 0x8F00)
        }
        guard let base = function.registerBase(0, &access), let range = function.baseAddressRegister(0),
            range.byteCount >= 0x100, isOfDevices(base.rawValue, range.byteCount)
        else { return }
        let isFree =
            switch interface {
            case 0x10: releaseOHCI(base, &access)
            case 0x20: releaseLegacySupport(function, range, isExtensible: false, &access)
            case 0x30: releaseLegacySupport(function, range, isExtensible: true, &access)
            default: true
            }
        if !isFree { report(Oddity(.controllerHeld, function.address, 0x10)) }
    }

    /// OHCI: asks for ownership as long as interrupts are routed to firmware, then resets what is on the bus. Returns whether
    /// firmware let go.
    ///
    /// Layout: 0x04 control (bit 8 interrupts go to firmware, 9 remote wake-up), 0x08 command (3 ownership wanted), 0x10
    /// interrupts on (30 change of ownership), 0x14 interrupts off (31 all).
    ///
    /// Source: OpenHCI Specification, release 1.0a, sections 5.1.1.3.3, 7.1.2, 7.1.3 and 7.1.5.
    @inline(never)
    private func releaseOHCI(_ base: PhysicalAddress, _ access: inout some HardwareAccess) -> Bool {
        let control = RegisterPlace(base, 4)
        let held = control.read(&access)
        var isFree = true
        if held & 1 << 8 != 0 {
            RegisterPlace(base, 0x10).write(1 << 30, &access)
            RegisterPlace(base, 8).write(1 << 3, &access)
            isFree = control.wait(1 << 8, toBe: 0, upTo: Self.releaseTime, waitingClock, &access)
        }
        RegisterPlace(base, 0x14).write(1 << 31, &access)
        control.write(held & 1 << 9, &access)
        return isFree
    }

    /// EHCI and xHCI: finds the capability of legacy support, takes its semaphore, turns firmware's interrupts off and halts
    /// the controller. Returns whether firmware let go.
    ///
    /// Layout: of the capability registers, byte 0 their length; of EHCI 0x08 bits 15:8 where in configuration space the list
    /// begins, of xHCI 0x10 bits 31:16 where behind the base, in double words. Of an entry bits 7:0 ID (1), 15:8 the next one,
    /// 16 firmware owns, 24 we own; four bytes on, which interrupts firmware gets. Of the operational registers, 0 bit 0 run;
    /// 4 halted (bit 12, of xHCI 0).
    ///
    /// Source: xHCI Specification, revision 1.2, sections 4.22.1, 5.3.6, 5.4.1, 5.4.2, 7.1.1 and 7.1.2; EHCI Specification,
    /// revision 1.0, sections 2.1.7, 2.1.8, 2.2.4 (no list begins below 0x40), 2.3.1, 2.3.2 and 5.1.
    ///
    /// - Parameter range: what has the registers: nothing behind it is looked at, wherever a list leads.
    @inline(never)
    private func releaseLegacySupport(
        _ function: PCIFunction, _ range: BaseAddressRegister, isExtensible: Bool, _ access: inout some HardwareAccess
    ) -> Bool {
        let base = PhysicalAddress(rawValue: range.base)
        let lists = RegisterPlace(base, isExtensible ? 0x10 : 0x08).read(&access)
        guard lists != .max else { return true }
        let lengths = RegisterPlace(base, 0).read(&access)
        var isFree = true
        var offset = isExtensible ? (lists >> 16) << 2 : lists >> 8 & 0xFF
        // Of configuration space, what is behind the header.
        let entries = isExtensible ? 1...range.byteCount - 8 : 0x40...0xF8
        for _ in 0..<64 {
            guard entries.contains(UInt64(offset)), offset & 3 == 0 else { break }
            let entry = LegacySupport(function: function.address, base: isExtensible ? base : nil, offset: offset)
            let held = entry.register(0, .doubleWord).read(&access)
            if held & 0xFF == 1 {
                isFree = entry.take(waitingClock, &access)
                break
            }
            let next = held >> 8 & 0xFF
            offset = isExtensible && next != 0 ? offset + next << 2 : next
        }
        // Of a range that is shorter than the place of these, or of no multiple of four, nothing is known.
        guard lengths & 3 == 0, UInt64(lengths & 0xFF) + 8 <= range.byteCount else { return isFree }
        let command = RegisterPlace(base, UInt64(lengths & 0xFF))
        let held = command.read(&access)
        if held & 1 != 0, held != .max {
            command.write(held & ~1, &access)
            let halted: UInt32 = isExtensible ? 1 : 1 << 12
            let status = RegisterPlace(base, UInt64(lengths & 0xFF) + 4)
            _ = status.wait(halted, toBe: halted, upTo: Self.haltTime, waitingClock, &access)
        }
        return isFree
    }
}

/// The capability of legacy support: behind a base in memory, or in configuration space.
private struct LegacySupport {
    var function: FunctionAddress
    var base: PhysicalAddress?
    var offset: UInt32

    @inline(never)
    func register(_ byte: UInt32, _ width: AccessWidth) -> RegisterPlace {
        if let base { return RegisterPlace(.memory(base.advanced(by: UInt64(offset + byte))), width) }
        return RegisterPlace(.configuration(function, UInt16(truncatingIfNeeded: offset + byte)), width)
    }

    /// Takes the semaphore from firmware, by force where it does not give it, and turns its interrupts off. Each of both has a
    /// byte of its own, and is written alone.
    @inline(never)
    func take(_ clock: Clock, _ access: inout some HardwareAccess) -> Bool {
        let firmwares = register(2, .byte)
        var isFree = true
        if firmwares.read(&access) & 1 != 0 {
            register(3, .byte).write(1, &access)
            isFree = firmwares.wait(1, toBe: 0, upTo: MachineFacts.releaseTime, clock, &access)
            if !isFree { firmwares.write(0, &access) }
        }
        // Bits 31:29 are cleared by being written; of xHCI, reserved bits stay as they are.
        let control = register(4, .doubleWord)
        control.write(control.read(&access) & (base == nil ? 0 : 0xE_1FEE) | 7 << 29, &access)
        return isFree
    }
}
