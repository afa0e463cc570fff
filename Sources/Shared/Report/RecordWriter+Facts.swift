// The records of facts: what discovery learned, each with how it was learned. FactsReader turns them back into the same
// facts, so whatever generation may ask stands here.

import Hardware

extension RecordWriter {
    /// Writes the first record of a report. `entry` is `nil` where the boot failed before that was known.
    public mutating func writeStart(entry: FactSource?, options: [UInt8]) {
        let nonce = nonce
        record("metaos") { text in
            text.word("2")
            text.field("entry", entry?.word ?? "unknown")
            text.nonce(nonce.value)
            text.field("by", nonce.source.word)
            text.key("options")
            text.put(quoted: options)
        }
    }

    /// Writes the processor: every leaf, then what the leaves mean in words.
    public mutating func write(_ processor: ProcessorFacts) {
        for leaf in processor.leaves {
            record("cpuid") { text in
                text.put(UInt8(ascii: " "))
                text.put(hexadecimal: UInt64(leaf.leaf), digits: 8)
                text.put(UInt8(ascii: "."))
                text.put(hexadecimal: UInt64(leaf.subleaf))
                for register in [leaf.eax, leaf.ebx, leaf.ecx, leaf.edx] {
                    text.put(UInt8(ascii: " "))
                    text.put(hexadecimal: UInt64(register), digits: 8)
                }
            }
        }
        record("cpu") { text in
            text.key("vendor")
            text.put(word: processor.vendor)
            text.field("family", UInt64(processor.family))
            text.field("model", UInt64(processor.model))
            text.field("stepping", UInt64(processor.stepping))
            text.by(.cpuid)
        }
        let brand = processor.brand
        if !brand.isEmpty {
            record("brand") { text in
                text.put(UInt8(ascii: " "))
                text.put(quoted: brand)
                text.by(.cpuid)
            }
        }
        for cache in processor.caches {
            record("cache") { text in
                text.field("level", UInt64(cache.level))
                text.field("kind", cache.kind.word)
                text.field("bytes", cache.byteCount)
                text.field("line", UInt64(cache.lineByteCount))
                text.field("ways", UInt64(cache.wayCount))
                text.by(.cpuid)
            }
        }
    }

    /// Writes what the kernel does next, so that a report that breaks off has said where.
    public mutating func write(step: StaticString) {
        record("step") { text in
            text.put(UInt8(ascii: " "))
            text.put(quoted: step)
        }
    }

    /// Writes something of the machine that breaks its standard and was skipped.
    public mutating func write(_ oddity: Oddity) {
        record("oddity") { text in
            text.word(address: oddity.place)
            text.put(UInt8(ascii: " "))
            text.put(quoted: oddity.kind.words)
        }
    }

    /// Writes all facts, in the order in which they were learned.
    public mutating func write(_ facts: MachineFacts) {
        write(facts.memory, by: facts.memorySource)
        write(facts.processor)
        write(facts.tables)
        for core in facts.cores {
            record("core") { text in
                text.field("apic", UInt64(core.interruptControllerIdentifier))
                text.by(.acpi)
            }
        }
        if let clock = facts.clock { write(clock) }
        for function in facts.functions { write(function) }
        write(facts.placement)
        for probed in facts.probes { write(probed) }
    }

    /// Writes what an experiment has found out.
    public mutating func write(_ probed: ProbedFact) {
        record("probe") { text in
            text.word(probed.function)
            text.word(probed.device)
            text.put(UInt8(ascii: "."))
            text.put(probed.name)
            text.field("value", address: probed.value)
            text.by(probed.source)
        }
    }

    /// Writes the map of physical memory.
    public mutating func write(_ memory: [MemoryRange], by source: FactSource) {
        for range in memory {
            record("memory") { text in
                text.word(address: range.base.rawValue)
                text.word(size: range.byteCount)
                text.word(range.kind.word)
                text.by(source)
            }
        }
    }

