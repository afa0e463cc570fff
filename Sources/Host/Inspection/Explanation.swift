// Devices from facts to bytes, for people: what each stage of the pipeline made, in the order in which it was made. It prints
// what a StageRecord kept. `metaos explain` shows it, and in a form of their own the traces that tests compare.

import Hardware
import Pipeline
import Program

/// The text about some devices of a machine.
public struct Explanation {
    /// For whom the text is.
    public enum Form: Sendable {
        /// For people: 80 columns, what the device is made of, the code as Capstone reads it.
        case pages
        /// For tests: each thing once, a line an instruction with its bytes, evidence, and what a report says at last.
        case trace
    }

    /// Lines of prose fit 80 columns in `pages`.
    public private(set) var lines: [String] = []
    /// Why instructions could not be shown, the first time that happened.
    public private(set) var error: InspectionError?

    private let form: Form
    private let listing: Listing

    /// - Parameters:
    ///   - record: what the pipeline made.
    ///   - function: name of the only function to show; `nil` for all.
    ///   - facts: the machine's.
    ///   - fact: returns the text in which a fact record is shown; the record itself unless said otherwise.
    ///   - ruleLine: returns a line of a rule's file, as for `Listing`.
    public init(
        of record: StageRecord, function: String? = nil, _ facts: MachineFacts, form: Form = .pages,
        fact: (String) -> String = { $0 }, ruleLine: @escaping Listing.RuleLines = { _, _ in nil }
    ) {
        self.form = form
        listing = Listing(ruleLine: ruleLine)
        if form == .trace { section("facts", facts.records.map(fact)) }
        for device in record.devices {
            if function == nil { write(device, facts.records(for: device.function).map(fact)) }
            for function in device.functions(named: function) { write(function, of: device) }
            if function == nil { writeOutcome(of: device) }
            if let refusal = device.refusal {
                section("refused by stage \(refusal.error.stage)", [DeviceRecord.line(of: refusal)])
            }
        }
    }

    /// What there is to say of a function that no description matches.
    public static func undescribed(
        _ function: PCIFunction, _ facts: MachineFacts, fact: (String) -> String = { $0 }
    ) -> [String] {
        let title = "\(function.address.busDeviceFunction) \(function.identity)"
        return [title, String(repeating: "=", count: title.count), "facts"]
            + facts.records(for: function).map(fact).flatMap { $0.wrapped(first: "  ", rest: "      ") } + [
                "match", "  no description matches",
            ]
    }

    // MARK: The device

    private mutating func write(_ device: DeviceRecord, _ facts: [String]) {
        begin("\(device.function.address.busDeviceFunction) \(device.function.identity)")
        if form == .pages { section("facts", facts) }
        section("match", [device.match])
        if form == .pages, !device.driver.windows.isEmpty { section("windows", device.windowLines) }
        for probe in device.probes {
            section("probe \(text(probe.description.rule.name))", [DeviceRecord.line(of: probe)])
        }
        if !device.ruleFacts.isEmpty { section("facts of the rules", device.ruleFactLines) }
        for choice in device.choices {
            section("choice of \(text(choice.name)), line \(choice.line)", DeviceRecord.lines(of: choice))
        }
        guard form == .pages else { return }
        if !device.driver.memories.isEmpty { section("memories", device.memoryLines) }
        if !device.driver.grants.isEmpty { section("grants, what the code may touch", device.grantRecords) }
    }

    private mutating func writeOutcome(of device: DeviceRecord) {
        if form == .trace {
            lines.append("")
            section("report of \(device.name) for \(device.function.address.busDeviceFunction)", device.reportRecords)
        } else if device.isVerified {
            begin("verification of \(device.name) for \(device.function.address.busDeviceFunction)")
            let driver = device.driver
            section(
                "accepted",
                ["\(driver.functions.count) functions, \(driver.byteCount) bytes, \(driver.grants.count) grants"])
        }
    }

    // MARK: A function of it

    private mutating func write(_ function: FunctionRecord, of device: DeviceRecord) {
        begin(device.title(of: function))
        section("rule", [function.signature])
        section("facts behind it", function.originLines)
        section("program, \(function.program.items.count) items", function.itemLines(of: function.program))
        if let optimised = function.optimised {
            if optimised == function.program {
                section("optimised", ["the same program"])
            } else {
                section("optimised, \(optimised.items.count) items", function.itemLines(of: optimised))
            }
        }
        if form == .pages { writeCode(of: function, device) } else { writePlacedCode(of: function) }
    }

    private mutating func writeCode(of function: FunctionRecord, _ device: DeviceRecord) {
        if let encoded = function.encoded {
            section("encoded, \(encoded.bytes.count) bytes, without addresses", function.assemblyLines())
        }
        if let entry = function.entry {
            let relocations = function.relocationLines
            section("placed at \(hex(entry.rawValue))", relocations.isEmpty ? ["it needs no address"] : relocations)
        }
        guard let generated = function.generated else { return }
        do throws(InspectionError) {
            let rows = try listing.lines(of: generated, in: device.driver).dropFirst()
            section("instructions, as Capstone reads them", [])
            lines += rows
        } catch {
            if self.error == nil { self.error = error }
            section("instructions", ["\(error)"])
        }
        section("bytes", function.byteLines)
    }

    private mutating func writePlacedCode(of function: FunctionRecord) {
        if let entry = function.entry, let placed = function.placed {
            section(
                "placed at \(hex(entry.rawValue)), \(placed.bytes.count) bytes", function.assemblyLines(withBytes: true)
            )
        }
        if !function.evidenceLines.isEmpty { section("evidence", function.evidenceLines) }
    }

    // MARK: Lines

    private mutating func begin(_ title: String) {
        if !lines.isEmpty { lines.append("") }
        lines += [title, String(repeating: "=", count: title.count)]
    }

    private mutating func section(_ title: String, _ content: [String]) {
        lines.append(title)
        for line in content { lines += form == .pages ? line.wrapped(first: "  ", rest: "      ") : ["  " + line] }
    }
}

extension PCIFunction {
    /// `vendor:device`, as lspci writes it.
    public var identity: String { "\(digits(vendor)):\(digits(device))" }

    /// What is said of a function that no description matches: `00:03.0 1022:2000, Ethernet: no description`.
    public var undescribedLine: String {
        "\(address.busDeviceFunction) \(identity), \(servedKind ?? "unknown"): no description"
    }
}
