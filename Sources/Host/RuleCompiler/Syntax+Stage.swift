// The nodes of the static stage: facts, tables, probes, and what a rule asks of discovery.

extension Syntax {
    /// `fact slots = choose 64, 256`, `fact lanes in 1…8 = pci.revision + 1`
    struct Fact: Named {
        var name: Name
        var range: (low: Number, high: Number)?
        /// One value, or alternatives.
        var values: [Expression]
    }

    /// `table widths = 1, 2, 4`
    struct Table: Named {
        var name: Name
        var entries: [Number]
    }

    /// `probe done: u32 = 0 restores EERD { … }`
    struct Probe: Named {
        var function: Function
        /// Bits of what it finds out.
        var bitCount: UInt8
        var assumed: Number?
        var purity: Purity
        /// Registers that it puts back.
        var registers: [Name]

        var name: Name { function.member.name }
    }

    /// What a probe may do to its device.
    enum Purity: String, CaseIterable {
        case reads, restores, resets
    }

    /// `capability 0x09 where byte 3 == 2, u32 at 16`
    struct CapabilityNumber {
        var identifier: Number
        var mark: (part: LocatorPart, value: Number)?
        var part: LocatorPart
    }
}
