// The record of a driver that is not called again: why, in which instruction, and during what.

import Hardware
import Pipeline

extension RecordWriter {
    /// Writes that a driver is not called again.
    ///
    /// - Parameters:
    ///   - step: What the kernel was doing.
    ///   - subject: What the step worked on, ASCII, where it worked on one thing.
    public mutating func write(
        _ failure: DriverFailure, of driver: GeneratedDriver, during step: StaticString, _ subject: [UInt8]?
    ) {
        record("quarantine") { text in
            text.word(driver.function)
            text.word(driver.name)
            text.put(failure, of: driver)
            text.during(step, subject)
        }
    }
}

extension RecordText {
    /// Adds the activity in which something happened.
    @inline(never)
    public mutating func during(_ step: StaticString, _ subject: [UInt8]?) {
        word("during ")
        put(UInt8(ascii: "\""))
        put(step)
        if let subject {
            put(UInt8(ascii: " "))
            put(subject)
        }
        put(UInt8(ascii: "\""))
    }

    fileprivate mutating func put(_ failure: DriverFailure, of driver: GeneratedDriver) {
        switch failure {
        case .fault(let name, let vector, let errorCode, let instruction, let address):
            field("fault", name)
            field("vector", vector)
            field("error", address: errorCode)
            put(instruction, in: driver)
            if let address { field("address", address: address.rawValue) }
        case .endless(let entry, let instruction):
            name("endless", entry, of: driver)
            put(instruction, in: driver)
        case .bringup(let outcome): field("bringup", outcome)
        case .breach(let entry, let value): call("breach", entry, value, of: driver)
        case .argument(let entry, let value): call("argument", entry, value, of: driver)
        case .overrun(let memory):
            key("overrun")
            put(memory)
        case .missing(let part):
            key("missing")
            put(part)
        case .installation(let words):
            key("installation")
            put(quoted: words)
        case .quarantined: field("called", "again")
        }
    }

    /// Adds an instruction, the function that it belongs to, its offset there, and the line of the rule behind it.
    private mutating func put(_ instruction: VirtualAddress, in driver: GeneratedDriver) {
        field("rip", address: instruction.rawValue)
        for function in driver.functions {
            let offset = instruction.rawValue &- function.entry.rawValue
            guard offset < function.bytes.count else { continue }
            key("at")
            put(function.name)
            put(UInt8(ascii: "+"))
            put(address: offset)
            var line: UInt16 = 0
            for mark in function.marks where UInt64(mark.offset) <= offset { line = mark.line }
            field("line", UInt64(line))
        }
    }

    @inline(never)
    private mutating func call(
        _ reason: StaticString, _ entry: VirtualAddress, _ value: UInt64, of driver: GeneratedDriver
    ) {
        name(reason, entry, of: driver)
        field("value", address: value)
    }

    /// Adds a reason with the name of the function that has an entry.
    @inline(never)
    private mutating func name(_ reason: StaticString, _ entry: VirtualAddress, of driver: GeneratedDriver) {
        key(reason)
        for function in driver.functions where function.entry == entry { put(function.name) }
    }
}
