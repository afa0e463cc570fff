// The records of facts: what discovery learned, each with how it was learned. The host reads them back into the same
// facts, so whatever generation may ask is here.

import Hardware

extension RecordWriter {
    /// Writes the first record of a report. `entry` is `nil` where the boot failed before that was known.
    public mutating func writeStart(entry: FactSource?, options: [UInt8]) {
        let nonce = nonce
        record(.start) { text in
            text.add(entry?.word ?? "unknown")
            text.add(nonce.value, nonce.source.word, options)
        }
    }

    /// Writes what the kernel does next, so that a report that breaks off has said where.
    public mutating func write(step: StaticString) {
        record(.step) { $0.add(step) }
    }

    /// Writes something of the machine that breaks its standard and was skipped.
    public mutating func write(_ oddity: Oddity) {
        record(.oddity) { $0.add(oddity.place, oddity.kind.words) }
    }

    /// Writes all facts, in the order in which they were learned.
    public mutating func write(_ facts: MachineFacts) {
        write(facts.memory, by: facts.memorySource)
        write(facts.processor)
        write(facts.tables)
        for core in facts.cores {
            record(.core) { $0.add(core.interruptControllerIdentifier, FactSource.acpi) }
        }
        for range in facts.system {
            record(.system) { $0.add(range.kind.word, range.base, range.byteCount, FactSource.acpi) }
        }
        if let clock = facts.clock { write(clock) }
        // Where there is no such record the ports led there, as in reports from before there was one.
        if facts.configuration != .ports {
            record(.configuration) { $0.add(facts.configuration.word, FactSource.acpi) }
        }
        for function in facts.functions { write(function) }
        write(facts.placement)
        for probed in facts.probes { write(probed) }
    }

    /// Writes the processor: every leaf, then what the leaves mean in words.
    public mutating func write(_ processor: ProcessorFacts) {
        for leaf in processor.leaves {
            record(.cpuid) { text in
                text.add(leaf.leaf, leaf.subleaf)
                text.add(leaf.eax, leaf.ebx, leaf.ecx, leaf.edx)
            }
        }
        record(.cpu) { text in
            text.add(processor.vendor, processor.family, processor.model, processor.stepping)
            text.add(.cpuid)
        }
        let brand = processor.brand
        if !brand.isEmpty {
            record(.brand) { $0.add(brand, FactSource.cpuid) }
        }
        for cache in processor.caches {
            record(.cache) { text in
                text.add(cache.level, cache.kind.word, cache.byteCount, cache.lineByteCount)
                text.add(cache.wayCount, FactSource.cpuid)
            }
        }
    }

    /// Writes what an experiment has found out.
    public mutating func write(_ probed: ProbedFact) {
        record(.probe) { text in
            text.add(probed.function, probed.device, probed.name, probed.value)
            text.add(probed.source)
        }
    }

    /// Writes the map of physical memory.
    public mutating func write(_ memory: [MemoryRange], by source: FactSource) {
        for range in memory {
            record(.memory) { $0.add(range.base.rawValue, range.byteCount, range.kind.word, source) }
        }
    }

    /// Writes the list of ACPI tables.
    public mutating func write(_ tables: [ACPITable]) {
        for table in tables {
            record(.acpi) { text in
                text.add(
                    stride(from: UInt32(0), to: 32, by: 8).map { UInt8(truncatingIfNeeded: table.signature >> $0) })
                text.add(table.address.rawValue, table.byteCount, FactSource.acpi)
            }
        }
    }

    /// Writes the clock; a machine without one has no such record.
    public mutating func write(_ clock: ClockFacts) {
        record(.clock) { $0.add(clock.frequency, clock.source) }
    }

    /// Writes where generated code, windows, and rings, pools and state go.
    public mutating func write(_ placement: PlacementFacts) {
        record(.place) { $0.add(placement.code.rawValue, placement.windows.rawValue, FactSource.chosen) }
        record(.data) { text in
            text.add(placement.data.rawValue, placement.dataByteCount, placement.dataPhysical.rawValue)
            text.add(.chosen)
        }
    }

    /// Writes one PCI function: identity, then what it has of subsystem, interrupt, buses, ranges and capabilities.
    public mutating func write(_ function: PCIFunction) {
        record(.pci) { text in
            text.add(function.address, function.vendor, function.device, function.classCode >> 16)
            text.add(function.classCode >> 8, function.classCode, function.revision, function.headerType)
            text.add(.configuration)
        }
        if function.subsystemVendor != 0 || function.subsystem != 0 {
            record(.subsystem) { text in
                text.add(function.address, function.subsystemVendor, function.subsystem, FactSource.configuration)
            }
        }
        if function.interruptPin != 0 {
            record(.interrupt) { text in
                text.add(function.address, function.interruptLine)
                text.open()
                text.put(UInt8(ascii: "A") + (function.interruptPin - 1) & 3)
                text.add(.configuration)
            }
        }
        if function.headerType == 1 || function.headerType == 2 {
            record(.bridge) { text in
                text.add(function.address, function.secondaryBus, function.subordinateBus)
                text.option(function.isClosed)
                text.add(function.isNumbered ? .chosen : .configuration)
            }
        }
        for range in function.baseAddressRegisters { write(range, of: function.address) }
        for capability in function.capabilities { write(capability, of: function.address) }
        for capability in function.extendedCapabilities {
            record(.extended) { text in
                text.add(function.address, capability.offset, capability.identifier)
                text.add(capability.version, FactSource.configuration)
            }
        }
    }

    private mutating func write(_ range: BaseAddressRegister, of function: FunctionAddress) {
        record(.bar) { text in
            text.add(function, range.index, range.kind.word)
            text.option(range.isPrefetchable)
            text.add(range.base, range.byteCount, range.isChosen ? FactSource.chosen : .configuration)
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
