// From facts and rules to drivers, device by device: windows are planned, rules evaluated, and each program sent
// through the function pipeline. Nothing is mapped, run or reported here. The kernel and the host both call it, and
// the same facts and rules give the same bytes in both.

import Encoding
import Hardware
import Metabinary
import Program
import Proving
import Verification

/// Generates the drivers of one machine.
public struct Generator<Observer: PipelineObserver> {
    /// The machine's functions in rising order of address, in which they are to be given to `generate(for:)`.
    public let functions: [PCIFunction]
    /// Sees what each stage makes.
    public var observer: Observer

    let image: MetabinaryImage
    private let isPlacementAligned: Bool
    var pipeline: FunctionPipeline
    private var windows: WindowPlanner
    var memories: MemoryPlanner
    private let reach: ConfigurationReach
    /// What probes have found out before.
    let probed: [ProbedFact]
    private let hasTranslation: Bool
    /// What a function may take that a rule describes, so that the last finds as much as the first. Units: bytes.
    private let memoryShare: UInt64
    /// Of the time-stamp counter; 0 without one that a wait could go by. Units: hertz.
    private let clockFrequency: UInt64
    /// What the driver at work has taken.
    var budget = GenerationBudget()
    private var lastAddress: FunctionAddress?

    public init(_ facts: MachineFacts, _ image: MetabinaryImage, observer: Observer) {
        self.image = image
        self.observer = observer
        functions = Self.ordered(facts.functions)
        let placement = facts.placement
        windows = WindowPlanner(
            area: AddressArea(from: placement.windows, beside: placement.code, placement.data),
            obstacles: ObstacleMap(facts))
        memories = MemoryPlanner(placement)
        let starts = placement.code.rawValue | placement.windows.rawValue | placement.data.rawValue
        isPlacementAligned = (starts | placement.dataPhysical.rawValue) % WindowPlanner.pageByteCount == 0
        reach = facts.configuration
        probed = facts.probes
        hasTranslation = facts.hasTranslation
        memoryShare = Self.memoryShare(of: functions, image, memories)
        let frequency = facts.clock?.frequency ?? 0
        clockFrequency = Clock.frequencies.contains(frequency) ? frequency : 0
        pipeline = FunctionPipeline(
            area: AddressArea(from: placement.code, beside: placement.windows, placement.data),
            clockFrequency: clockFrequency)
    }

    /// All that there is where every function finds room for what its description states, which is the most that it may
    /// have; else the same for each.
    private static func memoryShare(
        of functions: [PCIFunction], _ image: MetabinaryImage, _ memories: MemoryPlanner
    ) -> UInt64 {
        var trial = memories
        var known: [(index: Int, memories: [MemoryDescription])] = []
        var count: UInt64 = 0
        var isPlenty = true
        for function in functions {
            guard let index = image.mostSpecificDevice(for: function) else { continue }
            count += 1
            if !known.contains(where: { $0.index == index }) { known.append((index, image.devices[index].memories)) }
            for device in known where device.index == index && isPlenty {
                isPlenty = (try? trial.plan(device.memories)) != nil
            }
        }
        return isPlenty ? memories.byteCountLeft : memories.byteCountLeft / count
    }

    /// Generates the driver of one function of the machine, or returns `nil` where no rule describes it. A refusal takes
    /// no addresses and stops nobody else.
    ///
    /// Addresses are given out in the order of the calls, so that order is part of what makes the bytes.
    ///
    /// - Parameter run: runs a probe of the function's description, and returns what it returns. Its code is not what a
    ///   driver's is: it is called once and forgotten. A host, which has no device to ask, runs none.
    /// - Precondition: functions are given in rising order of address, each at most once.
    public mutating func generate(
        for function: PCIFunction, probe run: (GeneratedDriver) -> ProbeOutcome = { _ in .failed(.notRun) }
    ) -> GenerationOutcome? {
        if let lastAddress { precondition(lastAddress < function.address, "functions are not in rising order") }
        lastAddress = function.address
        budget = GenerationBudget()
        guard let index = image.mostSpecificDevice(for: function) else { return nil }
        let device = image.devices[index]
        observer.matched(function, by: device)
        let (pipelineBefore, windowsBefore, memoriesBefore) = (pipeline, windows, memories)
        do throws(GenerationError) {
            return .driver(try driver(for: function, by: device, run))
        } catch {
            (pipeline, windows, memories) = (pipelineBefore, windowsBefore, memoriesBefore)
            return refuse(function, error)
        }
    }

