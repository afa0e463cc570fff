// One device from facts to bytes, for people: what each stage of the pipeline made, in the order in which it was made.
// It watches the pipeline and decides nothing; `metaos explain` prints its lines.

import Encoding
import Hardware
import Metabinary
import Pipeline
import Program
import Verification

/// An observer that writes down what becomes of some devices of a machine.
public struct Explanation: PipelineObserver {
    /// The text so far. Lines of prose fit 80 columns.
    public private(set) var lines: [String] = []
    /// Names of the functions that the devices have, as far as generation came: what `function` could have named.
    public private(set) var functionNames: [String] = []
    /// Why instructions could not be shown, the first time that happened.
    public private(set) var error: InspectionError?

    let facts: MachineFacts
    /// Gives the text in which a fact record is shown.
    let record: (String) -> String
    private let wanted: [FunctionAddress]
    private let function: String?
    private let listing: Listing

    /// The device that the pipeline is at, as far as it came; `nil` for one that is not wanted.
    private var driver: GeneratedDriver?
    private var regionNames: [[UInt8]] = []
    private var rule: FunctionDescription?
    private var program: Program?
    private var encoded: EncodedFunction?

    /// - Parameters:
    ///   - wanted: the devices to explain.
    ///   - function: name of the only function to show; `nil` for all.
    ///   - record: gives the text in which a fact record is shown; the record itself unless said otherwise.
    ///   - ruleLine: gives a line of a rule's file, as for `Listing`.
    public init(
        of wanted: [FunctionAddress], function: String? = nil, _ facts: MachineFacts,
        record: @escaping (String) -> String = { $0 }, ruleLine: @escaping Listing.RuleLines
    ) {
        self.wanted = wanted
        self.function = function
        self.facts = facts
        self.record = record
        listing = Listing(ruleLine: ruleLine)
    }

    // MARK: The device

    public mutating func matched(_ function: PCIFunction, by device: DeviceDescription) {
        driver = nil
        rule = nil
        guard wanted.contains(function.address) else { return }
        driver = GeneratedDriver(
            function: function.address, name: device.name, className: device.className,
            ancestors: device.itsClass.ancestors, windows: [], functions: [])
        guard self.function == nil else { return }
        begin("\(function.address.busDeviceFunction) \(Self.identity(function))")
        section("facts", records(of: function))
        let place = Self.text(device.ruleFile)
        section(
            "match",
            ["\(Self.text(device.name)) is \(Self.text(device.className)) \(device.classVersion), in \(place)"])
    }

    public mutating func planned(_ windows: [PlacedWindow]) {
        guard driver != nil else { return }
        driver?.windows = windows
        regionNames = windows.map(\.name)
        guard function == nil else { return }
        section(
            "windows",
            windows.map { window in
                let place = window.space == .configuration ? "configuration space" : "bar \(window.bar)"
                let range = "\(Self.hex(window.physical.rawValue)) +\(Self.hex(window.byteCount))"
                let virtual = "mapped at \(Self.hex(window.virtual.rawValue))"
                let reach =
                    window.space == .memory ? virtual : window.space == .ports ? "ports" : "by ports 0xcf8 and 0xcfc"
                return "\(Self.padded(window.name)) \(place), \(range), \(reach)"
            })
    }

    public mutating func probed(
        _ function: FunctionAddress, _ device: DeviceDescription, _ probe: ProbeDescription, _ value: UInt64,
        by source: FactSource
    ) {
        guard driver != nil, self.function == nil else { return }
        let name = Self.text(probe.rule.name)
        section("probe \(name)", ["\(probe.purity), \(Self.hex(value)) \(Self.word(source))"])
    }

