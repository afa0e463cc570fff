// Takes a machine over from firmware: every write to hardware between discovery and the installation of drivers, in its order.
// What a rule is for, and what firmware uses to boot, is written to; of all other functions of PCI nothing is, but what is
// said of bridges and watchdogs. The kernel calls it right after discovery, before it gives memory out.

extension MachineFacts {
    /// Takes the machine over, a step a line.
    ///
    /// - Parameters:
    ///   - isDriven: whether a rule is for a function, as discovery was told.
    ///   - report: told of what firmware does not let go of, and of what was turned off.
    @inline(never)
    public mutating func takeOver(
        _ access: inout some HardwareAccess, isDriven: (PCIFunction) -> Bool = { _ in false },
        _ report: (Oddity) -> Void
    ) {
        quieten(&access, isDriven, report)
        assignAddresses(&access, isDriven, report)  // to ranges that drivers need and firmware left without
    }

    /// Ends what firmware left going on.
    @inline(never)
    private func quieten(
        _ access: inout some HardwareAccess, _ isDriven: (PCIFunction) -> Bool, _ report: (Oddity) -> Void
    ) {
        for function in functions {
            release(function, &access, report)  // USB: firmware's interrupts end before anything is taken from it
            stopWatchdog(of: function, &access, report)
            if function.hidesDisks(&access) { report(Oddity(.disksHidden, function.address, 0x08)) }
        }
        for function in functions where function.isOfFirmwareUse || isDriven(function) {
            function.silence(&access)  // no device writes to memory, no ROM lies over a window
        }
        for table in tables {
            stopWatchdog(describedBy: table, &access, report)
            stopTranslation(describedBy: table, &access, report)  // devices find memory where the processor does
        }
    }
}

extension PCIFunction {
    /// Place of the register of the expansion ROM, which a device and a bridge have.
    ///
    /// Source: PCI Local Bus Specification, revision 3.0, section 6.2.5.2; PCI-to-PCI Bridge Architecture Specification,
    /// revision 1.2, section 3.2.5.14.
    var romRegister: UInt16 { headerType == 0 ? 0x30 : 0x38 }

    /// Keeps a device from memory, and from decoding its expansion ROM: no fact tells where that is, so it must be nowhere.
    ///
    /// Source: PCI Local Bus Specification, revision 3.0, section 6.2.2, bit 2 of the command.
    @inline(never)
    fileprivate func silence(_ access: inout some HardwareAccess) {
        guard headerType == 0 else { return }
        let command = access.readConfiguration(address, 0x04, .word)
        if command & 4 != 0 { access.writeConfiguration(address, 0x04, .word, command & ~4) }
        let rom = access.readConfiguration(address, romRegister, .doubleWord)
        if rom & 1 != 0 { access.writeConfiguration(address, romRegister, .doubleWord, rom & ~1) }
    }

    /// Whether disks are behind the function that no driver of theirs would find: a storage controller of Intel in RAID mode
    /// (RST, and VMD as 8086:201d, 28c0, 467f, 4c3d, 7d0b, 9a0b and a77f, which are of that class), or one in AHCI mode that
    /// says that it keeps NVMe disks behind its own registers: bit 0 at 0xA4 for that it can, a bit at 0x800 for each of three
    /// places, and the class of what is in a place at 0x880, 0x900 and 0x980. What nobody decodes reads as all ones, which is
    /// no class of a disk.
    ///
    /// Source: PCI Code and ID Assignment Specification, revision 1.11, section 1.2; Linux, drivers/pci/controller/vmd.c
    /// (vmd_ids), include/linux/ahci-remap.h and drivers/ata/ahci.c (ahci_remap_check).
    @inline(never)
    fileprivate func hidesDisks(_ access: inout some HardwareAccess) -> Bool {
        guard vendor == 0x8086, headerType == 0 else { return false }
        if classCode >> 8 == 0x0104 { return true }
        guard classCode == 0x01_0601, let range = baseAddressRegister(5), range.byteCount >= 0x8_0000,
            let base = registerBase(5, &access)
        else { return false }
        guard RegisterPlace(base, 0xA4).read(&access) & 1 != 0 else { return false }
        let places = RegisterPlace(base, 0x800).read(&access)
        return (0..<3).contains { place in
            places >> place & 1 != 0 && RegisterPlace(base, 0x880 + 0x80 * place).read(&access) == 0x01_0802
        }
    }

    /// Where the registers in memory of a range are, if the function decodes them there.
    @inline(never)
    func registerBase(_ index: UInt8, _ access: inout some HardwareAccess) -> PhysicalAddress? {
        guard let range = baseAddressRegister(index), range.kind != .io, range.isAssigned,
            access.readConfiguration(address, 0x04, .word) & 2 != 0
        else { return nil }
        return PhysicalAddress(rawValue: range.base)
    }
}
