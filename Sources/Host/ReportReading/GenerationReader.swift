// Turns the records of generation back into generated drivers: their windows, functions, bytes and the line of the rule
// behind each instruction. MachineReport calls it record by record and once at the end.

import Hardware
import Metabinary
import Pipeline
import Report

/// Collects what a report tells of generation.
struct GenerationReader {
    /// What a record announced, to be held against what came.
    private struct Announcement {
        var record: Record
        var functionCount: Int
        var byteCount: Int
        var functions: [(record: Record, byteCount: Int, instructionCount: Int)] = []
    }

    /// As many arguments as go in registers (System V AMD64 ABI, section 3.2.3).
    private static let parameterLimit = 6

    var drivers: [ReportedDriver] = []
    private(set) var refusals: [ReportedRefusal] = []
    private(set) var undescribed: [PCIFunction] = []
    private(set) var results: [ReportedResult] = []
    private var announcements: [Announcement] = []
    private var summary: (record: Record, drivers: Int, functions: Int)?
    /// Line of the rule that the next word of code belongs to, 0 before the first `@` of a function.
    private var line: UInt16 = 0

    /// Takes a record of generation, or of what a generated function returned.
    mutating func read(_ fields: inout RecordFields, facts: MachineFacts) throws(ReportError) {
        switch fields.form {
        case .driver: try readDriver(&fields, facts)
        case .refused:
            refusals.append(
                ReportedRefusal(
                    function: fields.function(), name: fields.text(), stage: fields.text(), reason: fields.text()))
        case .undescribed: try readUndescribed(&fields, facts)
        case .drivers: summary = (fields.record, try fields.number(), try fields.number())
        default: try readPart(&fields, ofDriver: driver(&fields), facts)
        }
    }

    private mutating func readUndescribed(_ fields: inout RecordFields, _ facts: MachineFacts) throws(ReportError) {
        let address = fields.function()
        guard let function = facts.functions.first(where: { $0.address == address }) else {
            throw fields.unintroduced("PCI function")
        }
        guard function.vendor == (try fields.number()), function.device == (try fields.number()) else {
            throw fields.malformed("the identifiers of the function's record pci")
        }
        undescribed.append(function)
    }

    /// Takes a record of a driver that one before introduced.
    private mutating func readPart(
        _ fields: inout RecordFields, ofDriver index: Int, _ facts: MachineFacts
    ) throws(ReportError) {
        switch fields.form {
        case .fact:
            drivers[index].driver.facts.append(NamedFact(name: fields.text(), value: try fields.number()))
        case .choice: drivers[index].driver.choices.append(try Self.choice(&fields))
        case .window:
            let window = try Self.window(&fields, of: drivers[index].driver.function, facts)
            drivers[index].driver.windows.append(window)
        case .configurationWindow:
            let window = try Self.configurationWindow(&fields, of: drivers[index].driver.function)
            drivers[index].driver.windows.append(window)
        case .region: drivers[index].driver.memories.append(try Self.memory(&fields))
        case .guardSpace: try readGuard(&fields, ofDriver: index)
        case .grant: drivers[index].driver.grants.append(try fields.grant(fields.text()))
        case .verified:
            guard try fields.number() == drivers[index].driver.grants.count else {
                throw fields.malformed("as many grants as records of them")
            }
            drivers[index].verificationTicks = try fields.number()
        case .function: try readFunction(&fields, ofDriver: index)
        case .code: try readCode(&fields, ofDriver: index)
        default: try readResult(&fields, ofDriver: index)
        }
    }

    /// Holds what was announced against what came.
    func contradictions(facts: MachineFacts) -> [ReportError] {
        var errors: [ReportError] = []
        func compare(_ record: Record, _ what: String, announced: Int, came: Int) {
            if announced == came { return }
            errors.append(
                .contradiction(
                    record: record.number, text: record.text, reason: "announces \(announced) \(what), but \(came) came"
                ))
        }
        for (announcement, reported) in zip(announcements, drivers) {
            let functions = reported.driver.functions
            compare(announcement.record, "functions", announced: announcement.functionCount, came: functions.count)
            compare(announcement.record, "bytes", announced: announcement.byteCount, came: reported.driver.byteCount)
            for (announced, function) in zip(announcement.functions, functions) {
                compare(announced.record, "bytes", announced: announced.byteCount, came: function.bytes.count)
                compare(
                    announced.record, "instructions", announced: announced.instructionCount, came: function.marks.count)
            }
        }
        if let summary {
            compare(summary.record, "drivers", announced: summary.drivers, came: drivers.count)
            compare(summary.record, "PCI functions", announced: summary.functions, came: facts.functions.count)
        }
        return errors
    }

