// The rules themselves. The order is from what stops a machine to what is merely untidy.

import Hardware

extension WriteRule {
    static let all: [WriteRule] = [
        spared, uncore, handOff, silenced, staysSilent, management, clockMemory, otherPorts, bridges, kept, command,
        capabilities, foreignMemory, timers,
    ]

    /// Registers that are no base address registers, where these should be.
    private static let oddRegisters: Set<UInt32> = [
        0x2FC0_8086, 0x6F60_8086, 0x6FA0_8086, 0x6FC0_8086, 0xA1EC_8086, 0xA1ED_8086, 0xA26C_8086, 0xA26D_8086,
    ]

    private static let spared = never(
        "nothing is written to graphics, bridges or system peripherals that no rule is for",
        because:
            "a screen that firmware set up goes dark, a chipset or an IOMMU loses its way to memory: the boot hangs",
        source: "Linux, drivers/pci/probe.c, pci_read_bases (mmio_always_on) and pci_setup_device; its early quirks",
        offence: .configuration(.laptop, "00:02.0", 0x04, 0x0103, .word)
    ) { write, boot in
        guard let (function, _) = write.configuration, !boot.described.contains(function) else { return false }
        // What firmware left without numbers or closed, nobody drives: the rule about bridges is for those.
        let isBare = boot.isBareBridge(function)
        return [0x03, 0x06, 0x08].contains(boot.classCode(function) >> 16) && !isBare
    }

    private static let uncore = never(
        "registers of the uncore that are no base address registers never hold all ones",
        because:
            "Home Agents and Power Control Units of Xeon E5 v3 and v4 and ROM functions of C620 have others there",
        source: "Linux, arch/x86/pci/fixup.c, pci_invalid_bar",
        offence: .configuration(.xeon, "ff:12.0", 0x10, .max, in: .discovery)
    ) { write, boot in
        guard let (function, _) = write.configuration else { return false }
        return oddRegisters.contains(boot.before.word(function, 0)) && write.touches(0x10..<0x28)
    }

    private static let handOff = always(
        "a USB controller is asked for before it is kept from memory",
        because:
            "firmware's own driver goes on in system management mode, and waits there for a controller that is deaf",
        source: "Linux, drivers/usb/host/pci-quirks.c, quirk_usb_early_handoff; xHCI, revision 1.2, section 4.22.1",
        offence: .configuration(.laptop, "00:14.0", 0x04, 0x0102, .word, in: .discovery)
    ) { function, boot in
        guard let ownership = function.controller?.ownership else { return nil }
        let asked = boot.writes.firstIndex { $0.sets(ownership.asks, at: ownership.asking) }
        let silenced = boot.writes.firstIndex { $0.clearsMastering(of: function.address) }
        guard let silenced, asked ?? .max > silenced else { return nil }
        return asked == nil ? "kept from memory and never asked for" : "asked for after it was kept from memory"
    }

    private static let silenced = always(
        "storage, networks, USB and what rules are for are kept from memory before it is given out",
        because: "what firmware left running, PXE's card or Wi-Fi, writes into memory that is code by then",
        source:
            "UEFI Specification, version 2.10, section 7.4.6; Linux, drivers/firmware/efi/libstub/pci.c",
        offence: .configuration(.proxmox, "06:12.0", 0x04, 0x0107, .word)
    ) { function, boot in
        guard boot.isSilenced(function.address), function.space.bytes[0x0E] & 0x7F == 0 else { return nil }
        return boot.after.word(function.address, 0x04) & 4 != 0 ? "masters the bus" : nil
    }

    private static let staysSilent = never(
        "nobody is let onto the bus who was not, or is not any more",
        because: "a device whose registers firmware left unset writes where these point to",
        source: "PCI Local Bus Specification, revision 3.0, section 6.2.2",
        offence: .configuration(.desktop, "01:05.0", 0x04, 0x0107, .word)
    ) { write, _ in
        // Sizing writes back what was there.
        guard write.step == .takeOver, write.touches(0x04..<0x05) else { return false }
        return write.value & 4 != 0 && write.before & 4 == 0
    }

