// The opcode maps, as far as instructions in them are forbidden: forbidden.h says what for.

#include "forbidden.h"

// Group 7 and group 15 hold what software may use beside what it may not.
static bool instruction_is_forbidden_group(uint8_t opcode, uint8_t modrm, bool is_repeated) {
    uint8_t extension = modrm >> 3 & 7;
    if (opcode == 0x01) return true;  // SGDT, LIDT, LMSW, INVLPG, SWAPGS, VMX, XSETBV
    if (modrm >> 6 == 3) return is_repeated && extension < 4;  // RDFSBASE to WRGSBASE; the others are fences
    return extension < 7;  // FXSAVE, FXRSTOR, LDMXCSR, XSAVE, XRSTOR; not CLFLUSH
}

// Opcodes behind 0F.
static uint32_t instruction_kind_two_byte(uint8_t opcode, uint8_t modrm, bool is_repeated) {
    switch (opcode) {
    case 0x31: return INSTRUCTION_READS_CLOCK;
    case 0x01:
    case 0xAE:
        return instruction_is_forbidden_group(opcode, modrm, is_repeated) ? INSTRUCTION_FORBIDDEN : INSTRUCTION_PLAIN;
    case 0x00:  // SLDT, STR, LLDT, LTR, VERR, VERW
    case 0x02: case 0x03:  // LAR, LSL
    case 0x05: case 0x06: case 0x07: case 0x08: case 0x09:  // SYSCALL, CLTS, SYSRET, INVD, WBINVD
    case 0x20: case 0x21: case 0x22: case 0x23:  // MOV of control and debug registers
    case 0x30: case 0x32: case 0x33:  // WRMSR, RDMSR, RDPMC
    case 0x34: case 0x35: case 0x37:  // SYSENTER, SYSEXIT, GETSEC
    case 0x78: case 0x79:  // VMREAD, VMWRITE
    case 0xA1: case 0xA9: case 0xB2: case 0xB4: case 0xB5:  // POP FS, POP GS, LSS, LFS, LGS
    case 0xAA:  // RSM
        return INSTRUCTION_FORBIDDEN;
    default: return INSTRUCTION_PLAIN;
    }
}

uint32_t instruction_kind(const uint8_t *bytes, uint32_t size) {
    bool is_repeated = false;
    uint32_t at = 0;
    for (; at < size; at += 1) {
        uint8_t byte = bytes[at];
        if (byte == 0x64 || byte == 0x65) return INSTRUCTION_FORBIDDEN;  // FS and GS belong to the kernel
        if (byte == 0xF3) is_repeated = true;
        bool is_prefix = byte == 0x66 || byte == 0x67 || byte == 0xF2 || byte == 0xF3 || byte == 0xF0
            || (byte & 0xE7) == 0x26 || (byte & 0xF0) == 0x40;
        if (!is_prefix) break;
    }
    if (at >= size) return INSTRUCTION_PLAIN;
    uint8_t modrm = at + 1 < size ? bytes[at + 1] : 0;
    switch (bytes[at]) {
    case 0x0F:
        if (at + 1 >= size) return INSTRUCTION_PLAIN;
        return instruction_kind_two_byte(modrm, at + 2 < size ? bytes[at + 2] : 0, is_repeated);
    case 0xFF: return (modrm >> 3 & 7) == 3 || (modrm >> 3 & 7) == 5 ? INSTRUCTION_FORBIDDEN : INSTRUCTION_PLAIN;
    case 0x6C: case 0x6D: case 0x6E: case 0x6F:  // INS, OUTS: port and memory at once
    case 0x8E:  // MOV to a segment register
    case 0x9D:  // POPF, which sets IF
    case 0xCA: case 0xCB: case 0xCC: case 0xCD: case 0xCE: case 0xCF:  // far RET, INT3, INT, INTO, IRET
    case 0xF1: case 0xF4: case 0xFA: case 0xFB:  // INT1, HLT, CLI, STI
        return INSTRUCTION_FORBIDDEN;
    default: return INSTRUCTION_PLAIN;
    }
}
