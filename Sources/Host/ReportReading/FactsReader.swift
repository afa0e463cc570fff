// Turns the records of a report back into the facts that they carry: the static input of generation. So the host can
// generate again what a machine generated, or for a machine that is not there. MachineReport calls it record by record.

import Hardware
import Report

/// Collects the facts of a report.
public struct FactsReader: Sendable {
    /// The facts so far.
    public private(set) var facts = MachineFacts()
    /// Where among the functions each is.
    private var indices: [FunctionAddress: Int] = [:]

    public init() {}

    /// All facts of a report.
    ///
    /// Throws: the first `ReportError` of a record that carries a fact.
    public static func facts(of records: [Record]) throws(ReportError) -> MachineFacts {
        var reader = FactsReader()
        for record in records.inReadingOrder { _ = try reader.read(record) }
        return reader.facts
    }

    /// Takes the fact of a record. Returns whether the record is of a kind that carries one.
    ///
    /// Throws: `ReportError` where the text has not the form of its kind; the facts are then as before.
    public mutating func read(_ record: Record) throws(ReportError) -> Bool {
        guard record.section == .facts else { return false }
        var fields = try RecordFields(record)
        try read(&fields)
        return true
    }

    /// Takes a fact.
    mutating func read(_ fields: inout RecordFields) throws(ReportError) {
        switch fields.form {
        case .cpuid:
            facts.processor.leaves.append(
                ProcessorLeaf(
                    leaf: try fields.number(), subleaf: try fields.number(), eax: try fields.number(),
                    ebx: try fields.number(), ecx: try fields.number(), edx: try fields.number()))
        case .memory: try readMemory(&fields)
        case .acpi:
            let name = fields.text()
            guard name.count == 4 else { throw fields.malformed("a signature of four characters") }
            facts.tables.append(
                ACPITable(
                    signature: name.reversed().reduce(0) { $0 << 8 | UInt32($1) },
                    address: PhysicalAddress(rawValue: try fields.number()), byteCount: try fields.number()))
        case .core: facts.cores.append(ProcessorCore(interruptControllerIdentifier: try fields.number()))
        case .system:
            facts.system.append(
                SystemRange(
                    kind: try fields.element(of: SystemRange.Kind.allCases, \.word), base: try fields.number(),
                    byteCount: try fields.number()))
        case .clock: facts.clock = ClockFacts(frequency: try fields.number(), source: fields.source())
        case .configuration:
            facts.configuration = try fields.element(of: ConfigurationReach.allCases, \.word)
        case .place:
            facts.placement.code = VirtualAddress(rawValue: try fields.number())
            facts.placement.windows = VirtualAddress(rawValue: try fields.number())
        case .data:
            facts.placement.data = VirtualAddress(rawValue: try fields.number())
            facts.placement.dataByteCount = try fields.number()
            facts.placement.dataPhysical = PhysicalAddress(rawValue: try fields.number())
        case .pci: try readFunction(&fields)
        default: try readFunctionFact(&fields)
        }
    }

    private mutating func readMemory(_ fields: inout RecordFields) throws(ReportError) {
        let range = MemoryRange(
            base: PhysicalAddress(rawValue: try fields.number()), byteCount: try fields.number(),
            kind: try fields.element(of: MemoryRange.Kind.allCases, \.word))
        let source = fields.source()
        guard facts.memory.isEmpty || facts.memorySource == source else {
            throw fields.contradiction("a second source of the memory map")
        }
        facts.memorySource = source
        facts.memory.append(range)
    }

    // MARK: PCI functions

    private mutating func readFunction(_ fields: inout RecordFields) throws(ReportError) {
        var function = PCIFunction(
            address: fields.function(), vendor: try fields.number(), device: try fields.number())
        for _ in 0..<3 { function.classCode = function.classCode << 8 | (try fields.number()) }
        function.revision = try fields.number()
        function.headerType = try fields.number()
        guard indices[function.address] == nil else {
            throw fields.contradiction("this function was introduced before")
        }
        indices[function.address] = facts.functions.count
        facts.functions.append(function)
    }

    /// Takes a fact of a function that a record before introduced.
    private mutating func readFunctionFact(_ fields: inout RecordFields) throws(ReportError) {
        let address = fields.function()
        guard let index = indices[address] else { throw fields.unintroduced("PCI function") }
        // Lists grow in their place: a copy of each for every record would be as long as all records before.
        switch fields.form {
        case .subsystem:
            let (vendor, device): (UInt16, UInt16) = (try fields.number(), try fields.number())
            facts.functions[index].subsystemVendor = vendor
            facts.functions[index].subsystem = device
        case .interrupt:
            let (line, pin): (UInt8, [UInt8]) = (try fields.number(), fields.text())
            guard pin.count == 1, let letter = pin.first, (0x41...0x44).contains(letter) else {
                throw fields.malformed("a pin from A to D")
            }
            facts.functions[index].interruptLine = line
            facts.functions[index].interruptPin = letter - 0x40
        case .bridge:
            let (secondary, subordinate): (UInt8, UInt8) = (try fields.number(), try fields.number())
            facts.functions[index].secondaryBus = secondary
            facts.functions[index].subordinateBus = subordinate
            facts.functions[index].isClosed = fields.option()
            facts.functions[index].isNumbered = fields.source() == .chosen
        case .bar:
            var range = BaseAddressRegister(
                index: try fields.number(), kind: try fields.element(of: BaseAddressRegister.Kind.allCases, \.word),
                isPrefetchable: fields.option(), base: try fields.number(), byteCount: try fields.number())
            range.isChosen = fields.source() == .chosen
            guard range.index < 6 else { throw fields.malformed("the number of a BAR, 0 to 5") }
            facts.functions[index].baseAddressRegisters.append(range)
        case .capability:
            let offset: UInt8 = try fields.number()
            var capability = Capability(identifier: try fields.number(), offset: offset)
            if fields.option() { capability.contents = fields.text() }
            facts.functions[index].capabilities.append(capability)
        case .extended:
            let offset: UInt16 = try fields.number()
            facts.functions[index].extendedCapabilities.append(
                ExtendedCapability(
                    identifier: try fields.number(), version: try fields.number(), offset: offset))
        case .probe:
            facts.probes.append(
                ProbedFact(
                    function: address, device: fields.text(), name: fields.text(), value: try fields.number(),
                    source: fields.source()))
        default: preconditionFailure("'\(fields.form.row)' is no fact of a function")
        }
    }
}
