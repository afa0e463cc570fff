// Mutants with an instruction that no function may hold, in front of every instruction or in its place, and mutants that
// write a register of the caller.

import CCapstone

extension CodeMutator {
    /// Instructions by what is wrong with them. All are unsafe by themselves, wherever they stand; IN and OUT by DX in functions
    /// that have no ports.
    // swift-format-ignore
    private static let strays: [(kind: MutantClass, name: String, bytes: [UInt8])] = [
        (.privileged, "cli", [0xFA]), (.privileged, "sti", [0xFB]), (.privileged, "hlt", [0xF4]),
        (.privileged, "wrmsr", [0x0F, 0x30]), (.privileged, "rdmsr", [0x0F, 0x32]),
        (.privileged, "mov cr0, rax", [0x0F, 0x22, 0xC0]), (.privileged, "mov cr3, rax", [0x0F, 0x22, 0xD8]),
        (.privileged, "mov rax, cr4", [0x0F, 0x20, 0xE0]), (.privileged, "mov dr7, rax", [0x0F, 0x23, 0xF8]),
        (.privileged, "lgdt [rax]", [0x0F, 0x01, 0x10]), (.privileged, "lidt [rax]", [0x0F, 0x01, 0x18]),
        (.privileged, "invlpg [rax]", [0x0F, 0x01, 0x38]), (.privileged, "swapgs", [0x0F, 0x01, 0xF8]),
        (.privileged, "wbinvd", [0x0F, 0x09]), (.privileged, "clts", [0x0F, 0x06]),
        (.privileged, "syscall", [0x0F, 0x05]), (.privileged, "sysret", [0x48, 0x0F, 0x07]),
        (.privileged, "int 0x80", [0xCD, 0x80]), (.privileged, "int3", [0xCC]), (.privileged, "iretq", [0x48, 0xCF]),
        (.privileged, "retf", [0xCB]), (.privileged, "jmp far [rax]", [0xFF, 0x28]),
        (.privileged, "in al, 0x60", [0xE4, 0x60]), (.privileged, "out 0x64, al", [0xE6, 0x64]),
        (.privileged, "in eax, dx", [0xED]), (.privileged, "out dx, eax", [0xEF]), (.privileged, "insb", [0x6C]),
        (.privileged, "mov ds, eax", [0x8E, 0xD8]), (.privileged, "popfq", [0x9D]), (.privileged, "std", [0xFD]),
        (.unbalancedStack, "push rax", [0x50]), (.unbalancedStack, "push rcx", [0x51]),
        (.unbalancedStack, "push rbx", [0x53]), (.unbalancedStack, "push r12", [0x41, 0x54]),
        (.unbalancedStack, "push 0", [0x6A, 0x00]), (.unbalancedStack, "pushfq", [0x9C]),
        (.unbalancedStack, "pop rax", [0x58]), (.unbalancedStack, "pop rcx", [0x59]),
        (.unbalancedStack, "pop r8", [0x41, 0x58]), (.unbalancedStack, "ret 8", [0xC2, 0x08, 0x00]),
        (.unbalancedStack, "sub rsp, 8", [0x48, 0x83, 0xEC, 0x08]),
        (.unbalancedStack, "add rsp, 8", [0x48, 0x83, 0xC4, 0x08]),
        (.unbalancedStack, "lea rsp, [rsp-128]", [0x48, 0x8D, 0x64, 0x24, 0x80]),
        (.unbalancedStack, "mov rsp, rax", [0x48, 0x89, 0xC4]), (.unbalancedStack, "inc rsp", [0x48, 0xFF, 0xC4]),
        (.unbalancedStack, "xor esp, esp", [0x31, 0xE4]), (.unbalancedStack, "leave", [0xC9]),
        (.unbalancedStack, "mov [rsp], rax", [0x48, 0x89, 0x04, 0x24]),
        (.lostRegister, "xor ebx, ebx", [0x31, 0xDB]), (.lostRegister, "inc rbx", [0x48, 0xFF, 0xC3]),
        (.lostRegister, "mov ebx, eax", [0x89, 0xC3]), (.lostRegister, "inc bl", [0xFE, 0xC3]),
        (.lostRegister, "xor ebp, ebp", [0x31, 0xED]), (.lostRegister, "inc rbp", [0x48, 0xFF, 0xC5]),
        (.lostRegister, "lea ebp, [rax+1]", [0x8D, 0x68, 0x01]),
        (.lostRegister, "inc r12", [0x49, 0xFF, 0xC4]), (.lostRegister, "inc r13", [0x49, 0xFF, 0xC5]),
        (.lostRegister, "inc r14", [0x49, 0xFF, 0xC6]), (.lostRegister, "inc r15", [0x49, 0xFF, 0xC7]),
        (.lostRegister, "mov r12d, eax", [0x41, 0x89, 0xC4]), (.lostRegister, "mov r15, rcx", [0x49, 0x89, 0xCF]),
        (.endlessLoop, "jmp $", [0xEB, 0xFE]), (.endlessLoop, "pause; jmp $-2", [0xF3, 0x90, 0xEB, 0xFC]),
        (.outsideJump, "jmp rax", [0xFF, 0xE0]), (.outsideJump, "call rax", [0xFF, 0xD0]),
        (.outsideJump, "call far away", [0xE8, 0x00, 0x00, 0x10, 0x00]),
        (.outsideJump, "jmp far away", [0xE9, 0x00, 0x00, 0xF0, 0xFF]),
        (.outsideJump, "jmp [rax]", [0xFF, 0x20]),
        (.selfModification, "mov byte [rip-1], 0x90", [0xC6, 0x05, 0xFF, 0xFF, 0xFF, 0xFF, 0x90]),
        (.selfModification, "mov [rip], eax", [0x89, 0x05, 0x00, 0x00, 0x00, 0x00]),
        (.selfModification, "inc byte [rip-6]", [0xFE, 0x05, 0xFA, 0xFF, 0xFF, 0xFF]),
    ]

