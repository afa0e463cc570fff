// Learns what each base address register of a function decodes: sizing, which writes and restores, is apart from
// decoding, which is pure. `PCIFunction.discover` calls it, and says of which functions sizes are asked.

/// What a base address register held, and what it answered to all ones.
struct RegisterProbe {
    var original: UInt32
    var answer: UInt32
}

extension PCIFunction {
    /// Number of base address registers of a header type: six, two of a bridge, one of CardBus.
    private var registerCount: Int { headerType == 0 ? 6 : headerType == 1 ? 2 : 1 }

    /// Reads kind and base of every base address register, and the size of each where it is asked for; leaves the function as
    /// it was.
    ///
    /// I/O and memory decode are off while sizes are asked, so that the function answers nowhere while its registers hold all
    /// ones. Where they are not asked, nothing is written: a screen goes on, the processor keeps its way through a host bridge,
    /// and registers that are no ranges, as of functions in the uncore of some servers, keep what they hold (those of
    /// 8086:2fc0, 6f60, 6fa0, 6fc0, a1ec, a1ed, a26c and a26d: Linux, arch/x86/pci/fixup.c, pci_invalid_bar).
    ///
    /// Source: PCI Local Bus Specification, revision 3.0, section 6.2.5.1, implementation note on sizing.
    @inline(never)
    mutating func readBaseAddressRegisters(
        isSized: Bool, _ access: inout some HardwareAccess, _ report: (Oddity) -> Void
    ) {
        var probes = [6 of RegisterProbe](repeating: RegisterProbe(original: 0, answer: 0))
        var lost: UInt16?
        let command = access.readConfiguration(address, 0x04, .word)
        let decodes = isSized && command & 3 != 0
        // Bit 1: PCI-to-PCI Bridge Architecture Specification, revision 1.2, section 3.2.4.3.
        isClosed = headerType == 1 && command & 2 == 0
        // Nothing but this function is touched, and nobody is told anything, until the command is written back.
        if decodes { access.writeConfiguration(address, 0x04, .word, command & 0xFFFC) }
        for index in 0..<registerCount {
            let offset = 0x10 + 4 * UInt16(index)
            let original = access.readConfiguration(address, offset, .doubleWord)
            guard isSized else {
                // As if it decoded the least that there can be.
                let answer = original | (original & 1 != 0 ? ~3 : ~15)
                probes[index] = RegisterProbe(original: original, answer: answer)
                continue
            }
            access.writeConfiguration(address, offset, .doubleWord, 0xFFFF_FFFF)
            probes[index] = RegisterProbe(
                original: original, answer: access.readConfiguration(address, offset, .doubleWord))
            access.writeConfiguration(address, offset, .doubleWord, original)
            if access.readConfiguration(address, offset, .doubleWord) != original { lost = offset }
        }
        if decodes { access.writeConfiguration(address, 0x04, .word, command) }
        if decodes && access.readConfiguration(address, 0x04, .word) != command {
            report(Oddity(.commandNotRestored, address, 0x04))
        }
        if let lost { report(Oddity(.registerNotRestored, address, lost)) }
        decode(probes, isSized, report)
    }

    /// Turns what the registers answered into ranges; registers that answer zero are not there, nor, where sizes were not
    /// asked, are those that hold it.
    private mutating func decode(_ probes: [6 of RegisterProbe], _ isSized: Bool, _ report: (Oddity) -> Void) {
        var index = 0
        while index < registerCount {
            let low = probes[index]
            let slot = UInt8(index)
            index += 1
            if (isSized ? low.answer : low.original) == 0 { continue }
            let isWide = low.original & 7 == 4
            if isWide && index == registerCount {
                report(Oddity(.registerPair, address, 0x10 + 4 * UInt16(slot)))
                continue
            }
            var high = isWide ? probes[index] : nil
            if isWide { index += 1 }
            if !isSized { high?.answer = .max }
            switch BaseAddressRegister.decode(slot, low, high) {
            case .success(var register):
                if !isSized { register.byteCount = 0 }
                baseAddressRegisters.append(register)
            case .failure(let wrong): report(Oddity(wrong.kind, address, 0x10 + 4 * UInt16(slot)))
            }
        }
    }
}

extension BaseAddressRegister {
    /// Why a register describes no range.
    struct Refusal: Error, Equatable {
        var kind: Oddity.Kind
    }

    /// Decodes one register, or a pair where `high` is given.
    ///
    /// Layout: bit 0 I/O; of memory, bits 2:1 kind (0 and, obsolete, 1: 32 bits; 2: 64 bits), bit 3 prefetchable.
    static func decode(_ index: UInt8, _ low: RegisterProbe, _ high: RegisterProbe?) -> Result<Self, Refusal> {
        let kindBits: UInt32 = low.original & 1 != 0 ? 0x3 : 0xF
        // The bits that name the kind are wired: a register that answers with others holds whatever it is given.
        guard low.original & kindBits == low.answer & kindBits else { return .failure(Refusal(kind: .registerSize)) }
        if low.original & 1 != 0 { return decodePort(index, low) }
        if low.original & 6 == 6 { return .failure(Refusal(kind: .registerKind)) }
        let fixed = UInt64(low.answer & ~kindBits) | UInt64(high?.answer ?? 0xFFFF_FFFF) << 32
        let base = UInt64(low.original & ~kindBits) | UInt64(high?.original ?? 0) << 32
        return range(
            index, high == nil ? .memory32 : .memory64, isPrefetchable: low.original & 8 != 0, base: base, fixed: fixed)
    }

    /// Decodes an I/O register, whose upper sixteen bits may be missing.
    private static func decodePort(_ index: UInt8, _ probe: RegisterProbe) -> Result<Self, Refusal> {
        let fixed = probe.answer & ~3 | (probe.answer >> 16 == 0 ? 0xFFFF_0000 : 0)
        return range(
            index, .io, isPrefetchable: false, base: UInt64(probe.original & ~3),
            fixed: UInt64(fixed) | 0xFFFF_FFFF_0000_0000)
    }

    /// The range whose address bits `fixed` can be written: ones down to the size, zeros below it.
    private static func range(
        _ index: UInt8, _ kind: Kind, isPrefetchable: Bool, base: UInt64, fixed: UInt64
    ) -> Result<Self, Refusal> {
        let byteCount = ~fixed &+ 1
        guard byteCount != 0, byteCount & (byteCount - 1) == 0, base & (byteCount - 1) == 0 else {
            return .failure(Refusal(kind: .registerSize))
        }
        return .success(
            BaseAddressRegister(
                index: index, kind: kind, isPrefetchable: isPrefetchable, base: base, byteCount: byteCount))
    }
}