    /// Refuses a function that a rule describes, or returns `nil` for another: for a generation that somebody else ended.
    @inline(never)
    public mutating func refuse(_ function: PCIFunction, _ error: GenerationError) -> GenerationOutcome? {
        lastAddress = function.address
        guard let index = image.mostSpecificDevice(for: function) else { return nil }
        let refusal = Refusal(function: function.address, deviceName: image.devices.name(at: index), error: error)
        observer.refused(refusal)
        return .refused(refusal)
    }

    private mutating func driver(
        for function: PCIFunction, by description: DeviceDescription, _ run: (GeneratedDriver) -> ProbeOutcome
    ) throws(GenerationError) -> GeneratedDriver {
        guard isPlacementAligned else { throw .placementNotAligned }
        for bridge in functions where bridge.isClosed && bridge.leads(to: function.address.bus) {
            throw .closedBridge(bridge.address)
        }
        var places: [Int] = []
        for window in description.windows { places.append(WindowPlanner.place(of: window, in: function)) }
        let draft = DriverDraft(
            of: function, by: description.placing(places), hasTranslation: hasTranslation, memoryShare: memoryShare)
        try complete(draft, of: function, run)
        return draft.driver
    }

    /// Takes a driver through all stages.
    private mutating func complete(
        _ draft: DriverDraft, of function: PCIFunction, _ run: (GeneratedDriver) -> ProbeOutcome
    ) throws(GenerationError) {
        for index in draft.device.windows.indices {
            try plan(index, draft, of: function)
        }
        try RegisterCheck.check(draft.device.windows, draft.driver.windows, of: function)
        observer.planned(draft.driver.windows)
        try settle(draft, run)
        let device = try resolved(draft)
        for index in device.facts.indices where device.facts[index].probe == nil && device.facts[index].isNamed {
            draft.driver.facts.append(
                NamedFact(name: device.facts[index].rule.name, value: draft.input.facts[index]))
        }
        observer.settled(device, draft.input.facts, draft.driver.choices)
        draft.driver.memories = try memories.plan(device.memories)
        observer.allotted(draft.driver.memories)
        draft.driver.grants = try GrantPlanner.grants(of: device, draft.driver.windows, draft.driver.memories)
        observer.granted(draft.driver.grants)
        pipeline.startPage()
        try generate(device.functions, of: device, draft.input, for: &draft.driver)
    }

    /// Generates functions and has all of their code verified.
    @inline(never)
    mutating func generate(
        _ rules: [FunctionDescription], of device: DeviceDescription, _ input: StaticInput,
        for driver: inout GeneratedDriver
    ) throws(GenerationError) {
        let regions = Self.regions(of: driver.windows, driver.memories)
        var proofs: [CodeFunction] = []
        for rule in rules {
            let program = try evaluate(rule, of: device, input, in: regions)
            try generate(program, of: rule, for: &driver, &proofs)
            guard driver.byteCount <= GenerationBudget.codeByteLimit else {
                throw .codeTooLong(function: rule.name, line: rule.line, isSum: true)
            }
        }
        try verify(driver, proofs)
    }

    private mutating func generate(
        _ program: Program, of rule: FunctionDescription, for driver: inout GeneratedDriver,
        _ proofs: inout [CodeFunction]
    ) throws(GenerationError) {
        observer.evaluated(program, of: rule)
        if clockFrequency == 0, program.items.contains(where: { $0.operation == .wait }) {
            throw .noClock(function: rule.name)
        }
        var bounds: [UInt64] = []
        var parameters: [ValueRange] = []
        for parameter in rule.parameters {
            bounds.append(parameter.type.mask)
            parameters.append(ValueRange(bits: parameter.type.mask))
        }
        let (function, entry, time) = try pipeline.run(
            program, of: rule.name, line: rule.line, observer: &observer)
        let generated = GeneratedFunction(
            rule.signature, parameterBounds: bounds, entry: entry, bytes: function.bytes,
            marks: marks(of: function, program), branchCount: function.branchCount, longest: time)
        observer.generated(generated)
        driver.functions.append(generated)
        let start = driver.codeStart ?? entry
        do throws(VerificationError) {
            proofs.append(
                CodeFunction(
                    offset: Int(entry.rawValue - start.rawValue), byteCount: function.bytes.count,
                    parameters: parameters,
                    evidence: try Prover.evidence(for: function, at: entry.rawValue, parameters, driver.grants)))
        } catch {
            throw refusal(of: generated, error)
        }
    }

