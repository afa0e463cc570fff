// Turns the records of a report back into the facts that they carry: the static input of generation. So the host can
// generate again what a machine generated, or for a machine that is not there. MachineReport calls it record by record.

import Hardware
import Report

/// Collects the facts of a report.
public struct FactsReader: Sendable {
    /// The facts so far.
    public internal(set) var facts = MachineFacts()

    public init() {}

    /// All facts of a report.
    ///
    /// Throws: the first `ReportError` of a record that carries a fact.
    public static func facts(of records: [Record]) throws(ReportError) -> MachineFacts {
        var reader = FactsReader()
        for record in records { _ = try reader.read(record) }
        return reader.facts
    }

    /// Takes the fact of a record. Returns whether the record is of a kind that carries one.
    ///
    /// Throws: `ReportError` where the text has not the form of its kind; the facts are then as before.
    public mutating func read(_ record: Record) throws(ReportError) -> Bool {
        if record.isKind("cpuid") {
            try readLeaf(RecordFields(record))
        } else if record.isKind("memory") {
            try readMemory(RecordFields(record))
        } else if record.isKind("acpi") {
            try readTable(RecordFields(record))
        } else if record.isKind("core") {
            try readCore(RecordFields(record))
        } else if record.isKind("system") {
            try readSystemRange(RecordFields(record))
        } else if record.isKind("clock") {
            try readClock(RecordFields(record))
        } else if record.isKind("data") {
            try readData(RecordFields(record))
        } else if record.isKind("place") {
            try readPlacement(RecordFields(record))
        } else if record.isKind("probe") {
            try readProbe(RecordFields(record))
        } else {
            return try readFunctionFact(record)
        }
        return true
    }

    // MARK: - Processor, memory, tables, clock, placement

    /// `cpuid 00000007.0 00000000 009c27ab 00000000 00000000`
    private mutating func readLeaf(_ start: RecordFields) throws(ReportError) {
        var fields = start
        let expected = "leaf.subleaf and four registers"
        let place = try fields.word(expected)
        guard place.count > 9, place.dropFirst(8).first == UInt8(ascii: ".") else { throw fields.malformed(expected) }
        let leaf: UInt32 = try fields.hexadecimal(place.prefix(8), 8, expected)
        let subleaf: UInt32 = try fields.hexadecimal(place.dropFirst(9), nil, expected)
        let eax: UInt32 = try fields.hexadecimal(fields.word(expected), 8, expected)
        let ebx: UInt32 = try fields.hexadecimal(fields.word(expected), 8, expected)
        let ecx: UInt32 = try fields.hexadecimal(fields.word(expected), 8, expected)
        let edx: UInt32 = try fields.hexadecimal(fields.word(expected), 8, expected)
        try fields.end()
        facts.processor.leaves.append(
            ProcessorLeaf(leaf: leaf, subleaf: subleaf, eax: eax, ebx: ebx, ecx: ecx, edx: edx))
    }

    /// `memory 0x100000 +0x3ee0000 usable by=pvh`
    private mutating func readMemory(_ start: RecordFields) throws(ReportError) {
        var fields = start
        let base: UInt64 = try fields.prefixed("the base of a range")
        let byteCount: UInt64 = try fields.size("the size of a range")
        let kind: MemoryRange.Kind
        if fields.takes("usable") {
            kind = .usable
        } else if fields.takes("reserved") {
            kind = .reserved
        } else if fields.takes("acpi-reclaimable") {
            kind = .acpiReclaimable
        } else if fields.takes("acpi-nvs") {
            kind = .acpiNonVolatile
        } else if fields.takes("defective") {
            kind = .defective
        } else {
            throw fields.malformed("a kind of memory")
        }
        let source = try fields.source()
        guard facts.memory.isEmpty || facts.memorySource == source else {
            throw .contradiction(
                record: fields.record.number, text: fields.record.text, reason: "a second source of the memory map")
        }
        facts.memorySource = source
        facts.memory.append(MemoryRange(base: PhysicalAddress(rawValue: base), byteCount: byteCount, kind: kind))
    }

    /// `acpi FACP 0x3fe17a0 +0x74 by=acpi`
    private mutating func readTable(_ start: RecordFields) throws(ReportError) {
        var fields = start
        let name = try fields.word("a signature")
        guard name.count == 4 else { throw fields.malformed("a signature of four characters") }
        let signature = name.reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        let address: UInt64 = try fields.prefixed("the address of a table")
        let byteCount: UInt32 = try fields.size("the size of a table")
        _ = try fields.source()
        facts.tables.append(
            ACPITable(signature: signature, address: PhysicalAddress(rawValue: address), byteCount: byteCount))
    }

    /// `core apic=0 by=acpi`
    private mutating func readCore(_ start: RecordFields) throws(ReportError) {
        var fields = start
        let identifier: UInt32 = try fields.decimal(fields.value("apic"), "the number of an interrupt controller")
        _ = try fields.source()
        facts.cores.append(ProcessorCore(interruptControllerIdentifier: identifier))
    }

    /// `system io-apic 0xfec00000 +0x1000 by=acpi`
    private mutating func readSystemRange(_ start: RecordFields) throws(ReportError) {
        var fields = start
        let word = try fields.word("a kind of range")
        guard let kind = SystemRange.Kind.allCases.first(where: { word.isSpelled($0.word) }) else {
            throw fields.malformed("local-apic, io-apic, hpet, ecam, tpm or ports")
        }
        let base: UInt64 = try fields.prefixed("the base of a range")
        let byteCount: UInt64 = try fields.size("the size of a range")
        _ = try fields.source()
        facts.system.append(SystemRange(kind: kind, base: base, byteCount: byteCount))
    }

    /// `clock tsc hertz=2400000000 by=pmtimer`
    private mutating func readClock(_ start: RecordFields) throws(ReportError) {
        var fields = start
        guard fields.takes("tsc") else { throw fields.malformed("tsc") }
        let frequency: UInt64 = try fields.decimal(fields.value("hertz"), "a frequency")
        facts.clock = ClockFacts(frequency: frequency, source: try fields.source())
    }

    /// `place code=0x40000000 windows=0x50000000 by=chosen`
    private mutating func readPlacement(_ start: RecordFields) throws(ReportError) {
        var fields = start
        let code: UInt64 = try fields.prefixed(fields.value("code"), "an address")
        let windows: UInt64 = try fields.prefixed(fields.value("windows"), "an address")
        _ = try fields.source()
        facts.placement.code = VirtualAddress(rawValue: code)
        facts.placement.windows = VirtualAddress(rawValue: windows)
    }

    /// `data 0x60000000 +0x800000 physical=0x400000 by=chosen`
    private mutating func readData(_ start: RecordFields) throws(ReportError) {
        var fields = start
        let data: UInt64 = try fields.prefixed("an address")
        let byteCount: UInt64 = try fields.size("the size of a range")
        let physical: UInt64 = try fields.prefixed(fields.value("physical"), "an address")
        _ = try fields.source()
        facts.placement.data = VirtualAddress(rawValue: data)
        facts.placement.dataPhysical = PhysicalAddress(rawValue: physical)
        facts.placement.dataByteCount = byteCount
    }
}