    // MARK: - Drivers and their functions

    private mutating func readDriver(_ fields: inout RecordFields, _ facts: MachineFacts) throws(ReportError) {
        let address = fields.function()
        guard facts.functions.contains(where: { $0.address == address }) else {
            throw fields.unintroduced("PCI function")
        }
        let driver = GeneratedDriver(
            function: address, name: fields.text(), className: fields.text(), windows: [], functions: [])
        let announcement = Announcement(
            record: fields.record, functionCount: try fields.number(), byteCount: try fields.number())
        drivers.append(ReportedDriver(driver: driver, ticks: try fields.number()))
        announcements.append(announcement)
    }

    private mutating func readFunction(_ fields: inout RecordFields, ofDriver index: Int) throws(ReportError) {
        let name = fields.text()
        let entry = VirtualAddress(rawValue: try fields.number())
        let announced: (Record, Int, Int) = (fields.record, try fields.number(), try fields.number())
        let branchCount: Int = try fields.number()
        let ruleFile = fields.text()
        guard !ruleFile.isEmpty else { throw fields.malformed("the name of a rule's file") }
        let parameterCount: Int = try fields.optionalNumber() ?? 0
        guard parameterCount <= Self.parameterLimit else { throw fields.malformed("at most 6 parameters") }
        drivers[index].driver.functions.append(
            GeneratedFunction(
                FunctionSignature(name: name, resultName: [], resultBitCount: 0, ruleFile: ruleFile),
                parameterBounds: Array(repeating: .max, count: parameterCount), entry: entry, bytes: [], marks: [],
                branchCount: branchCount))
        announcements[index].functions.append(announced)
        line = 0
    }

    private mutating func readCode(_ fields: inout RecordFields, ofDriver index: Int) throws(ReportError) {
        let place = try function(&fields, ofDriver: index)
        let came = drivers[index].driver.functions[place].bytes.count
        guard try fields.number() == came else {
            throw fields.contradiction("\(came) bytes of the function came before")
        }
        var (marks, code): ([InstructionMark], [UInt8]) = ([], [])
        for word in fields.words() {
            if word.first == UInt8(ascii: "@") {
                guard let number = word.dropFirst().number(radix: 10).flatMap(UInt16.init(exactly:)) else {
                    throw fields.malformed("a line")
                }
                line = number
                continue
            }
            guard line > 0 else { throw fields.malformed("@line before the first instruction") }
            guard word.count <= 30, let bytes = word.hexadecimalBytes else {
                throw fields.malformed("an instruction of 1 to 15 bytes")
            }
            marks.append(InstructionMark(offset: UInt32(came + code.count), line: line))
            code += bytes
        }
        drivers[index].driver.functions[place].marks += marks
        drivers[index].driver.functions[place].bytes += code
    }

    private mutating func readResult(_ fields: inout RecordFields, ofDriver index: Int) throws(ReportError) {
        let place = try function(&fields, ofDriver: index)
        let driver = drivers[index].driver
        let result = ReportedResult(
            function: driver.function, driver: driver.name, name: driver.functions[place].name,
            resultName: fields.text(), value: fields.text())
        let known = drivers[index].driver.functions[place].signature
        drivers[index].driver.functions[place].signature = FunctionSignature(
            name: known.name, resultName: result.resultName, resultBitCount: 0, ruleFile: known.ruleFile)
        results.append(result)
    }

    // MARK: - What a record refers to

    /// Index of the driver that the next two fields name.
    private func driver(_ fields: inout RecordFields) throws(ReportError) -> Int {
        let (address, name) = (fields.function(), fields.text())
        guard let index = drivers.lastIndex(where: { $0.driver.function == address && $0.driver.name == name }) else {
            throw fields.unintroduced("driver")
        }
        return index
    }

    /// Index of the function that the next field names.
    private func function(_ fields: inout RecordFields, ofDriver index: Int) throws(ReportError) -> Int {
        let name = fields.text()
        guard let place = drivers[index].driver.functions.lastIndex(where: { $0.name == name }) else {
            throw fields.unintroduced("function")
        }
        return place
    }
}
