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
        record(failure.form) { text in
            text.add(driver)
            text.add(failure, of: driver)
            text.addActivity(step, subject)
        }
    }
}

extension DriverFailure {
    fileprivate var form: RecordForm {
        switch self {
        case .fault: .quarantineFault
        case .endless: .quarantineEndless
        case .bringup: .quarantineBringup
        case .breach: .quarantineBreach
        case .argument: .quarantineArgument
        case .overrun: .quarantineOverrun
        case .missing: .quarantineMissing
        case .installation: .quarantineInstallation
        case .quarantined: .quarantineCalled
        }
    }
}

extension RecordText {
    /// Adds the activity in which something happened.
    @inline(never)
    public mutating func addActivity(_ step: StaticString, _ subject: [UInt8]?) {
        addQuoted { text in
            text.put(step)
            if let subject {
                text.put(UInt8(ascii: " "))
                text.put(subject)
            }
        }
    }

    fileprivate mutating func add(_ failure: DriverFailure, of driver: GeneratedDriver) {
        switch failure {
        case .fault(let name, let vector, let errorCode, let instruction, let address):
            add(name)
            add(vector)
            add(errorCode)
            add(instruction, in: driver)
            option(address != nil)
            if let address { add(address.rawValue) }
        case .endless(let entry, let instruction):
            addName(entry, of: driver)
            add(instruction, in: driver)
        case .bringup(let word), .installation(let word): add(word)
        case .breach(let entry, let value), .argument(let entry, let value):
            addName(entry, of: driver)
            add(value)
        case .overrun(let name), .missing(let name): add(name)
        case .quarantined: break
        }
    }

    /// Adds an instruction, the function that it belongs to, its offset there, and the line of the rule behind it.
    private mutating func add(_ instruction: VirtualAddress, in driver: GeneratedDriver) {
        add(instruction.rawValue)
        var isInFunction = false
        for function in driver.functions {
            let offset = instruction.rawValue &- function.entry.rawValue
            guard offset < function.bytes.count else { continue }
            isInFunction = true
            option(true)
            add(function.name, offset)
            var line: UInt16 = 0
            for mark in function.marks where UInt64(mark.offset) <= offset { line = mark.line }
            add(line)
        }
        if !isInFunction { option(false) }
    }

    /// Adds the name of the function that has an entry.
    @inline(never)
    private mutating func addName(_ entry: VirtualAddress, of driver: GeneratedDriver) {
        open()
        for function in driver.functions where function.entry == entry { put(function.name) }
    }
}
