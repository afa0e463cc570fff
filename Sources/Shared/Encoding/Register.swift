// The general-purpose registers of x86-64, by number. Which part of one an instruction uses is the operand's size.

/// General-purpose register.
///
/// Source: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2A, section 3.1.1.1, table 3-1.
public enum Register: UInt8, Sendable, CaseIterable, BitwiseCopyable {
    case rax, rcx, rdx, rbx, rsp, rbp, rsi, rdi, r8, r9, r10, r11, r12, r13, r14, r15

    /// The three bits that go into ModRM or the opcode.
    var low: UInt8 { rawValue & 7 }

    /// Whether the fourth bit, which goes into REX, is set.
    var isExtended: Bool { rawValue >= 8 }
}
