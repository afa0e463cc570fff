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
        record("rules") { text in
            text.word(size: UInt64(metabinary.count))
            text.key("crc")
            text.put(hexadecimal: UInt64(CRC32.checksum(of: metabinary.dropLast(4))), digits: 8)
        }
    }

    /// Writes a generated driver with all that it may touch and all of its code.
    ///
    /// - Parameters:
    ///   - ticks: Time-stamp counts that generating it took, all in all.
    ///   - verification: How many of them the verifier took.
    public mutating func write(_ driver: GeneratedDriver, ticks: UInt64, verification: UInt64) {
        record("driver") { text in
            text.word(driver.function)
            text.word(driver.name)
            text.key("is")
            text.put(driver.className)
            text.field("functions", UInt64(driver.functions.count))
            text.field("bytes", UInt64(driver.byteCount))
            text.field("ticks", ticks)
        }
        for fact in driver.facts {
            record("fact") { text in
                text.word(driver.function)
                text.word(driver, fact.name)
                text.field("value", fact.value)
            }
        }
        for choice in driver.choices { write(choice, of: driver) }
        for window in driver.windows {
            record("window") { text in
                text.word(driver.function)
                text.word(driver, window.name)
                if window.space != .configuration {
                    text.field("bar", UInt64(window.bar))
                    if window.offset != 0 {
                        text.put("+")
                        text.put(address: window.offset)
                    }
                }
                if let word = window.space.word { text.word(word) }
                text.word(address: window.virtual.rawValue)
                text.word(size: window.byteCount)
            }
        }
        for memory in driver.memories {
            record("region") { text in
                text.word(driver.function)
                text.word(driver, memory.name)
                text.word(memory.kind.word)
                text.word(address: memory.virtual.rawValue)
                text.word(size: memory.byteCount)
                text.field("physical", address: memory.physical.rawValue)
                if memory.stride > 0 { text.field("stride", memory.stride) }
                if memory.headroom > 0 { text.field("headroom", memory.headroom) }
            }
            writeGuard(behind: memory, of: driver)
        }
        writeGrants(of: driver)
        record("verified") { text in
            text.word(driver.function)
            text.word(driver.name)
            text.field("grants", UInt64(driver.grants.count))
            text.field("ticks", verification)
        }
        for function in driver.functions { write(function, of: driver) }
    }

    private mutating func write(_ choice: KeptChoice, of driver: GeneratedDriver) {
        record("choice") { text in
            text.word(driver.function)
            text.word(driver, choice.name)
            text.field("line", UInt64(choice.line))
            text.field("kept", UInt64(choice.kept + 1))
            for cost in choice.costs {
                guard let cost else {
                    text.word("none")
                    continue
                }
                text.word(decimal: UInt64(cost.byteCount))
                text.put("/")
                text.put(decimal: UInt64(cost.instructionCount))
            }
        }
    }

    private mutating func write(_ function: GeneratedFunction, of driver: GeneratedDriver) {
        record("function") { text in
            text.word(driver.function)
            text.word(driver, function.name)
            text.word(address: function.entry.rawValue)
            text.field("bytes", UInt64(function.bytes.count))
            text.field("instructions", UInt64(function.marks.count))
            text.field("branches", UInt64(function.branchCount))
            text.key("rule")
            text.put(word: function.ruleFile)
            let parameterCount = function.parameterBounds.count
            if parameterCount > 0 { text.field("parameters", UInt64(parameterCount)) }
        }
        var next = 0
        while next < function.marks.count {
            var index = next
            record("code") { text in
                text.word(driver.function)
                text.word(driver, function.name)
                text.word(size: UInt64(function.marks[index].offset))
                var line: UInt16 = 0
                repeat {
                    let mark = function.marks[index]
                    if mark.line != line {
                        line = mark.line
                        text.word("@")
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
        record("refused") { text in
            text.word(refusal.function)
            text.word(refusal.deviceName)
            text.field("stage", refusal.error.stage.word)
            text.put(UInt8(ascii: " "))
            text.put(UInt8(ascii: "\""))
            refusal.error.writeReason(into: &text)
            text.put(UInt8(ascii: "\""))
        }
    }

    /// Writes how many drivers were generated.
    public mutating func write(driverCount: Int, functionCount: Int) {
        record("drivers") { text in
            text.word(decimal: UInt64(driverCount))
            text.field("functions", UInt64(functionCount))
        }
    }

    /// Writes what a generated function returned; `value` puts the value behind the name of the result.
    public mutating func writeResult(
        of function: GeneratedFunction, _ driver: GeneratedDriver, _ value: (inout RecordText) -> Void
    ) {
        record("result") { text in
            text.word(driver.function)
            text.word(driver, function.name)
            text.word(function.signature.resultName)
            text.put(UInt8(ascii: "="))
            value(&text)
        }
    }
}

extension RecordText: ByteSink {
    /// Takes a byte of quoted text that other stages write.
    public mutating func write(_ byte: UInt8) { put(byte == UInt8(ascii: "\"") ? UInt8(ascii: "'") : byte) }

    /// Adds `driver.part` as a bare word.
    mutating func word(_ driver: GeneratedDriver, _ part: [UInt8]) {
        word(driver.name)
        put(UInt8(ascii: "."))
        put(part)
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
