// The code of a rule as a metabinary carries it, an operation a line: its place, its bytes, its word, and its operands by
// name. The image was checked when it was opened, so that nothing is refused here. RuleDump shows it.

import Metabinary

/// Printer of the code of one function, fact or probe.
struct BytecodePrinter {
    private let bytes: [UInt8]
    private let function: FunctionDescription
    private let device: DeviceDescription
    private let end: Int
    private var offset: Int

    /// The lines of a function's code.
    ///
    /// - Precondition: `bytes` are those of an image that has `function` as one of `device`.
    static func lines(of function: FunctionDescription, _ device: DeviceDescription, in bytes: [UInt8]) -> [String] {
        var printer = BytecodePrinter(function, device, bytes)
        var lines: [String] = []
        while printer.offset < printer.end { lines.append(printer.nextLine()) }
        return lines
    }

    private init(_ function: FunctionDescription, _ device: DeviceDescription, _ bytes: [UInt8]) {
        self.bytes = bytes
        self.function = function
        self.device = device
        offset = function.codeOffset
        end = function.codeOffset + function.codeByteCount
    }

    /// `+0x9   0f 00 01 02            store regs.CTRL`
    private mutating func nextLine() -> String {
        let start = offset
        guard let opcode = Opcode(rawValue: byte()) else { preconditionFailure("a checked image reads otherwise") }
        let operands = operands(of: opcode)
        let code = bytes[start..<offset].map { digits($0) }.joined(separator: " ")
        let words = operands.isEmpty ? "\(opcode)" : "\(opcode) \(operands)"
        return "+\(hex(start - function.codeOffset))".padded(to: 7) + code.padded(to: 23) + " " + words
    }

    private mutating func operands(of opcode: Opcode) -> String {
        switch opcode.operands {
        case .none: ""
        case .line, .count, .place, .table: "\(number())"
        case .number: plain(number())
        case .time: "\(number()) us"
        case .type: "u\(byte())"
        case .parameter: text(function.parameters[index()].name)
        case .cell: text(device.cells[index()].name)
        case .region: region(index())
        case .fact: text(device.facts[index()].rule.name)
        case .choice: text(device.choices[index()].name)
        case .distance: "to +\(hex(index() + offset - function.codeOffset))"
        case .range: "\(plain( number()))…\(plain( number())) else \(plain( number()))"
        case .refusal: "from \(plain( number())) else \(plain( number()))"
        case .register: register()
        case .question: question()
        }
    }

    private func region(_ index: Int) -> String {
        let names = device.windows.map(\.name) + device.memories.map(\.name)
        return text(names[index])
    }

    /// `regs.CTRL`; in memory the part that is reached, if there are some, the offset in it and the type: `tx+0x8 u16`.
    private mutating func register() -> String {
        let index = index()
        if index < device.windows.count {
            let window = device.windows[index]
            return "\(text(window.name)).\(text(window.registers[self.index()].name))"
        }
        let memory = device.memories[index - device.windows.count]
        let name = memory.parts.isEmpty ? memory.name : memory.parts[self.index()].name
        let bitCount = byte()
        return "\(text(name))+\(hex(number())) u\(bitCount)"
    }

    private mutating func question() -> String {
        let kind = byte()
        if let identity = Question.Identity(rawValue: kind) { return "\(identity)" }
        if kind == Question.byteCountKind { return "bytes of \(region(index()))" }
        let operands = (0..<5).map { _ in byte() }
        return "capability \(hex(operands[0])) where byte \(operands[1]) == \(operands[2]), "
            + "\(operands[4]) bytes at \(operands[3])"
    }

    // MARK: Numbers

    private mutating func byte() -> UInt8 {
        offset += 1
        return bytes[offset - 1]
    }

    private mutating func index() -> Int { Int(truncatingIfNeeded: number()) }

    /// Seven bits a byte, the low ones first; bit 7 is set in every byte but the last.
    private mutating func number() -> UInt64 {
        var number: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let next = byte()
            number |= UInt64(next & 0x7F) << shift
            shift += 7
            if next & 0x80 == 0 { return number }
        }
    }
}
