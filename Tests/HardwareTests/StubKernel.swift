// The smallest kernel that both boot protocols start: it writes down how it was entered and what CPUID says, and halts.
// So a machine in QEMU stands as firmware left it, with boot information in its memory, for discovery over the test
// socket.

import Hardware

/// A kernel that notes EAX, EBX and the leaves of `leaves`, and halts.
enum StubKernel {
    /// Leaves that the kernel asks for: every leaf that discovery may ask for.
    static let leaves: [(leaf: UInt32, subleaf: UInt32)] =
        [(0, 0), (1, 0)] + (0..<16).map { (4, $0) }
        + [(7, 0), (0xD, 0), (0xD, 1), (0x15, 0), (0x16, 0)]
        + [0, 1, 2, 3, 4, 7, 8].map { (0x8000_0000 + $0, 0) } + (0..<16).map { (0x8000_001D, $0) }

    /// Where the kernel writes: EAX, EBX, then `done`.
    static let mailbox: UInt64 = 0x10_1000
    /// What is at the end of the mailbox when the kernel has halted.
    static let done: UInt64 = 0x600D_600D
    /// Where the registers of `leaves` stand, 16 bytes each.
    static let answers: UInt64 = 0x10_2000

    private static let base: UInt32 = 0x10_0000
    private static let noteOffset: UInt32 = 0x80
    private static let headerOffset: UInt32 = 0x100
    private static let codeOffset: UInt32 = 0x140
    private static let tableOffset: UInt32 = 0x200

    /// An ELF file of 32 bits with a PVH note and a Multiboot2 header.
    static var file: [UInt8] {
        var bytes = Bytes()
        let length = tableOffset + 8 * UInt32(leaves.count)
        // ELF header: ELF32, little-endian, EXEC, 386, version 1, entry, program headers at 52, two of 32 bytes.
        bytes.append([0x7F, 0x45, 0x4C, 0x46, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0])
        bytes.append(words: [3 << 16 | 2, 1, base + codeOffset, 52, 0, 0, 32 << 16 | 52, 2, 0])
        // PT_LOAD of the whole file with room for the answers, then PT_NOTE.
        bytes.append(words: [1, 0, base, base, length, 0x4000, 7, 0x1000])
        bytes.append(words: [4, noteOffset, base + noteOffset, base + noteOffset, 20, 20, 4, 4])
        bytes.fill(to: noteOffset)
        bytes.append(words: [4, 4, 18, 0x006E_6558, base + codeOffset])  // "Xen", type 18: 32-bit entry
        bytes.fill(to: headerOffset)
        let magic: UInt32 = 0xE852_50D6
        bytes.append(words: [magic, 0, 24, 0 &- (magic &+ 24), 0, 8])
        bytes.fill(to: codeOffset)
        bytes.append(code)
        bytes.fill(to: tableOffset)
        for (leaf, subleaf) in leaves { bytes.append(words: [leaf, subleaf]) }
        return bytes.bytes
    }

    private static var code: [UInt8] {
        let mailbox = UInt32(mailbox)
        var code = Bytes()
        code.append([0xA3], mailbox)  // mov [mailbox], eax
        code.append([0x89, 0x1D], mailbox + 4)  // mov [mailbox + 4], ebx
        code.append([0xBE], base + tableOffset)  // mov esi, table
        code.append([0xBF], UInt32(answers))  // mov edi, answers
        code.append([0xBD], UInt32(leaves.count))  // mov ebp, count
        code.append([0x8B, 0x06, 0x8B, 0x4E, 0x04, 0x0F, 0xA2])  // again: mov eax, [esi]; mov ecx, [esi + 4]; cpuid
        code.append([0x89, 0x07, 0x89, 0x5F, 0x04, 0x89, 0x4F, 0x08, 0x89, 0x57, 0x0C])  // mov [edi + ...], eax to edx
        code.append([0x83, 0xC6, 8, 0x83, 0xC7, 16, 0x4D, 0x75, 0xE5])  // add esi, 8; add edi, 16; dec ebp; jnz again
        code.append([0xC7, 0x05], mailbox + 8)  // mov dword [mailbox + 8], done
        code.append(words: [UInt32(done)])
        code.append([0xFA, 0xF4, 0xEB, 0xFD])  // cli; hlt; jmp to the hlt
        return code.bytes
    }

    private struct Bytes {
        var bytes: [UInt8] = []

        mutating func append(_ more: [UInt8]) { bytes += more }

        mutating func append(_ opcode: [UInt8], _ operand: UInt32) {
            bytes += opcode
            append(words: [operand])
        }

        mutating func append(words: [UInt32]) {
            for word in words { for place in 0..<4 { bytes.append(UInt8(truncatingIfNeeded: word >> (8 * place))) } }
        }

        mutating func fill(to offset: UInt32) {
            precondition(bytes.count <= Int(offset), "the parts of the stub overlap")
            bytes += [UInt8](repeating: 0, count: Int(offset) - bytes.count)
        }
    }
}