    /// Has all code of a driver verified, as it will lie in its pages.
    private mutating func verify(_ driver: GeneratedDriver, _ proofs: [CodeFunction]) throws(GenerationError) {
        guard let start = driver.codeStart else { return }
        let code = driver.code
        observer.proven(code, at: start, proofs, driver.grants)
        do throws(VerificationError) {
            try Verifier().verify(code, at: start.rawValue, proofs, driver.grants)
        } catch {
            throw refusal(of: driver.functions[error.function ?? 0], error)
        }
        observer.verified(driver)
    }

    /// A verifier's refusal, with the line of the rule behind the instruction.
    private func refusal(of function: GeneratedFunction, _ error: VerificationError) -> GenerationError {
        var line: UInt16 = 0
        for mark in function.marks where Int(mark.offset) <= error.offset { line = mark.line }
        return .verification(
            RefusedCode(function: function.name, ruleFile: function.ruleFile, line: line, error: error))
    }

    private func marks(of function: EncodedFunction, _ program: Program) -> [InstructionMark] {
        var marks: [InstructionMark] = []
        for instruction in function.instructions {
            let origin = program.origins[Int(program.items[instruction.item].origin)]
            marks.append(
                InstructionMark(offset: UInt32(truncatingIfNeeded: instruction.offset), line: origin.line))
        }
        return marks
    }

    /// Gives a driver the window of that index.
    private mutating func plan(
        _ index: Int, _ draft: DriverDraft, of function: PCIFunction
    ) throws(GenerationError) {
        var window = draft.device.windows[index]
        if let place = window.configuration {
            let placed = try ConfigurationPlanner.plan(window, at: place, of: function, through: reach)
            draft.add(placed, byteCount: ConfigurationPlace.byteCount - placed.offset)
            return try ConfigurationPlanner.check(index, of: draft.device.windows, draft.driver.windows, function)
        }
        var located: LocatedRange?
        if let locator = window.locator {
            do throws(CapabilityError) {
                let range = try locator.range(
                    of: function, minimumByteCount: window.leastByteCount, takesPorts: window.canBePorts)
                draft.note(range, by: locator, for: index)
                located = range
            } catch {
                throw .capability(name: window.name, error)
            }
            window = draft.device.windows[index]
        }
        do throws(WindowError) {
            let placed = try windows.plan(window, at: located, of: function)
            let byteCount = located?.byteCount ?? function.baseAddressRegister(placed.bar)?.byteCount ?? 0
            draft.add(placed, byteCount: byteCount)
        } catch {
            throw .window(name: window.name, error)
        }
    }

    /// The regions of a driver's programs: the windows in their order, then the memories in theirs.
    @inline(never)
    static func regions(of windows: [PlacedWindow], _ memories: [PlacedMemory]) -> [Region] {
        var regions: [Region] = []
        for window in windows {
            var region = Region(
                kind: window.space == .memory ? .window : .ports, address: window.virtual,
                physical: window.physical, byteCount: window.byteCount)
            if window.space == .configuration { ConfigurationPlanner.putBehindPorts(&region) }
            regions.append(region)
        }
        for memory in memories {
            regions.append(
                Region(
                    kind: memory.kind, address: memory.virtual,
                    physical: memory.kind == .state ? PhysicalAddress(rawValue: 0) : memory.physical,
                    byteCount: memory.byteCount))
        }
        return regions
    }

    @inline(never)
    mutating func evaluate(
        _ rule: FunctionDescription, of device: DeviceDescription, _ input: StaticInput, in regions: [Region]
    ) throws(GenerationError) -> Program {
        do throws(MetabinaryError) {
            return try image.evaluate(
                rule, of: device, input: input, regions: regions, clockFrequency: clockFrequency, budget: &budget)
        } catch {
            throw .evaluation(function: rule.name, error)
        }
    }

    /// The functions in rising order of address, by insertion: a machine has few, and scans find most of them in order.
    private static func ordered(_ functions: [PCIFunction]) -> [PCIFunction] {
        var ordered = functions
        for index in ordered.indices {
            var place = index
            while place > 0, ordered[place].address < ordered[place - 1].address {
                ordered.swapAt(place, place - 1)
                place -= 1
            }
        }
        return ordered
    }
}

/// Generates the drivers of a machine: an outcome for each function that a rule describes, in rising order of address.
public func generate<Observer: PipelineObserver>(
    _ facts: MachineFacts, _ image: MetabinaryImage, observer: inout Observer
) -> [GenerationOutcome] {
    var generator = Generator(facts, image, observer: observer)
    var outcomes: [GenerationOutcome] = []
    for function in generator.functions {
        if let outcome = generator.generate(for: function) { outcomes.append(outcome) }
    }
    observer = generator.observer
    return outcomes
}
