// Turns off what firmware left between devices and memory: an IOMMU that translates, and ranges that it protects. With one on,
// a card has its link up and no frame arrives, and its driver would be blamed. It is done once devices are silent. Nothing of
// ours goes through an IOMMU; one that stays on is told, and the verdict says so. `takeOver` calls it.

extension MachineFacts {
    /// How long an IOMMU may take to go off. Units: microseconds.
    private static let offTime: UInt64 = 100_000
    /// Most IOMMUs that are looked for.
    ///
    /// Source: Linux, drivers/iommu/intel/iommu.h (DMAR_UNITS_SUPPORTED).
    private static let unitLimit = 128

    /// Turns all of Intel's off, and tells of those of AMD that are on: these have queues and logs to be ended first.
    ///
    /// Layout: "DMAR" and "IVRS", first character in the low byte: from 48 on entries, of which 0 kind, 2 length (two bytes),
    /// 8 base of the registers (eight bytes). An IOMMU is kind 0 of the first, 0x10, 0x11 and 0x40 of the second.
    ///
    /// Source: Intel Virtualization Technology for Directed I/O, revision 3.4, sections 8.1 to 8.3; AMD I/O Virtualization
    /// Technology, revision 3.07, sections 3.4.4 (control, bit 0) and 5.2.2.
    @inline(never)
    func stopTranslation(
        describedBy table: ACPITable, _ access: inout some HardwareAccess, _ report: (Oddity) -> Void
    ) {
        let isIntels = table.signature == 0x5241_4D44
        guard isIntels || table.signature == 0x5352_5649 else { return }
        var offset: UInt64 = 48
        var bases: [UInt64] = []  // several entries may be of one IOMMU
        while offset + 16 <= UInt64(table.byteCount) {
            let entry = table.address.advanced(by: offset)
            let head = access.readDoubleWord(entry)
            let base = access.readInteger(entry.advanced(by: 8), byteCount: 8)
            offset += UInt64(max(head >> 16, 4))
            let kind = head & (isIntels ? 0xFFFF : 0xFF)
            let isUnit = isIntels ? kind == 0 : kind == 0x10 || kind == 0x11 || kind == 0x40
            guard isUnit, base != 0, base & 0xFFF == 0, !bases.contains(base), isOfDevices(base, 0x1000) else {
                continue
            }
            guard bases.count < Self.unitLimit else { return report(Oddity(.translationStays, at: base)) }
            bases.append(base)
            let registers = PhysicalAddress(rawValue: base)
            let left = isIntels ? stopIntels(registers, &access) : standing(registers, &access)
            if let left { report(Oddity(left, at: base)) }
        }
    }

    /// What is to be told of an IOMMU of AMD.
    @inline(never)
    private func standing(_ registers: PhysicalAddress, _ access: inout some HardwareAccess) -> Oddity.Kind? {
        let control = RegisterPlace(registers, 0x18).read(&access)
        return control & 1 != 0 && control != .max ? .translationStays : nil
    }

    /// Turns an IOMMU of Intel off. Returns what is to be told, if anything.
    ///
    /// Layout: 0x18 global command, 0x1C global status (bit 31 translation; command bits that act once are those beside
    /// 0x96FFFFFF), 0x64 protected memory (bit 31 wanted, 0 in force).
    ///
    /// Source: Intel Virtualization Technology for Directed I/O, revision 3.4, sections 11.4.4.1, 11.4.4.2 and 11.4.8.1; Linux,
    /// drivers/iommu/intel/iommu.c (iommu_disable_translation, iommu_disable_protect_mem_regions).
    @inline(never)
    private func stopIntels(_ registers: PhysicalAddress, _ access: inout some HardwareAccess) -> Oddity.Kind? {
        let status = RegisterPlace(registers, 0x1C)
        let protection = RegisterPlace(registers, 0x64)
        let held = status.read(&access)
        let ranges = protection.read(&access)
        guard held != .max, (held | ranges) & 1 << 31 | ranges & 1 != 0 else { return nil }
        RegisterPlace(registers, 0x18).write(held & 0x16FF_FFFF, &access)
        protection.write(ranges & 0x7FFF_FFFF, &access)
        let isOff =
            status.wait(1 << 31, toBe: 0, upTo: Self.offTime, waitingClock, &access)
            && protection.wait(1, toBe: 0, upTo: Self.offTime, waitingClock, &access)
        return isOff ? .translationStopped : .translationStays
    }
}
