// Writes what every stage makes of a machine as one text: facts, match, windows, and of each function the program and its
// assembly beside its bytes, at last the records. A stage that leaves a thing as it was says no more than that, so each
// function stands there once. It is an observer of the pipeline and compares nothing; TraceTests do.

import Encoding
import Hardware
import Interpretation
import Metabinary
import Pipeline
import Program
import Report
import Verification

/// A machine's way through the stages, as text.
struct MachineTrace: PipelineObserver {
    private(set) var text = ""
    private var regionNames: [[UInt8]] = []
    /// The program at hand, as the last stage left it, and its code before it had a place.
    private var program: Program?
    private var encoded: EncodedFunction?
    /// Bytes and lines of rules of each instruction, by where a function's code is, as they were written.
    private var shown: [VirtualAddress: (bytes: [UInt8], marks: [InstructionMark])] = [:]

    private init() {}

    /// The trace of a machine.
    static func text(of machine: RecordedFacts, _ atlas: ShippedAtlas) -> String {
        var trace = MachineTrace()
        trace.write("What each stage makes of a recorded machine. `make bless` rewrites this; review the difference.")
        trace.write("machine \(machine.name): \(machine.machine)")
        trace.write("", "facts")
        var facts = RecordWriter(sink: RecordLines())
        facts.write(machine.facts)
        for record in facts.sink.texts { trace.write("  \(record)") }

        var generator = Generator(machine.facts, atlas.image, observer: trace)
        for function in generator.functions {
            let name = "\(Self.name(function.address)) \(Self.digits(function.vendor)):\(Self.digits(function.device))"
            generator.observer.write("", "function \(name)")
            switch generator.generate(for: function) {
            case nil: generator.observer.write("  no description matches")
            case .driver(let driver): generator.observer.report { $0.write(driver, ticks: 0, verification: 0) }
            case .refused(let refusal): generator.observer.report { $0.write(refusal) }
            }
        }
        return generator.observer.text
    }

    // MARK: Stages

    mutating func matched(_ function: PCIFunction, by device: DeviceDescription) {
        let className = "\(Self.text(device.className)) \(device.classVersion)"
        write("  match: \(Self.text(device.name)) is \(className), \(Self.text(device.ruleFile))")
    }

    mutating func planned(_ windows: [PlacedWindow]) {
        regionNames = windows.map(\.name)
        for window in windows {
            write(
                "  window: \(Self.text(window.name)) = bar \(window.bar), \(Self.hexadecimal(window.physical.rawValue)) "
                    + "+\(Self.hexadecimal(window.byteCount)) at \(Self.hexadecimal(window.virtual.rawValue))")
        }
    }

    mutating func evaluated(_ program: Program, of rule: FunctionDescription) {
        let type = rule.resultBitCount == 1 ? "bool" : "u\(rule.resultBitCount)"
        let result = "\(Self.text(rule.resultName)): \(type)"
        let place = "\(Self.text(rule.ruleFile)):\(rule.line)"
        write("", "  rule \(Self.text(rule.name)) -> \(result), \(place)", "    evaluated")
        write(program)
        self.program = program
        write("    origins")
        for (index, origin) in program.origins.enumerated() {
            write("      \(index): line \(origin.line), \(Self.words(origin.facts))")
        }
    }

    mutating func annealed(_ program: Program) {
        if program == self.program { return write("    annealed: the same") }
        write("    annealed")
        write(program)
        self.program = program
    }

    mutating func encoded(_ function: EncodedFunction) { encoded = function }