    /// Writes the list of ACPI tables.
    public mutating func write(_ tables: [ACPITable]) {
        for table in tables {
            record("acpi") { text in
                text.put(UInt8(ascii: " "))
                let signature = stride(from: UInt32(0), to: 32, by: 8).map {
                    UInt8(truncatingIfNeeded: table.signature >> $0)
                }
                text.put(word: signature)
                text.word(address: table.address.rawValue)
                text.word(size: UInt64(table.byteCount))
                text.by(.acpi)
            }
        }
    }

    /// Writes the clock; a machine without one has no such record.
    public mutating func write(_ clock: ClockFacts) {
        record("clock") { text in
            text.word("tsc")
            text.field("hertz", clock.frequency)
            text.by(clock.source)
        }
    }

    /// Writes where generated code, windows, and rings, pools and state go.
    public mutating func write(_ placement: PlacementFacts) {
        record("place") { text in
            text.field("code", address: placement.code.rawValue)
            text.field("windows", address: placement.windows.rawValue)
            text.by(.chosen)
        }
        record("data") { text in
            text.word(address: placement.data.rawValue)
            text.word(size: placement.dataByteCount)
            text.field("physical", address: placement.dataPhysical.rawValue)
            text.by(.chosen)
        }
    }

    /// Writes one PCI function: identity, then what it has of subsystem, interrupt, buses, ranges and capabilities.
    public mutating func write(_ function: PCIFunction) {
        record("pci") { text in
            text.word(function.address)
            text.word(identifiers: function.vendor, function.device)
            text.key("class")
            text.put(hexadecimal: UInt64(function.classCode >> 16), digits: 2)
            text.put(UInt8(ascii: "."))
            text.put(hexadecimal: UInt64(function.classCode >> 8), digits: 2)
            text.put(UInt8(ascii: "."))
            text.put(hexadecimal: UInt64(function.classCode), digits: 2)
            text.key("revision")
            text.put(hexadecimal: UInt64(function.revision), digits: 2)
            text.field("header", UInt64(function.headerType))
            text.by(.configuration)
        }
        if function.subsystemVendor != 0 || function.subsystem != 0 {
            record("subsystem") { text in
                text.word(function.address)
                text.word(identifiers: function.subsystemVendor, function.subsystem)
                text.by(.configuration)
            }
        }
        if function.interruptPin != 0 {
            record("interrupt") { text in
                text.word(function.address)
                text.field("line", UInt64(function.interruptLine))
                text.key("pin")
                text.put(UInt8(ascii: "A") + (function.interruptPin - 1) & 3)
                text.by(.configuration)
            }
        }
        if function.headerType == 1 || function.headerType == 2 {
            record("bridge") { text in
                text.word(function.address)
                text.field("secondary", UInt64(function.secondaryBus))
                text.field("subordinate", UInt64(function.subordinateBus))
                if function.isClosed { text.word("closed") }
                text.by(.configuration)
            }
        }
        for range in function.baseAddressRegisters { write(range, of: function.address) }
        for capability in function.capabilities { write(capability, of: function.address) }
    }

    private mutating func write(_ range: BaseAddressRegister, of function: FunctionAddress) {
        record("bar") { text in
            text.word(function)
            text.word(decimal: UInt64(range.index))
            text.word(range.kind.word)
            if range.isPrefetchable { text.word("prefetchable") }
            text.word(address: range.base)
            text.word(size: range.byteCount)
            text.by(.configuration)
        }
    }
}

extension MemoryRange.Kind {
    /// The word that stands for the kind in a report.
    public var word: StaticString {
        switch self {
        case .usable: "usable"
        case .reserved: "reserved"
        case .acpiReclaimable: "acpi-reclaimable"
        case .acpiNonVolatile: "acpi-nvs"
        case .defective: "defective"
        }
    }
}

extension BaseAddressRegister.Kind {
    /// The word that stands for the kind in a report.
    public var word: StaticString {
        switch self {
        case .memory32: "memory32"
        case .memory64: "memory64"
        case .io: "io"
        }
    }
}
