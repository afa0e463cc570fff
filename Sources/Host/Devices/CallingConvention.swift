// The registers of a call, by what the caller may expect of them.
// Source: System V Application Binary Interface, AMD64 supplement, 1.0, section 3.2.1.

import CUnicorn

/// Registers of the calling convention.
enum CallingConvention {
    /// Registers that a function must give back as it found them; the stack pointer apart.
    static let preserved: [(name: String, register: uc_x86_reg)] = [
        ("rbx", UC_X86_REG_RBX), ("rbp", UC_X86_REG_RBP), ("r12", UC_X86_REG_R12), ("r13", UC_X86_REG_R13),
        ("r14", UC_X86_REG_R14), ("r15", UC_X86_REG_R15),
    ]
    /// Registers that carry arguments, in their order.
    static let arguments = [
        UC_X86_REG_RDI, UC_X86_REG_RSI, UC_X86_REG_RDX, UC_X86_REG_RCX, UC_X86_REG_R8, UC_X86_REG_R9,
    ]
    /// Registers that carry nothing.
    static let scratch = [UC_X86_REG_RAX, UC_X86_REG_R10, UC_X86_REG_R11]
}
