// A function as Capstone reads it: where instructions start, what fields they have, where jumps lead. The mutator works
// on this, so it shares no decoder with the encoder or the verifier.

import CCapstone

/// An instruction and where its fields lie.
struct DecodedInstruction {
    /// Units: bytes from the function's entry.
    var offset: Int
    var byteCount: Int
    var identifier: UInt32
    var text: String
    /// Prefixes in front of the opcode, REX among them.
    var rexOffset: Int?
    var opcodeOffset: Int
    var opcode: [UInt8]
    /// From the start of the function, like the next two; `nil` where there is no such field.
    var modrmOffset: Int?
    var displacement: (offset: Int, byteCount: Int)?
    var immediate: (offset: Int, byteCount: Int)?
    /// Whether an operand is memory that is accessed; LEA's is not.
    var accessesMemory: Bool
    var isRelativeToInstruction: Bool
    /// Whether the memory is read or written.
    var reads: Bool
    var writes: Bool
    var isConditional: Bool
    /// Where a direct jump leads, as an offset of the function.
    var target: Int?

    var end: Int { offset + byteCount }
}

/// The instructions of a function.
struct DecodedFunction {
    var code: [UInt8]
    var address: UInt64
    private(set) var instructions: [DecodedInstruction] = []

    /// Why there are none.
    enum Failure: Error {
        case noCapstone
        case undecodable(offset: Int)
    }

    init(_ code: [UInt8], at address: UInt64) throws {
        self.code = code
        self.address = address
        var handle: csh = 0
        guard cs_open(CS_ARCH_X86, CS_MODE_64, &handle) == CS_ERR_OK else { throw Failure.noCapstone }
        defer { cs_close(&handle) }
        cs_option(handle, CS_OPT_DETAIL, Int(CS_OPT_ON.rawValue))
        var list: UnsafeMutablePointer<cs_insn>?
        let count = cs_disasm(handle, code, code.count, address, 0, &list)
        guard count > 0, let list else { throw Failure.undecodable(offset: 0) }
        defer { cs_free(list, count) }
        instructions = (0..<count).map { instruction(list[$0]) }
        guard let last = instructions.last, last.end == code.count else {
            throw Failure.undecodable(offset: instructions.last?.end ?? 0)
        }
    }

    /// Offsets that instructions start at.
    var boundaries: Set<Int> { Set(instructions.map(\.offset)) }

    /// Numbers that instructions name, for arguments that should matter.
    var numbers: [UInt64] {
        instructions.compactMap { instruction in
            instruction.immediate.map { field in
                (0..<field.byteCount).reduce(0) { $0 | UInt64(code[field.offset + $1]) << UInt64(8 * $1) }
            }
        }
    }

    private func instruction(_ raw: cs_insn) -> DecodedInstruction {
        let offset = Int(raw.address - address)
        let detail = raw.detail.pointee.x86
        let prefixes = prefixCount(at: offset)
        let opcodeByteCount = code[offset + prefixes] == 0x0F ? 2 : 1
        let field = { (at: UInt8, size: UInt8) in size > 0 && at > 0 ? (offset + Int(at), Int(size)) : nil }
        let operands = withUnsafeBytes(of: detail.operands) {
            Array($0.bindMemory(to: cs_x86_op.self).prefix(Int(detail.op_count)))
        }
        let isAddressOnly = raw.id == X86_INS_LEA.rawValue || raw.id == X86_INS_NOP.rawValue
        let memory = isAddressOnly ? nil : operands.first { $0.type == X86_OP_MEM }
        let mnemonic = string(raw.mnemonic)
        let isJump = mnemonic.hasPrefix("j")
        let destination = isJump ? operands.first { $0.type == X86_OP_IMM } : nil
        return DecodedInstruction(
            offset: offset, byteCount: Int(raw.size), identifier: raw.id,
            text: "\(mnemonic) \(string(raw.op_str))",
            rexOffset: prefixes > 0 && code[offset + prefixes - 1] & 0xF0 == 0x40 ? offset + prefixes - 1 : nil,
            opcodeOffset: offset + prefixes,
            opcode: Array(code[offset + prefixes..<min(offset + prefixes + opcodeByteCount, code.count)]),
            modrmOffset: detail.encoding.modrm_offset > 0 ? offset + Int(detail.encoding.modrm_offset) : nil,
            displacement: field(detail.encoding.disp_offset, detail.encoding.disp_size),
            immediate: field(detail.encoding.imm_offset, detail.encoding.imm_size), accessesMemory: memory != nil,
            isRelativeToInstruction: operands.contains { $0.type == X86_OP_MEM && $0.mem.base == X86_REG_RIP },
            reads: memory.map { UInt32($0.access) & CS_AC_READ.rawValue != 0 } ?? false,
            writes: memory.map { UInt32($0.access) & CS_AC_WRITE.rawValue != 0 } ?? false,
            isConditional: isJump && mnemonic != "jmp",
            target: destination.map { Int(truncatingIfNeeded: UInt64(bitPattern: $0.imm) &- address) })
    }

    /// Legacy prefixes and REX.
    private func prefixCount(at offset: Int) -> Int {
        var count = 0
        while [0x66, 0xF2, 0xF3].contains(code[offset + count]) { count += 1 }
        return code[offset + count] & 0xF0 == 0x40 ? count + 1 : count
    }

    private func string<T>(_ array: T) -> String {
        withUnsafeBytes(of: array) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}
