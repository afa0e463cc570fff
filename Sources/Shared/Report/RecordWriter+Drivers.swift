// The records of generation and of running what was generated: drivers, their windows and functions with every byte, and
// what each function returned.

import Checksum
import Hardware
import Metabinary
import Pipeline
import Program
import Verification

extension RecordWriter {
    /// Columns of text that leave room for the frame in a line of 80.
    private static var textColumns: Int { 64 }

    /// Writes which rules the image carries, by the checksum that ends them: one over all of their bytes would be the same for
    /// every metabinary.
    public mutating func write(rules metabinary: [UInt8]) {
        record(.rules) { $0.add(metabinary.count, CRC32.checksum(of: metabinary.dropLast(4))) }
    }

    /// Writes a driver at once: its announcement, and then the rest.
    public mutating func write(_ driver: GeneratedDriver, ticks: UInt64, verification: UInt64) {
        announce(driver, ticks: ticks)
        write(driver, verification: verification)
    }

    /// Announces a generated driver.
    ///
    /// - Parameter ticks: Time-stamp counts that generating it took, all in all.
    public mutating func announce(_ driver: GeneratedDriver, ticks: UInt64) {
        record(.driver) { text in
            text.add(driver, driver.className, driver.functions.count, driver.byteCount)
            text.add(ticks)
        }
    }

    /// Writes all that an announced driver may touch and all of its code.
    ///
    /// - Parameter verification: Time-stamp counts that the verifier took, of those of generation.
    public mutating func write(_ driver: GeneratedDriver, verification: UInt64) {
        for fact in driver.facts {
            record(.fact) { $0.add(driver, fact.name, fact.value) }
        }
        for choice in driver.choices { write(choice, of: driver) }
        for window in driver.windows { write(window, of: driver) }
        for memory in driver.memories {
            record(.region) { text in
                text.add(driver, memory.name, memory.kind.word, memory.virtual.rawValue)
                text.add(memory.byteCount, memory.physical.rawValue)
                if text.option(memory.stride > 0) { text.add(memory.stride) }
                if text.option(memory.headroom > 0) { text.add(memory.headroom) }
            }
            writeGuard(behind: memory, of: driver)
        }
        writeGrants(of: driver)
        record(.verified) { $0.add(driver, driver.grants.count, verification) }
        for function in driver.functions { write(function, of: driver) }
    }

    private mutating func write(_ choice: KeptChoice, of driver: GeneratedDriver) {
        record(.choice) { text in
            text.add(driver, choice.name, choice.line, choice.kept + 1)
            text.open()
            for cost in choice.costs {
                guard let cost else {
                    text.put(" none")
                    continue
                }
                text.put(UInt8(ascii: " "))
                text.put(decimal: UInt64(cost.byteCount))
                text.put(UInt8(ascii: "/"))
                text.put(decimal: UInt64(cost.instructionCount))
            }
        }
    }

    private mutating func write(_ window: PlacedWindow, of driver: GeneratedDriver) {
        let hasBAR = window.space != .configuration
        record(hasBAR ? .window : .configurationWindow) { text in
            text.add(driver, window.name)
            if hasBAR {
                text.add(window.bar)
                if text.option(window.offset != 0) { text.add(window.offset) }
                text.option(window.space == .ports)
            }
            text.add(window.virtual.rawValue, window.byteCount)
        }
    }

    private mutating func write(_ function: GeneratedFunction, of driver: GeneratedDriver) {
        record(.function) { text in
            text.add(driver, function.name, function.entry.rawValue, function.bytes.count)
            text.add(function.marks.count, function.branchCount, function.ruleFile)
            let parameterCount = function.parameterBounds.count
            if text.option(parameterCount > 0) { text.add(parameterCount) }
        }
        var next = 0
        while next < function.marks.count {
            var index = next
            record(.code) { text in
                text.add(driver, function.name, function.marks[index].offset)
                text.open()
                var line: UInt16 = 0
                repeat {
                    let mark = function.marks[index]
                    if mark.line != line {
                        line = mark.line
                        text.put(" @")
                        text.put(decimal: UInt64(line))
                    }
                    text.put(UInt8(ascii: " "))
                    for place in function.byteRange(ofInstruction: index) {
                        text.put(hexadecimal: UInt64(function.bytes[place]), digits: 2)
                    }
                    index += 1
                } while index < function.marks.count
                    && text.count + function.columns(ofInstruction: index, after: line) <= Self.textColumns
            }
            next = index
        }
    }

    /// Writes that a description matched and no driver was generated.
    public mutating func write(_ refusal: Refusal) {
        record(.refused) { text in
            text.add(refusal.function, refusal.deviceName, refusal.error.stage.word)
            text.addQuoted { refusal.error.writeReason(into: &$0) }
        }
    }

    /// Writes that no description matches a function of that kind.
    public mutating func write(undescribed function: PCIFunction, _ kind: StaticString) {
        record(.undescribed) { $0.add(function.address, function.vendor, function.device, kind) }
    }

    /// Writes how many drivers were generated.
    public mutating func write(driverCount: Int, functionCount: Int) {
        record(.drivers) { $0.add(driverCount, functionCount) }
    }

    /// Writes what a generated function returned; `value` adds the value after the name of the result.
    public mutating func writeResult(
        of function: GeneratedFunction, _ driver: GeneratedDriver, _ value: (inout RecordText) -> Void
    ) {
        record(.result) { text in
            text.add(driver, function.name, function.signature.resultName)
            value(&text)
        }
    }
}

extension GeneratedFunction {
    /// Where an instruction's bytes stand.
    public func byteRange(ofInstruction index: Int) -> Range<Int> {
        let start = Int(marks[index].offset)
        let end = index + 1 < marks.count ? Int(marks[index + 1].offset) : bytes.count
        return start..<end
    }

    /// Columns that an instruction takes in a `code` record: a blank and two digits a byte, and ` @` with up to five digits
    /// where its line is not the one before.
    func columns(ofInstruction index: Int, after line: UInt16) -> Int {
        1 + byteRange(ofInstruction: index).count * 2 + (marks[index].line == line ? 0 : 7)
    }
}
