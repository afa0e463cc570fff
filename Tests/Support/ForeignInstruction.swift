// One instruction at a time as Capstone reads it, with all that it knows of it: the oracle of tests that compare a decoder, or
// follow code that nobody here generated. What the operands mean, the tests say.

import CCapstone

/// Capstone, with the instruction that it read last.
public final class ForeignInstruction {
    public private(set) var handle: csh = 0
    public let instruction: UnsafeMutablePointer<cs_insn>

    /// - Precondition: Capstone was built for x86.
    public init() {
        let result = cs_open(CS_ARCH_X86, CS_MODE_64, &handle)
        precondition(result == CS_ERR_OK, "Capstone does not start")
        cs_option(handle, CS_OPT_DETAIL, Int(CS_OPT_ON.rawValue))
        guard let instruction = cs_malloc(handle) else { preconditionFailure("no memory") }
        self.instruction = instruction
    }

    deinit {
        cs_free(instruction, 1)
        cs_close(&handle)
    }

    /// Reads instructions one after the other, up to the first bytes that are none, or as long as the caller wants more.
    ///
    /// - Parameter isDone: called after each; returns whether it was the last.
    public func read(_ bytes: [UInt8], at address: UInt64, isDone: () -> Bool) {
        bytes.withUnsafeBufferPointer { buffer in
            var start = buffer.baseAddress
            var count = buffer.count
            var address = address
            while cs_disasm_iter(handle, &start, &count, &address, instruction), !isDone() {}
        }
    }

    /// Operands of the instruction, in Intel's order.
    public var operands: [cs_x86_op] {
        guard let detail = instruction.pointee.detail else { return [] }
        return withUnsafeBytes(of: &detail.pointee.x86.operands) { bytes in
            Array(bytes.bindMemory(to: cs_x86_op.self).prefix(Int(detail.pointee.x86.op_count)))
        }
    }

    /// Offset after the instruction, from where its addresses count.
    public var end: UInt64 { instruction.pointee.address + UInt64(instruction.pointee.size) }
}
