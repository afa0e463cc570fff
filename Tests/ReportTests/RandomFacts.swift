// Machines and drivers of chance, by seed: every field over all that its type says it may hold, its ends more often than
// chance alone would draw them.

import Hardware
import Metabinary
import Pipeline
import Verification

/// Draws facts and drivers.
struct RandomFacts {
    private var chance: Chance

    init(seed: UInt64) { chance = Chance(state: seed) }

    // MARK: Facts

    /// A machine with up to `limit` of everything.
    mutating func machine(limit: Int = 2) -> MachineFacts {
        var facts = MachineFacts()
        facts.processor.leaves = list(limit) { $0.leaf() }
        facts.memory = list(limit) { $0.memory() }
        // A map without ranges has no record, and nobody who learned it.
        if !facts.memory.isEmpty { facts.memorySource = element(FactSource.allCases) }
        facts.tables = list(limit) { $0.table() }
        facts.cores = list(limit) { ProcessorCore(interruptControllerIdentifier: $0.number()) }
        facts.system = list(limit) {
            SystemRange(kind: $0.element(SystemRange.Kind.allCases), base: $0.number(), byteCount: $0.number())
        }
        facts.clock = flip() ? ClockFacts(frequency: number(), source: element(FactSource.allCases)) : nil
        facts.configuration = element(ConfigurationReach.allCases)
        var addresses = Set<UInt16>()
        for _ in 0..<Int.random(in: 0...limit, using: &chance) { addresses.insert(number()) }
        facts.functions = addresses.sorted().map { function(FunctionAddress(rawValue: $0), limit) }
        facts.placement = PlacementFacts(
            code: VirtualAddress(rawValue: number()), windows: VirtualAddress(rawValue: number()),
            data: VirtualAddress(rawValue: number()), dataPhysical: PhysicalAddress(rawValue: number()),
            dataByteCount: number())
        for function in facts.functions where flip() {
            facts.probes.append(
                ProbedFact(
                    function: function.address, device: name(), name: name(), value: number(),
                    source: element(FactSource.allCases)))
        }
        return facts
    }

    private mutating func leaf() -> ProcessorLeaf {
        ProcessorLeaf(leaf: number(), subleaf: number(), eax: number(), ebx: number(), ecx: number(), edx: number())
    }

    private mutating func memory() -> MemoryRange {
        MemoryRange(
            base: PhysicalAddress(rawValue: number()), byteCount: number(), kind: element(MemoryRange.Kind.allCases))
    }