    private static let management = never(
        "power management of the machine is not touched: no command to firmware, no sleep, no reset",
        because:
            "the command port enters system management mode, PM1 control has the machine sleep, 0xCF9 resets it",
        source: "ACPI Specification, version 6.5, sections 4.8.3 and 5.2.9; Linux, arch/x86/kernel/reboot.c (0xCF9)",
        offence: .port(.xeon, 0xCF9, 6)
    ) { write, boot in
        guard case .port(let port) = write.place else { return false }
        let fixed = boot.machine.tables.fixed
        var own = [UInt64(0xCF9)...0xCF9, 0xB2...0xB3]
        if fixed.commandPort > 0 { own.append(fixed.commandPort...fixed.commandPort + 1) }
        if fixed.resetPort > 0 { own.append(fixed.resetPort...fixed.resetPort) }
        for (first, count) in [(fixed.eventPort, 4), (fixed.controlPort, 2), (fixed.generalPort, 8)] where first > 0 {
            own.append(first...first + UInt64(count) - 1)
        }
        return own.contains { $0.overlaps(UInt64(port)...UInt64(port) + UInt64(write.width.rawValue) - 1) }
    }

    private static let clockMemory = never(
        "the memory of the clock is not touched, nor its index",
        because: "a wrong sum has firmware ask for its setup at the next start; bit 7 of the index hides an interrupt",
        source: "Linux, drivers/char/nvram.c (the sum), arch/x86/include/asm/mc146818rtc.h (the index)",
        offence: .port(.desktop, 0x70, 0x0A)
    ) { write, _ in
        if case .port(let port) = write.place { 0x70...0x77 ~= port } else { false }
    }

    private static let otherPorts = never(
        "of all ports only those of the interval timer are written, and the bit that stops a watchdog",
        because:
            "a port is whatever the board has there: a keyboard controller that resets, a BMC, an embedded controller",
        source: "Intel 82C54 data sheet; PC/AT Technical Reference, port 0x61",
        offence: .port(.laptop, 0x66, 0x80)
    ) { write, boot in
        guard case .port(let port) = write.place else { return false }
        if port == 0x61 { return write.value & 2 != 0 }  // the speaker
        // A watchdog is stopped by a bit of its own.
        if port == boot.machine.watchdog?.controlPort { return write.value ^ write.before != 1 << 11 }
        return ![0x42, 0x43].contains(port)
    }

    private static let bridges = never(
        "numbers and windows that firmware gave a bridge stay",
        because: "whatever is behind the bridge is nowhere, its console and its boot disk among it",
        source: "PCI-to-PCI Bridge Architecture Specification, revision 1.2, sections 3.2.5.3 to 3.2.5.8",
        offence: .configuration(.desktop, "00:1e.0", 0x18, 0x02_0200)
    ) { write, boot in
        guard let (function, _) = write.configuration, boot.function(function)?.isBridge == true else { return false }
        return !boot.isBareBridge(function) && write.touches(0x10..<0x3C) && write.value != write.before
    }

    private static let kept = always(
        "what firmware assigned is where it was, and decodes as it did",
        because: "firmware's tables and its system management code go on using these addresses",
        source: "PCI Firmware Specification, revision 3.0, section 3.5",
        offence: .configuration(.virtualBox, "00:03.0", 0x10, 0xE100_0000)
    ) { function, boot in
        for offset in stride(from: UInt16(0x10), to: function.isBridge ? 0x18 : 0x28, by: 4) {
            let (was, now) = (boot.before.word(function.address, offset), boot.after.word(function.address, offset))
            if was & ~15 != 0, was != now {
                return "0x\(String(offset, radix: 16)) was 0x\(String(was, radix: 16)), is 0x\(String(now, radix: 16))"
            }
        }
        let (was, now) = (boot.before.word(function.address, 4), boot.after.word(function.address, 4))
        return was & 3 & ~now != 0 && !boot.isBareBridge(function.address) ? "decodes no more" : nil
    }

