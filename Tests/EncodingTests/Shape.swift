// A program that a test puts together by hand, and the assembly that the encoder makes of it.

import Encoding
import Hardware
import Program

/// Puts a program together, item by item; each gives its number.
struct Shape {
    var program = Program(result: .void)

    init(result: ValueType) {
        program.result = result
        program.origins = [Origin(line: 1, facts: .identity)]
        program.regions =
            [Region.Kind.window, .ring, .state].enumerated().map { index, kind in
                Region(
                    kind: kind, address: VirtualAddress(rawValue: 0x5000_0000 + UInt64(index) * 0x1000),
                    byteCount: 0x1000)
            } + [Region(kind: .ports, address: VirtualAddress(rawValue: 0xC000), byteCount: 256)]
    }

    @discardableResult
    mutating func add(
        _ operation: Operation, _ type: ValueType = .void, _ left: Int? = nil, _ right: Int? = nil,
        immediate: UInt64 = 0, region: UInt8 = 0
    ) -> Int {
        let reference = { (index: Int?) in index.map { ItemReference(rawValue: UInt16($0)) } ?? .none }
        program.items.append(
            Item(
                operation, type, left: reference(left), right: reference(right), immediate: immediate, region: region,
                origin: 0))
        return program.items.count - 1
    }

    mutating func constant(_ value: UInt64, _ type: ValueType = .u32) -> Int { add(.constant, type, immediate: value) }

    mutating func leave(_ value: UInt64, _ type: ValueType = .u32) { add(.returnValue, type, constant(value, type)) }

    /// An instruction a line; branches name the place of their target, and every place has its offset.
    func assembly() throws -> [String] {
        try ProgramChecker.check(program)
        let function = try Encoder().encode(program)
        let names = ["regs", "ring", "state"].map { Array($0.utf8) }
        return function.instructions.enumerated().map { index, encoded in
            let next = index + 1
            let end = next < function.instructions.count ? function.instructions[next].offset : function.bytes.count
            var text: [UInt8] = []
            AssemblyPrinter(regionNames: names).print(encoded.instruction, into: &text)
            let destination = encoded.instruction.destination
            guard destination.kind == .distance else { return String(decoding: text, as: UTF8.self) }
            let target = function.instructions.firstIndex { $0.offset == end + Int(destination.displacement) }
            return "\(encoded.instruction.mnemonic.word) \(target.map { "#\($0)" } ?? "astray")"
        }
    }
}
