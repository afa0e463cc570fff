// What pieces of code do with the registers that a caller finds unchanged by the ABI, and where they lead: Capstone's word for
// it, instruction by instruction. `KeptRegisterTests` puts it together.

import CCapstone
import Support

/// What one piece of code does.
struct RegisterUse {
    /// Kept registers that it changes and has not pushed.
    var changed: Set<String> = []
    /// Kept registers that it pushes before it changes them.
    var saved: Set<String> = []
    /// Where it calls, and where it jumps to outside of itself.
    var calls: Set<UInt64> = []
    var jumps: Set<UInt64> = []
    /// Numbers in it that may be addresses.
    var constants: Set<UInt64> = []
}

/// Capstone, with all that it knows of an instruction.
final class RegisterReader {
    /// The registers that a function keeps by the System V ABI, section 3.2.1, by the names of their parts.
    private static let kept: [String: String] = {
        var kept = ["bh": "rbx"]
        for letters in ["bx", "bp"] {
            let low = letters == "bx" ? "bl" : "bpl"
            for name in ["r\(letters)", "e\(letters)", letters, low] { kept[name] = "r\(letters)" }
        }
        for number in 12...15 { for suffix in ["", "d", "w", "b"] { kept["r\(number)\(suffix)"] = "r\(number)" } }
        return kept
    }()

    private let foreign = ForeignInstruction()

    /// What a piece does, up to the first bytes in it that are no instruction.
    func use(of piece: KernelCode.Piece) -> RegisterUse {
        var use = RegisterUse()
        let range = piece.start..<piece.start + UInt64(piece.bytes.count)
        foreign.read(piece.bytes, at: piece.start) {
            note(range, in: &use)
            return false
        }
        return use
    }

    private func note(_ range: Range<UInt64>, in use: inout RegisterUse) {
        let operands = foreign.operands
        if isIn(CS_GRP_CALL) || isIn(CS_GRP_JUMP) {
            guard let target = operands.first, target.type == X86_OP_IMM else { return }
            let address = UInt64(bitPattern: target.imm)
            if isIn(CS_GRP_CALL) {
                use.calls.insert(address)
            } else if !range.contains(address) {
                use.jumps.insert(address)
            }
            return
        }
        for operand in operands {
            if operand.type == X86_OP_IMM { use.constants.insert(UInt64(bitPattern: operand.imm)) }
            guard operand.type == X86_OP_MEM else { continue }
            let isRelative = operand.mem.base == X86_REG_RIP
            use.constants.insert((isRelative ? foreign.end : 0) &+ UInt64(bitPattern: operand.mem.disp))
        }
        let written = Set(written.compactMap { Self.kept[$0] })
        switch x86_insn(rawValue: foreign.instruction.pointee.id) {
        case X86_INS_PUSH:
            let pushed = operands.first.flatMap { $0.type == X86_OP_REG ? name($0.reg.rawValue) : nil }
            if let kept = pushed.flatMap({ Self.kept[$0] }), !use.changed.contains(kept) { use.saved.insert(kept) }
        // What was pushed comes back.
        case X86_INS_POP, X86_INS_LEAVE: break
        default: use.changed.formUnion(written.subtracting(use.saved))
        }
    }

    private func isIn(_ group: cs_group_type) -> Bool {
        cs_insn_group(foreign.handle, foreign.instruction, group.rawValue)
    }

    private func name(_ register: UInt32) -> String? {
        cs_reg_name(foreign.handle, register).map { String(cString: $0) }
    }

    /// The registers that the instruction writes, whether it names them or not.
    private var written: [String] {
        var (read, written) = ([UInt16](repeating: 0, count: 64), [UInt16](repeating: 0, count: 64))
        var (readCount, writtenCount) = (UInt8(0), UInt8(0))
        let result = cs_regs_access(foreign.handle, foreign.instruction, &read, &readCount, &written, &writtenCount)
        guard result == CS_ERR_OK else { return [] }
        return written.prefix(Int(writtenCount)).compactMap { name(UInt32($0)) }
    }
}
