// Turns the records of generation back into generated drivers: their windows, functions, bytes and the line of the rule
// behind each instruction. MachineReport calls it record by record and once at the end.

import Hardware
import Metabinary
import Pipeline
import Program
import Verification

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
    private(set) var results: [ReportedResult] = []
    private var announcements: [Announcement] = []
    private var summary: (record: Record, drivers: Int, functions: Int)?
    /// Line of the rule that the next word of code belongs to, 0 before the first `@` of a function.
    private var line: UInt16 = 0

    /// Takes a record. Returns whether it is of a kind that tells of generation.
    mutating func read(_ record: Record, facts: MachineFacts) throws(ReportError) -> Bool {
        if record.isKind("driver") {
            try readDriver(RecordFields(record), facts)
        } else if record.isKind("fact") {
            try readFact(RecordFields(record))
        } else if record.isKind("choice") {
            try readChoice(RecordFields(record))
        } else if record.isKind("window") {
            try readWindow(RecordFields(record), facts)
        } else if record.isKind("region") {
            try readMemory(RecordFields(record))
        } else if record.isKind("guard") {
            try readGuard(RecordFields(record))
        } else if record.isKind("grant") {
            try readGrant(RecordFields(record))
        } else if record.isKind("verified") {
            try readVerification(RecordFields(record))
        } else if record.isKind("function") {
            try readFunction(RecordFields(record))
        } else if record.isKind("code") {
            try readCode(RecordFields(record))
        } else if record.isKind("refused") {
            try readRefusal(RecordFields(record))
        } else if record.isKind("drivers") {
            try readSummary(RecordFields(record))
        } else if record.isKind("result") {
            try readResult(RecordFields(record))
        } else {
            return false
        }
        return true
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

    // MARK: - Records

    /// `driver 00:03.0 e1 is=nic functions=2 bytes=40 ticks=81234`
    private mutating func readDriver(_ start: RecordFields, _ facts: MachineFacts) throws(ReportError) {
        var fields = start
        let address = try fields.functionAddress()
        guard facts.functions.contains(where: { $0.address == address }) else {
            throw unintroduced(fields, "PCI function")
        }
        let name = Array(try fields.word("the name of a description"))
        let className = Array(try fields.value("is"))
        let functionCount: Int = try fields.decimal(fields.value("functions"), "a count")
        let byteCount: Int = try fields.decimal(fields.value("bytes"), "a count")
        let ticks: UInt64 = try fields.decimal(fields.value("ticks"), "a count")
        try fields.end()
        let driver = GeneratedDriver(function: address, name: name, className: className, windows: [], functions: [])
        drivers.append(ReportedDriver(driver: driver, ticks: ticks))
        announcements.append(
            Announcement(record: fields.record, functionCount: functionCount, byteCount: byteCount))
    }

    /// `window 00:03.0 e1.regs bar=0 0x50000000 +0x20000`, `window 00:03.0 e1.io bar=1 ports 0xc000 +0x20`,
    /// `window 00:03.0 e1.power configuration 0x18dc +0x6`
    private mutating func readWindow(_ start: RecordFields, _ facts: MachineFacts) throws(ReportError) {
        var fields = start
        let (index, name) = try driverPart(&fields, "driver.window")
        let address = drivers[index].driver.function
        if fields.takes("configuration") {
            let place: UInt64 = try fields.prefixed("a place in configuration space")
            let byteCount: UInt64 = try fields.size("the size of a window")
            try fields.end()
            guard place >> 8 == UInt64(address.rawValue) else {
                throw fields.malformed("a place of the driver's function")
            }
            return drivers[index].driver.windows.append(
                PlacedWindow(
                    name: name, bar: 0, offset: place & 0xFF, space: .configuration,
                    physical: PhysicalAddress(rawValue: place), virtual: VirtualAddress(rawValue: place),
                    byteCount: byteCount))
        }
        let place = try fields.value("bar")
        let digits = place.prefix { $0 != UInt8(ascii: "+") }
        let bar: UInt8 = try fields.decimal(digits, "the number of a BAR")
        var offset: UInt64 = 0
        if digits.count < place.count {
            offset = try fields.prefixed(place[digits.endIndex...], by: "+0x", "an offset in a BAR")
        }
        let space: Grant.Space = fields.takes("ports") ? .ports : .memory
        let virtual: UInt64 = try fields.prefixed("the address of a window")
        let byteCount: UInt64 = try fields.size("the size of a window")
        try fields.end()
        let function = facts.functions.first { $0.address == address }
        guard let range = function?.baseAddressRegister(bar) else { throw unintroduced(fields, "BAR") }
        drivers[index].driver.windows.append(
            PlacedWindow(
                name: name, bar: bar, offset: offset, space: space,
                physical: PhysicalAddress(rawValue: range.base &+ offset),
                virtual: VirtualAddress(rawValue: virtual), byteCount: byteCount))
    }

    /// `region 00:03.0 e1.tx ring 0x60000000 +0x1000 physical=0x400000`
    private mutating func readMemory(_ start: RecordFields) throws(ReportError) {
        var fields = start
        let (index, name) = try driverPart(&fields, "driver.region")
        let kind: Region.Kind
        if fields.takes("ring") {
            kind = .ring
        } else if fields.takes("pool") {
            kind = .pool
        } else if fields.takes("state") {
            kind = .state
        } else {
            throw fields.malformed("ring, pool or state")
        }
        let virtual: UInt64 = try fields.prefixed("the address of a region")
        let byteCount: UInt64 = try fields.size("the size of a region")
        let physical: UInt64 = try fields.prefixed(fields.value("physical"), "an address")
        var (stride, headroom): (UInt64, UInt64) = (0, 0)
        if let value = fields.optionalValue("stride") { stride = try fields.decimal(value, "a number of bytes") }
        if let value = fields.optionalValue("headroom") { headroom = try fields.decimal(value, "a number of bytes") }
        try fields.end()
        drivers[index].driver.memories.append(
            PlacedMemory(
                name: name, kind: kind, physical: PhysicalAddress(rawValue: physical),
                virtual: VirtualAddress(rawValue: virtual), byteCount: byteCount, stride: stride, headroom: headroom))
    }

    /// `grant 00:03.0 e1.regs.TDH 0x50003810 +0x4 rw=4`
    private mutating func readGrant(_ start: RecordFields) throws(ReportError) {
        var fields = start
        let (index, name) = try driverPart(&fields, "driver.grant")
        drivers[index].driver.grants.append(try fields.grant(name))
    }

    /// `verified 00:03.0 e1 grants=26 ticks=2345`
    private mutating func readVerification(_ start: RecordFields) throws(ReportError) {
        var fields = start
        let address = try fields.functionAddress()
        let name = Array(try fields.word("the name of a description"))
        guard let index = drivers.lastIndex(where: { $0.driver.function == address && $0.driver.name == name }) else {
            throw unintroduced(fields, "driver")
        }
        let count: Int = try fields.decimal(fields.value("grants"), "a count")
        guard count == drivers[index].driver.grants.count else {
            throw fields.malformed("as many grants as records of them")
        }
        let ticks: UInt64 = try fields.decimal(fields.value("ticks"), "a count")
        try fields.end()
        drivers[index].verificationTicks = ticks
    }

    /// `function 00:03.0 e1.link 0x40000000 bytes=12 instructions=4 branches=0 rule=e1.meta`
    private mutating func readFunction(_ start: RecordFields) throws(ReportError) {
        var fields = start
        let (index, name) = try driverPart(&fields, "driver.function")
        let entry: UInt64 = try fields.prefixed("the address of a function")
        let byteCount: Int = try fields.decimal(fields.value("bytes"), "a count")
        let instructionCount: Int = try fields.decimal(fields.value("instructions"), "a count")
        let branchCount: Int = try fields.decimal(fields.value("branches"), "a count")
        let ruleFile = Array(try fields.value("rule"))
        guard !ruleFile.isEmpty else { throw fields.malformed("the name of a rule's file") }
        var parameterCount = 0
        if let count = fields.optionalValue("parameters") { parameterCount = try fields.decimal(count, "a count") }
        guard (0...Self.parameterLimit).contains(parameterCount) else { throw fields.malformed("at most 6 parameters") }
        try fields.end()
        drivers[index].driver.functions.append(
            GeneratedFunction(
                FunctionSignature(name: name, resultName: [], resultBitCount: 0, ruleFile: ruleFile),
                parameterBounds: Array(repeating: .max, count: parameterCount),
                entry: VirtualAddress(rawValue: entry), bytes: [], marks: [], branchCount: branchCount))
        announcements[index].functions.append((fields.record, byteCount, instructionCount))
        line = 0
    }

    /// `code 00:03.0 e1.link +0x0 @21 8b0502000010 @22 d1e8 83e001 c3`
    private mutating func readCode(_ start: RecordFields) throws(ReportError) {
        var fields = start
        let (index, functionIndex) = try driverFunction(&fields)
        var function = drivers[index].driver.functions[functionIndex]
        let offset: Int = try fields.size("an offset")
        guard offset == function.bytes.count else {
            throw .contradiction(
                record: fields.record.number, text: fields.record.text,
                reason: "\(function.bytes.count) bytes of the function came before")
        }
        while fields.hasMore {
            let word = try fields.word("an instruction or @line")
            if word.first == UInt8(ascii: "@") {
                line = try fields.decimal(word.dropFirst(), "a line")
                continue
            }
            guard line > 0 else { throw fields.malformed("@line before the first instruction") }
            guard word.count % 2 == 0, word.count <= 30 else {
                throw fields.malformed("an instruction of 1 to 15 bytes")
            }
            function.marks.append(InstructionMark(offset: UInt32(function.bytes.count), line: line))
            var rest = word
            while !rest.isEmpty {
                function.bytes.append(try fields.hexadecimal(rest.prefix(2), 2, "bytes"))
                rest = rest.dropFirst(2)
            }
        }
        drivers[index].driver.functions[functionIndex] = function
    }

    /// `refused 00:04.0 e1 stage=evaluate "window regs: BAR 0 has no address"`
    private mutating func readRefusal(_ start: RecordFields) throws(ReportError) {
        var fields = start
        let address = try fields.functionAddress()
        let name = Array(try fields.word("the name of a description"))
        let stage = Array(try fields.value("stage"))
        let reason = try fields.quoted("a reason")
        try fields.end()
        refusals.append(ReportedRefusal(function: address, name: name, stage: stage, reason: reason))
    }

    /// `drivers 0 functions=7`
    private mutating func readSummary(_ start: RecordFields) throws(ReportError) {
        var fields = start
        let driverCount: Int = try fields.decimal(fields.word("a count"), "a count")
        let functionCount: Int = try fields.decimal(fields.value("functions"), "a count")
        try fields.end()
        summary = (fields.record, driverCount, functionCount)
    }

    /// `result 00:03.0 e1.link up=1`
    private mutating func readResult(_ start: RecordFields) throws(ReportError) {
        var fields = start
        let (index, functionIndex) = try driverFunction(&fields)
        let (key, value) = try fields.keyAndValue("a result")
        try fields.end()
        let known = drivers[index].driver.functions[functionIndex].signature
        drivers[index].driver.functions[functionIndex].signature = FunctionSignature(
            name: known.name, resultName: key, resultBitCount: 0, ruleFile: known.ruleFile)
        let driver = drivers[index].driver
        results.append(
            ReportedResult(
                function: driver.function, driver: driver.name, name: driver.functions[functionIndex].name,
                resultName: key, value: value))
    }

    // MARK: - What a record refers to

    /// Index of the driver that the next two words name, and the name of the part behind it.
    func driverPart(_ fields: inout RecordFields, _ expected: String) throws(ReportError) -> (Int, [UInt8]) {
        let address = try fields.functionAddress()
        let (name, part) = try fields.qualifiedName(expected)
        guard let index = drivers.lastIndex(where: { $0.driver.function == address && $0.driver.name == name }) else {
            throw unintroduced(fields, "driver")
        }
        return (index, part)
    }

    /// Indices of the driver and of its function that the next two words name.
    private func driverFunction(_ fields: inout RecordFields) throws(ReportError) -> (driver: Int, function: Int) {
        let (index, name) = try driverPart(&fields, "driver.function")
        guard let function = drivers[index].driver.functions.lastIndex(where: { $0.name == name }) else {
            throw unintroduced(fields, "function")
        }
        return (index, function)
    }

    private func unintroduced(_ fields: RecordFields, _ subject: String) -> ReportError {
        .unintroduced(record: fields.record.number, text: fields.record.text, subject: subject)
    }
}
