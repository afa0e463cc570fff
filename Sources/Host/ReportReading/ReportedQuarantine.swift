// A driver that was not called again, as a report tells of it. QuarantineReader gathers it.

import Hardware
import Report

/// A driver in quarantine, and why.
public struct ReportedQuarantine: Hashable, Sendable {
    /// An exception in generated code.
    public struct Fault: Hashable, Sendable {
        /// Number of the exception.
        public var vector: Int
        public var errorCode: UInt64
        /// Address that a page fault was about.
        public var address: UInt64?
    }

    /// An instruction of generated code.
    public struct Instruction: Hashable, Sendable {
        public var address: UInt64
        /// Generated function and offset in it, `link+0x6`, ASCII; empty where the instruction is in none.
        public var place: [UInt8] = []
        /// Line of the function's rule, 0 where the instruction is in none.
        public var line: UInt16 = 0
    }

    public var function: FunctionAddress
    /// Name of the description, ASCII.
    public var driver: [UInt8]
    /// What went wrong: `fault`, `endless`, `bringup`, `breach`, `argument`, `overrun`, `missing`, `installation` or `called`,
    /// ASCII.
    public var reason: [UInt8]
    /// What comes after the reason: the name of a fault, an outcome, a function, words; ASCII.
    public var subject: [UInt8]
    /// Value of a breach or of an argument.
    public var value: UInt64?
    /// What the reason `fault` is about.
    public var fault: Fault?
    /// Where a fault was raised, and where a call that did not return was ended.
    public var instruction: Instruction?
    /// Activity in which it happened, ASCII.
    public var activity: [UInt8]
}

extension ReportedQuarantine {
    init(_ fields: inout RecordFields) throws(ReportError) {
        // The reason is the key of the first field after function and description.
        let reason = fields.record.text.split(separator: UInt8(ascii: " "))[3].prefix { $0 != UInt8(ascii: "=") }
        self.init(
            function: fields.function(), driver: fields.text(), reason: Array(reason),
            subject: fields.form == .quarantineCalled ? Array("again".utf8) : fields.text(), activity: [])
        switch fields.form {
        case .quarantineFault:
            var fault = Fault(vector: try fields.number(), errorCode: try fields.number())
            instruction = try Instruction(&fields)
            fault.address = try fields.optionalNumber()
            self.fault = fault
        case .quarantineEndless: instruction = try Instruction(&fields)
        case .quarantineBreach, .quarantineArgument: value = try fields.number()
        default: break
        }
        activity = fields.text()
    }
}

extension ReportedQuarantine.Instruction {
    fileprivate init(_ fields: inout RecordFields) throws(ReportError) {
        self.init(address: try fields.number())
        guard fields.option() else { return }
        place = fields.text()
        let offset: UInt64 = try fields.number()
        place += Array("+0x\(String(offset, radix: 16))".utf8)
        line = try fields.number()
    }
}

extension ReportedQuarantine: CustomStringConvertible {
    /// Driver, reason and activity in a line for people.
    public var description: String {
        var words = "\(Self.text(driver)) is quarantined: \(Self.text(reason)) \(Self.text(subject))"
        if let value { words += " with 0x\(String(value, radix: 16))" }
        if let instruction, !instruction.place.isEmpty {
            words += " at \(Self.text(instruction.place)), line \(instruction.line)"
        }
        return words + ", during \"\(Self.text(activity))\""
    }

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