    /// A table whose signature is a word: what is none, a record writes as `'`.
    private mutating func table() -> ACPITable {
        let letters = (UInt8(0x21)...0x7E).filter { $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "=") }
        let signature = (0..<4).reduce(UInt32(0)) { signature, _ in signature << 8 | UInt32(element(letters)) }
        return ACPITable(signature: signature, address: PhysicalAddress(rawValue: number()), byteCount: number())
    }

    /// A function as discovery can find one: only bridges have buses, and what has no pin has no line.
    private mutating func function(_ address: FunctionAddress, _ limit: Int) -> PCIFunction {
        var function = PCIFunction(address: address, vendor: number(), device: number())
        function.revision = number()
        function.classCode = number() & 0xFF_FFFF
        function.headerType = flip() ? element([0, 1, 2]) : number() & 0x7F
        function.subsystemVendor = number()
        function.subsystem = number()
        function.interruptPin = element([0, 1, 2, 3, 4])
        if function.interruptPin != 0 { function.interruptLine = number() }
        if function.headerType == 1 || function.headerType == 2 {
            function.secondaryBus = number()
            function.subordinateBus = number()
            function.isClosed = flip()
            function.isNumbered = flip()
        }
        let bars = (UInt8(0)..<6).shuffled(using: &chance).prefix(Int.random(in: 0...limit, using: &chance))
        function.baseAddressRegisters = bars.map { index in
            var range = BaseAddressRegister(
                index: index, kind: element(BaseAddressRegister.Kind.allCases), isPrefetchable: flip(), base: number(),
                byteCount: number())
            range.isChosen = flip()
            return range
        }
        function.capabilities = list(limit) { $0.capability() }
        function.extendedCapabilities = list(limit) {
            ExtendedCapability(identifier: $0.number(), version: $0.number(), offset: $0.number())
        }
        return function
    }

    /// A capability, most often one that is told in words, with as many bytes as that takes or not.
    private mutating func capability() -> Capability {
        Capability(
            identifier: flip() ? element([0x01, 0x05, 0x09, 0x10, 0x11]) : number(), offset: number(),
            contents: list(element([0, 2, 4, 8, 10, 18, 62])) { $0.number() })
    }

    // MARK: Drivers

    /// A driver of a function, with instructions of every length.
    mutating func driver(of function: PCIFunction) -> GeneratedDriver {
        var driver = GeneratedDriver(
            function: function.address, name: name(), className: name(), windows: [], functions: [])
        driver.windows = function.baseAddressRegisters.map {
            let offset: UInt64 = flip() ? number() : 0
            return PlacedWindow(
                name: name(), bar: $0.index, offset: offset, space: $0.kind == .io ? .ports : .memory,
                physical: PhysicalAddress(rawValue: $0.base &+ offset),
                virtual: VirtualAddress(rawValue: number()), byteCount: number())
        }
        if flip() {
            let place = UInt64(function.address.rawValue) << 8 | UInt64(number() as UInt8)
            driver.windows.append(
                PlacedWindow(
                    name: name(), bar: 0, offset: place & 0xFF, space: .configuration,
                    physical: PhysicalAddress(rawValue: place), virtual: VirtualAddress(rawValue: place),
                    byteCount: number()))
        }
        driver.grants = list(6) { $0.grant() }
        var names = Set<[UInt8]>()
        while names.count < 3 { names.insert(name()) }
        driver.functions = names.map { generatedFunction($0) }
        driver.facts = list(3) { NamedFact(name: $0.name(), value: $0.number()) }
        driver.choices = list(3) { $0.choice() }
        return driver
    }

    private mutating func choice() -> KeptChoice {
        var costs: [CodeCost?] = [
            CodeCost(byteCount: Int(number() as UInt32), instructionCount: Int(number() as UInt16))
        ]
        while costs.count < 8, flip() {
            costs.append(flip() ? nil : CodeCost(byteCount: Int(number() as UInt16), instructionCount: 7))
        }
        return KeptChoice(
            name: name(), line: number(), costs: costs, kept: Int.random(in: 0..<costs.count, using: &chance))
    }

    private mutating func grant() -> Grant {
        Grant(
            name: flip() ? name() : name() + [UInt8(ascii: ".")] + name(),
            space: element([.memory, .ports, .configuration, .selected]),
            start: number(), byteCount: number(), rights: element([.read, .write, [.read, .write]]),
            elementByteCount: number(), isWhole: flip(), isPrivate: flip(), limits: list(3) { $0.limit() },
            isClosed: flip(), voids: flip(), select: flip() ? number() : nil)
    }

    private mutating func limit() -> Limit {
        let bitCount = UInt8.random(in: 1...64, using: &chance)
        let all = UInt64.max >> UInt64(64 - bitCount)
        let value: UInt64 = number()
        let range = element([
            ValueRange(value), ValueRange(bits: value), ValueRange(low: number(), high: number(), bits: all),
            ValueRange(low: value, high: value, bits: all), ValueRange(low: number(), high: number(), bits: number()),
        ])
        let others = list(2) { $0.element([ValueRange($0.number()), ValueRange(bits: $0.number()), range]) }
        let sequels = list(1) {
            Limit.Sequel(
                range: ValueRange($0.number()),
                premises: [$0.premise()] + $0.list(2) { $0.premise() })
        }
        return Limit(firstBit: number(), bitCount: bitCount, range: range, others: others, sequels: sequels)
    }

    private mutating func premise() -> Limit.Premise {
        Limit.Premise(place: number(), told: ValueRange(bits: number()))
    }

    private mutating func generatedFunction(_ name: [UInt8]) -> GeneratedFunction {
        var function = GeneratedFunction(
            FunctionSignature(
                name: name, resultName: [], resultBitCount: 0, ruleFile: self.name() + Array(".meta".utf8)),
            entry: VirtualAddress(rawValue: number()), bytes: [], marks: [], branchCount: Int(number() as UInt16))
        var line: UInt16 = 1
        for _ in 0..<Int.random(in: 1...24, using: &chance) {
            if flip() { line = max(1, number()) }
            function.marks.append(InstructionMark(offset: UInt32(function.bytes.count), line: line))
            for _ in 0..<Int.random(in: 1...15, using: &chance) { function.bytes.append(number()) }
        }
        return function
    }

    private mutating func name() -> [UInt8] {
        let letters = Array("abcdefghijklmnopqrstuvwxyz_0123456789".utf8)
        return [element(Array(letters.prefix(26)))] + list(12) { $0.element(letters) }
    }

    // MARK: Draws

    mutating func flip() -> Bool { Bool.random(using: &chance) }

    mutating func element<T>(_ choices: [T]) -> T { choices[Int.random(in: 0..<choices.count, using: &chance)] }

    /// A number of a few bits, of all bits, or at an end of its type.
    mutating func number<T: FixedWidthInteger & UnsignedInteger>() -> T {
        let value = T(truncatingIfNeeded: chance.next())
        switch Int.random(in: 0..<8, using: &chance) {
        case 0: return 0
        case 1: return .max
        case 2, 3, 4: return value >> T.random(in: 0..<T(T.bitWidth), using: &chance)
        default: return value
        }
    }

    private mutating func list<T>(_ limit: Int, _ make: (inout RandomFacts) -> T) -> [T] {
        (0..<Int.random(in: 0...limit, using: &chance)).map { _ in make(&self) }
    }
}
