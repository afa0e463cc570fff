// Capstone as an oracle: what it takes bytes for, in the spelling of our own printer.

import CCapstone
import Encoding
import Foundation
import Program

/// A disassembler of 64-bit code.
final class Capstone {
    /// An instruction as Capstone sees it.
    struct Decoded: Equatable {
        var text: String
        var byteCount: Int
    }

    private var handle: csh = 0

    /// - Precondition: Capstone was built for x86.
    init() {
        let result = cs_open(CS_ARCH_X86, CS_MODE_64, &handle)
        precondition(result == CS_ERR_OK, "Capstone does not start")
    }

    deinit { cs_close(&handle) }

    /// The instructions of some bytes, up to the first that are none.
    func decode(_ bytes: [UInt8]) -> [Decoded] {
        var instructions: UnsafeMutablePointer<cs_insn>?
        let count = cs_disasm(handle, bytes, bytes.count, 0, 0, &instructions)
        guard count > 0, let instructions else { return [] }
        defer { cs_free(instructions, count) }
        return (0..<count).map { index in
            var instruction = instructions[index]
            let mnemonic = withUnsafeBytes(of: &instruction.mnemonic) { Self.string($0) }
            let operands = withUnsafeBytes(of: &instruction.op_str) { Self.string($0) }
            return Decoded(text: Self.spelt(mnemonic, operands), byteCount: Int(instruction.size))
        }
    }

    /// What Capstone has to say of an instruction at an offset: our own text, but for branches, whose target it names.
    static func text(of instruction: Instruction, at offset: Int, byteCount: Int) -> String {
        var text: [UInt8] = []
        guard instruction.destination.kind == .distance else {
            AssemblyPrinter().print(instruction, into: &text)
            return String(decoding: text, as: UTF8.self)
        }
        let target = UInt64(bitPattern: Int64(offset + byteCount) + Int64(instruction.destination.displacement))
        return "\(instruction.mnemonic.word) " + (target < 10 ? "\(target)" : "0x\(String(target, radix: 16))")
    }

    private static func string(_ bytes: UnsafeRawBufferPointer) -> String {
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }

    /// All bits of the first operand, set, going by its text.
    private static func mask(_ operands: String) -> UInt64 {
        let first = operands.prefix { $0 != "," }
        if first.hasPrefix("qword") { return .max }
        if first.hasPrefix("dword") || first.hasPrefix("e") || first.hasSuffix("d") { return 0xFFFF_FFFF }
        if first.hasPrefix("word") || first.hasSuffix("w") { return 0xFFFF }
        if first.hasPrefix("byte") || first.hasSuffix("b") || first.hasSuffix("l") { return 0xFF }
        return first.hasPrefix("r") ? .max : 0xFFFF
    }

    /// Capstone writes `movabs` for a move of 64 bits, `ptr` after sizes, blanks around signs, the size of memory even
    /// beside a register that tells it, and a sign before a negative immediate that is moved to 64 bits.
    private static func spelt(_ mnemonic: String, _ operands: String) -> String {
        var operands = operands.replacing(" ptr ", with: " ").replacing(" + ", with: "+").replacing(" - ", with: "-")
        let last = operands.split(separator: " ").last ?? ""
        let endsInNumber = last.first.map { $0.isNumber || $0 == "-" } ?? false
        if last.hasPrefix("-"),
            let magnitude = UInt64(last.replacing("-0x", with: "").replacing("-", with: ""), radix: 16)
        {
            operands = operands.dropLast(last.count) + "0x" + String((0 &- magnitude) & mask(operands), radix: 16)
        }
        if mnemonic != "movzx" && !endsInNumber && operands.contains(",") {
            for size in ["dword [", "qword [", "word [", "byte ["] { operands = operands.replacing(size, with: "[") }
        }
        let name = mnemonic == "movabs" ? "mov" : mnemonic
        return operands.isEmpty ? name : "\(name) \(operands)"
    }
}
