// Stops the watchdogs that firmware left running and that we know how to stop: those that ACPI describes, Intel's TCO, and the
// one of Intel's 6300ESB. One that keeps running is told, as is one that ran: nobody here feeds it, so that the machine would
// be reset minutes after the verdict. Those of a BMC or of AMD's chipsets are not looked for. `takeOver` calls it.

/// What turns a watchdog off: bits of a register that have to have a value.
private struct WatchdogSwitch {
    var place: RegisterPlace
    /// The bits, and what they are where the watchdog is stopped.
    var mask: UInt32
    var stopped: UInt32

    /// Turns the watchdog off, where it is on. Returns what is to be told, if anything.
    @inline(never)
    func turnOff(_ access: inout some HardwareAccess) -> Oddity.Kind? {
        let held = place.read(&access)
        // All ones: nothing is there.
        guard held & mask != stopped, held != .max >> (32 - 8 * UInt32(place.width.rawValue)) else { return nil }
        place.write(held & ~mask | stopped, &access)
        return place.read(&access) & mask == stopped ? .watchdogStopped : .watchdogRuns
    }
}

extension MachineFacts {
    /// Stops the one that a function is or leads to.
    @inline(never)
    func stopWatchdog(of function: PCIFunction, _ access: inout some HardwareAccess, _ report: (Oddity) -> Void) {
        guard function.vendor == 0x8086 else { return }
        if let base = timeoutBase(function, &access) { stopTimer(at: base, &access, report) }
        // Layout: 0x68 bit 0 locked, so that it cannot be stopped, bit 1 on.
        // Source: Linux, drivers/watchdog/i6300esb.c (esb_timer_stop).
        if function.device == 0x25AB {
            let lock = RegisterPlace(.configuration(function.address, 0x68), .byte)
            let told = WatchdogSwitch(place: lock, mask: 1 << 1, stopped: 0).turnOff(&access)
            if let told { report(Oddity(told, function.address, 0x68)) }
        }
    }

    /// Stops Intel's TCO timer.
    private func stopTimer(at base: UInt16, _ access: inout some HardwareAccess, _ report: (Oddity) -> Void) {
        guard isBesidePorts(UInt64(base), 10) else { return report(Oddity(.watchdogRuns, at: UInt64(base))) }
        let control = RegisterPlace(.port(base + 8), .word)
        // A timer that was never loaded holds 0: it does not count, and is held all the same.
        let count = access.readPort(PortNumber(rawValue: base), .word) & 0x3FF
        let told = WatchdogSwitch(place: control, mask: 1 << 11, stopped: 1 << 11).turnOff(&access)
        if let told, count != 0 { report(Oddity(told, at: UInt64(base))) }
    }

    /// Whether ports are none of the board and of ISA devices, of configuration space, or that ACPI names: what the kernel goes
    /// through itself, and what would reset the machine or turn it off, is no watchdog's.
    ///
    /// Source: ISA decodes ten bits of a port; Intel 7 Series Chipset, 326776-003, section 9.3.1 (0x4D0 and 0x4D1); PCI Local
    /// Bus Specification, revision 3.0, section 3.2.2.3.2.
    @inline(never)
    private func isBesidePorts(_ first: UInt64, _ byteCount: UInt64) -> Bool {
        guard (0x400...0xFFFF).contains(first) else { return false }
        let end = first + byteCount
        guard end <= 0x1_0000, end <= 0x4D0 || first > 0x4D1, end <= 0xCF8 || first > 0xCFF else { return false }
        return !system.contains { $0.kind == .ports && first < $0.base + $0.byteCount && $0.base < end }
    }

    /// The ports of Intel's TCO timer where a function leads to them: of a bridge to LPC, 0x60 behind those of power
    /// management, which ACPI names as well; of later chipsets where the function of SMBus says.
    ///
    /// Layout: of the ports, 0 count (bits 9:0), 8 control (bit 11 halted). Of LPC 0x40 bits 15:7 base; of SMBus 0x50 bits
    /// 15:5 base, 0x54 bit 8 on.
    ///
    /// Source: Intel ICH9 datasheet, 316972-004, sections 13.1.13 and 13.9; Linux, drivers/i2c/busses/i2c-i801.c
    /// (i801_add_tco) and drivers/watchdog/iTCO_wdt.c.
    @inline(never)
    private func timeoutBase(_ function: PCIFunction, _ access: inout some HardwareAccess) -> UInt16? {
        switch function.classCode >> 8 {
        case 0x0601:
            let base = access.readConfiguration(function.address, 0x40, .doubleWord)
            let ports = UInt64(base & 0xFF80)
            // Its event block begins with them.
            guard base & 1 != 0, system.contains(where: { $0.kind == .ports && $0.base == ports }) else { return nil }
            return UInt16(ports) + 0x60
        case 0x0C05:
            let base = access.readConfiguration(function.address, 0x50, .doubleWord) & 0xFFE0
            let isOn = access.readConfiguration(function.address, 0x54, .doubleWord) & 1 << 8 != 0
            return isOn && base != 0 ? UInt16(base) : nil
        default: return nil
        }
    }

    /// Does what a table says is to be done to stop a watchdog, where that is behind ports.
    ///
    /// Layout: 64 how many entries, from 68 on 24 bytes each: 0 action (11 stop), 1 instruction (2 write a value, with bit 7
    /// all but the mask stays), 4 generic address (0 space, 2 first bit, 3 access size, 4 address), 16 value, 20 mask.
    ///
    /// Source: Hardware Watchdog Timers Design Specification (Microsoft, 2007), section 3; Linux, include/acpi/actbl3.h
    /// (acpi_table_wdat) and drivers/watchdog/wdat_wdt.c (wdat_wdt_run_action).
    @inline(never)
    func stopWatchdog(
        describedBy table: ACPITable, _ access: inout some HardwareAccess, _ report: (Oddity) -> Void
    ) {
        guard table.signature == 0x5441_4457 else { return }  // "WDAT"
        var offset: UInt64 = 68
        while offset + 24 <= UInt64(table.byteCount) {
            let entry = table.address.advanced(by: offset)
            offset += 24
            let what = access.readDoubleWord(entry)
            guard what & 0x7FFF == 0x020B else { continue }
            let form = access.readDoubleWord(entry.advanced(by: 4))
            let address = access.readInteger(entry.advanced(by: 8), byteCount: 8)
            let shift = form >> 16 & 31
            let value = access.readDoubleWord(entry.advanced(by: 16))
            let mask = access.readDoubleWord(entry.advanced(by: 20))
            let width: AccessWidth? =
                switch form >> 24 {
                case 1: .byte
                case 2: .word
                case 3: .doubleWord
                default: nil
                }
            guard form & 0xFF == 1, let width, isBesidePorts(address, UInt64(width.rawValue)) else {
                report(Oddity(.watchdogRuns, at: table.address.rawValue))
                continue
            }
            let place = RegisterPlace(.port(UInt16(truncatingIfNeeded: address)), width)
            let stop = WatchdogSwitch(place: place, mask: mask << shift, stopped: (value & mask) << shift)
            if let told = stop.turnOff(&access) { report(Oddity(told, at: address)) }
        }
    }
}