    /// An instruction a line: its bytes where they lie, what they say without addresses, the item and the rule's line behind it.
    mutating func placed(_ function: EncodedFunction, at entry: VirtualAddress) {
        write("    placed at \(Self.hexadecimal(entry.rawValue))")
        guard let program, let encoded, encoded.instructions.count == function.instructions.count else {
            return write("      the code has changed its form")
        }
        let ends = function.instructions.dropFirst().map(\.offset) + [function.bytes.count]
        var marks: [InstructionMark] = []
        for (index, instruction) in function.instructions.enumerated() {
            var line: [UInt8] = []
            AssemblyPrinter(regionNames: regionNames).print(encoded.instructions[index].instruction, into: &line)
            let bytes = function.bytes[instruction.offset..<ends[index]].map { Self.digits($0) }.joined()
            let origin = program.origins[Int(program.items[instruction.item].origin)]
            let padding = String(repeating: " ", count: max(1, 24 - bytes.count))
            write(
                "      +\(Self.hexadecimal(UInt64(instruction.offset))) \(bytes)\(padding)\(Self.text(line))"
                    + "  // %\(instruction.item), line \(origin.line)")
            marks.append(InstructionMark(offset: UInt32(instruction.offset), line: origin.line))
        }
        shown[entry] = (function.bytes, marks)
    }

    mutating func proven(
        _ code: [UInt8], at start: VirtualAddress, _ functions: [CodeFunction], _ grants: [Grant]
    ) {
        for function in functions {
            write("  evidence for \(Self.hexadecimal(start.rawValue + UInt64(function.offset)))")
            let blocks = function.evidence.blocks
            for (index, block) in blocks.enumerated() {
                let end = index + 1 < blocks.count ? Int(blocks[index + 1].firstClaim) : function.evidence.claims.count
                let claims = function.evidence.claims[Int(block.firstClaim)..<end].map(Self.text)
                write(
                    ([" ", "  +\(Self.hexadecimal(UInt64(block.offset))) \(block.kind)"] + claims).joined(
                        separator: " "))
            }
        }
    }

    private static func text(_ claim: RegisterClaim) -> String {
        let origin = claim.originBlock.map { "=\($0).\(claim.originRegister)" } ?? ""
        let (low, high) = (hexadecimal(claim.range.low), hexadecimal(claim.range.high))
        return "r\(claim.register):\(low)…\(high)&\(hexadecimal(claim.range.bits))\(origin)"
    }

    mutating func verified(_ driver: GeneratedDriver) {
        for function in driver.functions { write(verified: function) }
    }

    private mutating func write(verified function: GeneratedFunction) {
        write("  verified \(Self.text(function.name)): \(function.bytes.count) bytes, \(function.branchCount) branches")
        guard let shown = shown[function.entry], shown.bytes == function.bytes, shown.marks == function.marks else {
            return write("    other bytes or lines than were placed")
        }
    }

    // MARK: Text

    private mutating func report(_ write: (inout RecordWriter<RecordLines>) -> Void) {
        var writer = RecordWriter(sink: RecordLines())
        write(&writer)
        self.write("", "  report")
        // What `code` records say stands at `placed`.
        for record in writer.sink.texts where !record.hasPrefix("code ") { self.write("    \(record)") }
    }

    private mutating func write(_ program: Program) {
        for index in program.items.indices {
            var line: [UInt8] = []
            ProgramPrinter(program, regionNames: regionNames).print(item: index, into: &line)
            write("      " + Self.text(line.filter { $0 != 0x0A }))
        }
    }

    private mutating func write(_ lines: String...) {
        for line in lines { text += line + "\n" }
    }

    private static func words(_ facts: FactSet) -> String {
        var words = facts.contains(.identity) ? ["identity"] : []
        for bar in UInt8(0)..<6 where facts.contains(.baseAddressRegister(bar)) { words.append("bar \(bar)") }
        let known = (UInt8(0)..<6).reduce(FactSet.identity) { $0.union(.baseAddressRegister($1)) }
        let others = facts.subtracting(known).rawValue
        if others != 0 { words.append("facts \(hexadecimal(UInt64(others)))") }
        return words.isEmpty ? "no fact" : words.joined(separator: ", ")
    }

    private static func name(_ function: FunctionAddress) -> String {
        "\(digits(function.bus)):\(digits(function.device)).\(function.function)"
    }

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    private static func hexadecimal(_ value: UInt64) -> String { "0x" + String(value, radix: 16) }

    /// All hexadecimal digits of a number, as many as its type has.
    private static func digits(_ value: some FixedWidthInteger) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: value.bitWidth / 4 - digits.count) + digits
    }
}
