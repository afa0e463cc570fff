// Capstone as an oracle: an instruction as it sees one, in the terms that the verifier's decoder is compared in.

import CCapstone
import Support

@testable import Verification

/// An instruction with its operands.
struct Described: Equatable {
    enum Operand: Equatable {
        /// Number of a register and how many of its bytes count.
        case register(UInt8, byteCount: UInt64)
        /// Memory at the sum of a register, another one times a number, and a displacement.
        case memory(base: UInt8?, index: UInt8? = nil, scale: UInt64 = 1, UInt64, byteCount: UInt64)
        /// An immediate, cut to the size that the instruction works on.
        case immediate(UInt64)
    }

    var name: String
    var byteCount: Int
    var operands: [Operand]
}

/// Capstone.
final class ForeignDecoder {
    /// Registers by the names that Capstone has for them. AH to BH are missing: no number says them.
    private static let registers: [String: (number: UInt8, byteCount: UInt64)] = {
        var registers: [String: (number: UInt8, byteCount: UInt64)] = [:]
        for (number, letters) in ["ax", "cx", "dx", "bx", "sp", "bp", "si", "di"].enumerated() {
            let low = number < 4 ? "\(letters.prefix(1))l" : "\(letters)l"
            for (name, byteCount) in [("r\(letters)", 8), ("e\(letters)", 4), (letters, 2), (low, 1)] {
                registers[name] = (UInt8(number), UInt64(byteCount))
            }
        }
        for number in UInt8(8)..<16 {
            for (suffix, byteCount) in [("", 8), ("d", 4), ("w", 2), ("b", 1)] {
                registers["r\(number)\(suffix)"] = (number, UInt64(byteCount))
            }
        }
        return registers
    }()

    private let foreign = ForeignInstruction()

    /// The instruction that some bytes begin with; `nil` where there is none or an operand has no number.
    func decode(_ bytes: [UInt8], at address: UInt64) -> Described? {
        var isDecoded = false
        foreign.read(bytes, at: address) {
            isDecoded = true
            return true
        }
        guard isDecoded else { return nil }
        let name = withUnsafeBytes(of: &foreign.instruction.pointee.mnemonic) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        let size = UInt64(foreign.instruction.pointee.size)
        var described: [Described.Operand] = []
        for operand in foreign.operands {
            guard let operand = self.operand(operand, behind: address &+ size) else { return nil }
            described.append(operand)
        }
        return Described(name: name, byteCount: Int(size), operands: described)
    }

    private func operand(_ operand: cs_x86_op, behind end: UInt64) -> Described.Operand? {
        switch operand.type {
        case X86_OP_REG:
            return register(operand.reg).map { .register($0.number, byteCount: $0.byteCount) }
        case X86_OP_IMM:
            return .immediate(UInt64(bitPattern: operand.imm))
        default:
            let memory = operand.mem
            guard memory.segment == X86_REG_INVALID else { return nil }
            let displacement = UInt64(bitPattern: memory.disp)
            if memory.base == X86_REG_RIP {
                return .memory(base: nil, end &+ displacement, byteCount: UInt64(operand.size))
            }
            let (base, index) = (register(memory.base), register(memory.index))
            guard memory.base == X86_REG_INVALID || base?.byteCount == 8,
                memory.index == X86_REG_INVALID || index?.byteCount == 8
            else { return nil }
            return .memory(
                base: base?.number, index: index?.number, scale: UInt64(memory.scale), displacement,
                byteCount: UInt64(operand.size))
        }
    }

    private func register(_ register: x86_reg) -> (number: UInt8, byteCount: UInt64)? {
        cs_reg_name(foreign.handle, register.rawValue).flatMap { Self.registers[String(cString: $0)] }
    }
}