    /// Every stray instruction, in front of every instruction and in its place; of a long function, a share.
    mutating func addInsertions() {
        let hasPorts = subject.grants.contains { $0.space != .memory }
        let share = 1000 * Self.instructionCount / max(function.instructions.count, Self.instructionCount)
        for instruction in function.instructions {
            for stray in Self.strays where generator.happens(perMille: share) {
                let mayBeGranted = (stray.bytes == [0xED] || stray.bytes == [0xEF]) && hasPorts
                insert(
                    stray.kind, stray.bytes, before: instruction, stray.name, isUnsafeByItself: !mayBeGranted)
                add(
                    stray.kind, instruction, "replaced by \(stray.name)",
                    edit.replaced(instruction, with: stray.bytes), isUnsafeByItself: !mayBeGranted)
            }
        }
    }

    /// Instructions that write a register of the caller's instead of their own.
    mutating func addRegisterMutants() {
        for instruction in function.instructions {
            guard let opcode = instruction.opcode.first else { continue }
            switch opcode {
            case 0xB8...0xBF:
                addDestinations(instruction, at: instruction.opcodeOffset, shift: 0, extending: 1)
            case 0x8B, 0x8D:
                addDestinations(instruction, at: instruction.modrmOffset, shift: 3, extending: 4)
            case 0x0F where [0xB6, 0xB7].contains(instruction.opcode.last):
                addDestinations(instruction, at: instruction.modrmOffset, shift: 3, extending: 4)
            case 0x01, 0x09, 0x21, 0x29, 0x31, 0x89, 0xC1, 0xD1, 0xFF:
                if instruction.accessesMemory { continue }
                addDestinations(instruction, at: instruction.modrmOffset, shift: 0, extending: 1)
            case 0x81, 0x83:
                // The last of the group compares, and writes nothing.
                let isComparison = instruction.identifier == X86_INS_CMP.rawValue
                if instruction.accessesMemory || isComparison { continue }
                addDestinations(instruction, at: instruction.modrmOffset, shift: 0, extending: 1)
            default: continue
            }
        }
    }

    /// RBX and RBP by their field alone, R12 to R15 where there is a REX prefix to extend it by.
    private mutating func addDestinations(
        _ instruction: DecodedInstruction, at place: Int?, shift: UInt8, extending bit: UInt8
    ) {
        guard let place else { return }
        for register in [3, 5, 12, 13, 14, 15] as [UInt8] {
            var bytes = [(offset: place, value: function.code[place] & ~(7 << shift) | (register & 7) << shift)]
            if let rex = instruction.rexOffset {
                let value = function.code[rex]
                bytes.append((rex, register > 7 ? value | bit : value & ~bit))
            } else if register > 7 {
                continue
            }
            add(
                .lostRegister, instruction, "into register \(register)", edit.exchanged(bytes), isUnsafeByItself: true)
        }
    }
}