    public mutating func settled(_ device: DeviceDescription, _ facts: [UInt64], _ choices: [KeptChoice]) {
        guard driver != nil, function == nil else { return }
        if !facts.isEmpty {
            section("facts of the rules", zip(device.facts, facts).map { Self.fact($0, $1) })
        }
        for choice in choices {
            section("choice of \(Self.text(choice.name)), line \(choice.line)", Self.alternatives(of: choice))
        }
    }

    public mutating func allotted(_ memories: [PlacedMemory]) {
        guard driver != nil else { return }
        driver?.memories = memories
        regionNames += memories.map(\.name)
        guard function == nil else { return }
        section(
            "memories",
            memories.map {
                "\(Self.padded($0.name)) \($0.kind), \(Self.hex($0.physical.rawValue)) +\(Self.hex($0.byteCount)), "
                    + "mapped at \(Self.hex($0.virtual.rawValue))"
            })
    }

    public mutating func granted(_ grants: [Grant]) {
        guard driver != nil else { return }
        driver?.grants = grants
        guard let driver, function == nil else { return }
        section("grants, what the code may touch", Self.records(ofGrantsOf: driver))
    }

    public mutating func refused(_ refusal: Refusal) {
        guard driver != nil else { return }
        var reason: [UInt8] = []
        refusal.error.writeReason(into: &reason)
        section("refused by stage \(refusal.error.stage)", [Self.text(reason)])
        driver = nil
    }

    // MARK: A function of it

    public mutating func evaluated(_ program: Program, of rule: FunctionDescription) {
        self.rule = nil
        guard let driver else { return }
        let name = "\(Self.text(driver.name)).\(Self.text(rule.name))"
        functionNames.append(name)
        guard function == nil || function == name || function == Self.text(rule.name) else { return }
        self.rule = rule
        self.program = program
        begin("\(name) for \(driver.function.busDeviceFunction)")
        section("rule", Self.signature(of: rule))
        section("facts behind it", Self.origins(of: program))
        section("program, \(program.items.count) items", Self.items(of: program, regionNames))
    }

    public mutating func annealed(_ program: Program) {
        guard rule != nil else { return }
        if program == self.program {
            section("annealed", ["the same program"])
        } else {
            section("annealed, \(program.items.count) items", Self.items(of: program, regionNames))
        }
        self.program = program
    }

    public mutating func encoded(_ function: EncodedFunction) {
        guard rule != nil else { return }
        encoded = function
        section(
            "encoded, \(function.bytes.count) bytes, without addresses",
            Self.instructions(of: function, regionNames))
    }

    public mutating func placed(_ function: EncodedFunction, at entry: VirtualAddress) {
        guard rule != nil, let encoded, let program else { return }
        let lines = encoded.relocations.map {
            Self.relocation($0, program.regions[$0.region], regionNames[$0.region], entry)
        }
        section("placed at \(Self.hex(entry.rawValue))", lines.isEmpty ? ["it needs no address"] : lines)
    }

    public mutating func generated(_ function: GeneratedFunction) {
        guard rule != nil, let driver else { return }
        do throws(InspectionError) {
            let rows = try listing.lines(of: function, in: driver).dropFirst()
            section("instructions, as Capstone reads them", [])
            lines += rows
        } catch {
            if self.error == nil { self.error = error }
            section("instructions", ["\(error)"])
        }
        section("bytes", Self.dump(function))
    }

    public mutating func verified(_ driver: GeneratedDriver) {
        guard self.driver != nil, function == nil else { return }
        begin("verification of \(Self.text(driver.name)) for \(driver.function.busDeviceFunction)")
        section(
            "accepted",
            ["\(driver.functions.count) functions, \(driver.byteCount) bytes, \(driver.grants.count) grants"])
    }

    // MARK: Lines

    private mutating func begin(_ title: String) {
        if !lines.isEmpty { lines.append("") }
        lines += [title, String(repeating: "=", count: title.count)]
    }

    private mutating func section(_ title: String, _ content: [String]) {
        lines.append(title)
        for line in content { lines += Self.wrapped(line) }
    }
}