extension Described {
    /// What the verifier takes an instruction for, in the words of Capstone.
    init(_ instruction: DecodedInstruction, codeAt address: UInt64) {
        let size = instruction.size
        let place: Operand? =
            switch instruction.place {
            case .none: nil
            case .register(let number): .register(number, byteCount: size)
            case .memory:
                .memory(
                    base: instruction.base, index: instruction.index, scale: 1 << instruction.indexShift,
                    instruction.displacement, byteCount: size)
            }
        let accumulator = Operand.register(0, byteCount: size)
        let port = Operand.register(2, byteCount: 2)
        var operands: [Operand] = [place].compactMap { $0 }
        switch instruction.operation {
        case .increment, .decrement, .set, .setCarry, .returnNear, .readTimeStamp, .pause, .fence: break
        case .jump, .jumpIf: operands = [.immediate(address &+ UInt64(bitPattern: Int64(instruction.target)))]
        case .repeatStore: operands = [.memory(base: 7, 0, byteCount: size), accumulator]
        case .repeatMove:
            operands = [.memory(base: 7, 0, byteCount: size), .memory(base: 6, 0, byteCount: size)]
        case .portRead: operands = [accumulator, port]
        case .portWrite: operands = [port, accumulator]
        case .moveZeroExtended: operands.insert(.register(instruction.register, byteCount: 4), at: 0)
        default:
            let other: Operand =
                instruction.immediate.map { .immediate($0) } ?? .register(instruction.register, byteCount: size)
            operands.insert(other, at: instruction.isLoad ? 0 : operands.count)
        }
        self.init(name: Self.name(instruction), byteCount: instruction.byteCount, operands: operands)
    }

    private static func name(_ instruction: DecodedInstruction) -> String {
        let conditions = ["o", "no", "b", "ae", "e", "ne", "be", "a", "s", "ns"]
        return switch instruction.operation {
        case .move: "mov"
        case .moveZeroExtended: "movzx"
        case .loadAddress: "lea"
        case .and: "and"
        case .or: "or"
        case .xor: "xor"
        case .add: "add"
        case .subtract: "sub"
        case .subtractWithBorrow: "sbb"
        case .testBit: "bt"
        case .setBit: "bts"
        case .clearBit: "btr"
        case .setCarry: "stc"
        case .compare: "cmp"
        case .test: "test"
        case .increment: "inc"
        case .decrement: "dec"
        case .shiftLeft: "shl"
        case .shiftRight: "shr"
        case .set: "set" + conditions[Int(instruction.condition)]
        case .jumpIf: "j" + conditions[Int(instruction.condition)]
        case .jump: "jmp"
        case .returnNear: "ret"
        case .readTimeStamp: "rdtsc"
        case .pause: "pause"
        case .repeatStore: instruction.size == 8 ? "rep stosq" : "rep stosd"
        case .repeatMove: instruction.size == 8 ? "rep movsq" : "rep movsd"
        case .fence: "mfence"
        case .portRead: "in"
        case .portWrite: "out"
        }
    }

    /// The same, where Capstone says it in another way: `movabs`, immediates with their sign, sizes of what LEA names.
    func alike(_ other: Described) -> Bool {
        guard byteCount == other.byteCount, (other.name == "movabs" ? "mov" : other.name) == name,
            operands.count == other.operands.count
        else { return false }
        var size: UInt64 = 8
        if !name.hasPrefix("j"), case .register(_, let byteCount) = operands.first { size = byteCount }
        if case .memory(_, _, _, _, let byteCount) = operands.first { size = byteCount }
        // A count is a byte.
        if name.hasPrefix("sh") || name.hasPrefix("bt") { size = 1 }
        return zip(operands, other.operands).allSatisfy { ours, theirs in
            switch (ours, theirs) {
            case (.immediate(let ours), .immediate(let theirs)): (ours ^ theirs) & ValueRange.mask(8 * size) == 0
            case (.memory(_, _, _, _, let byteCount), .memory(let base, let index, let scale, let number, _))
            where name == "lea":
                ours == .memory(base: base, index: index, scale: scale, number, byteCount: byteCount)
            default: ours == theirs
            }
        }
    }
}