    private static let command = never(
        "the command register is written without the status register beside it",
        because: "status bits are cleared by being written: errors that firmware's log is to have are gone",
        source: "PCI Local Bus Specification, revision 3.0, section 6.2.3",
        offence: .configuration(.xeon, "00:1f.2", 0x04, 0xFFFF_0103)
    ) { write, _ in write.touches(0x06..<0x08) }

    private static let capabilities = never(
        "behind the header only power states and the legacy support of USB are written",
        because:
            "chipsets lock, route and trap by registers there; a message's address has a device write anywhere",
        source: "PCI Local Bus Specification, revision 3.0, sections 6.1 and 6.8; EHCI, revision 1.0, section 2.1.7",
        offence: .configuration(.cloud, "00:04.0", 0x9A, 0xC000, .word)
    ) { write, boot in
        guard let (function, offset) = write.configuration, offset >= 0x40 else { return false }
        if let controller = boot.function(function)?.controller {
            if let legacy = HostController.configurationOffsets[controller.kind], legacy..<legacy + 8 ~= offset {
                return false
            }
        }
        let powers = boot.facts.functions.first { $0.address == function }?.capabilities.filter { $0.identifier == 1 }
        return powers?.contains { UInt16($0.offset) + 4..<UInt16($0.offset) + 6 ~= offset } != true
    }

    private static let foreignMemory = never(
        "in memory only registers of USB controllers are written, and the switch of the event timers",
        because: "memory is not ours yet: a framebuffer, firmware's tables, system management's own, another device",
        source: "ACPI Specification, version 6.5, section 15.4; UEFI Specification, version 2.10, section 7.2",
        offence: .memory(.laptop, 0x4000_0000_00)
    ) { write, boot in
        guard case .memory(let address) = write.place else { return false }
        if let timers = boot.machine.tables.eventTimers, address == timers.base + EventTimers.configurationOffset {
            return (write.value ^ write.before) & ~1 != 0
        }
        return !boot.machine.functions.contains { function in
            function.controller.map { $0.base..<$0.base + $0.byteCount ~= address } ?? false
        }
    }
}

extension WriteRule {
    /// Of both timers that have a switch: where it is, and its bits.
    private static let timers = WriteRule(
        name: "timers that were switched on to measure by are switched off again",
        reason: "an event timer that firmware left off begins to interrupt; the speaker's channel is somebody's",
        source: "IA-PC HPET Specification, revision 1.0a, section 2.3.5; Linux, arch/x86/kernel/tsc.c",
        breaches: { boot in
            let events = boot.machine.tables.eventTimers.map { $0.base + EventTimers.configurationOffset }
            return [TracedWrite.Place.port(0x61), .memory(events ?? .max)].compactMap { place in
                let writes = boot.writes.filter { $0.place == place }
                guard let first = writes.first, let last = writes.last else { return nil }
                return (first.before ^ last.value) & 3 != 0 ? last.description : nil
            }
        }, offence: .port(.bochs, 0x61, 0x21))
}

extension MachineFunction {
    var isBridge: Bool { space.bytes[0x0E] & 0x7F == 1 }
}

extension TracedWrite {
    /// Whether it sets bits of a register of four bytes, of which it may be to all or to the byte alone that has them.
    func sets(_ bits: UInt32, at register: HostController.Place) -> Bool {
        let byte: UInt64
        switch (register, place) {
        case (.memory(let start), .memory(let address)) where address & ~3 == start: byte = address & 3
        case (.configuration(let owner, let start), .configuration(let function, let offset))
        where function == owner && offset & ~3 == start:
            byte = UInt64(offset & 3)
        default: return false
        }
        return value << (8 * byte) & UInt64(bits) != 0
    }

    /// Whether it takes the right to master the bus from a function.
    func clearsMastering(of function: FunctionAddress) -> Bool {
        configuration?.function == function && touches(0x04..<0x05) && before & 4 != 0 && value & 4 == 0
    }
}

extension BootedMachine {
    /// Whether it is a bridge that firmware left without a bus, or with nothing to pass on.
    func isBareBridge(_ address: FunctionAddress) -> Bool {
        guard function(address)?.isBridge == true else { return false }
        return before.word(address, 0x18) & 0xFF00 == 0 || before.word(address, 0x04) & 2 == 0
    }
}
