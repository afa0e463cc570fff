// Mutants whose control goes elsewhere: conditions gone or the other way round, loops that do not end, jumps to where no
// instruction starts or out of the function.

import CCapstone

extension CodeMutator {
    /// Jumps and returns.
    mutating func addControlMutants() {
        for instruction in function.instructions {
            if instruction.identifier == X86_INS_RET.rawValue { addReturns(instruction) }
            if let target = instruction.target { addJumps(instruction, target) }
        }
        addCounters()
    }

    private mutating func addReturns(_ instruction: DecodedInstruction) {
        let isLast = instruction.end == function.code.count
        add(.droppedReturn, instruction, "NOP", edit.replaced(instruction, with: []), isUnsafeByItself: isLast)
        for register in UInt8(0)..<8 where register != 4 {
            let code = edit.replaced(instruction, with: [0x58 | register])
            add(.droppedReturn, instruction, "POP \(register)", code, isUnsafeByItself: true)
        }
    }

    private mutating func addJumps(_ jump: DecodedInstruction, _ target: Int) {
        let isBackward = target <= jump.offset
        if jump.isConditional {
            let isLong = jump.opcode.count == 2
            let condition = jump.opcodeOffset + jump.opcode.count - 1
            add(.missingBound, jump, "NOP", edit.replaced(jump, with: []))
            for other in UInt8(0)..<16 {
                let changed = function.code[condition] & 0xF0 | other
                add(.missingBound, jump, "condition \(other)", edit.exchanged([(condition, changed)]))
            }
            var always = [(offset: condition, value: UInt8(isLong ? 0xE9 : 0xEB))]
            if isLong { always.append((jump.opcodeOffset, CodeEdit.nop)) }
            add(
                isBackward ? .endlessLoop : .missingBound, jump, "always", edit.exchanged(always),
                isUnsafeByItself: isBackward)
        }
        let boundaries = function.boundaries
        for distance in 1...12 {
            for place in [target + distance, target - distance] where place >= 0 && place < function.code.count {
                guard !boundaries.contains(place) else { continue }
                let code = edit.retargeted(jump, to: place)
                add(.intoInstruction, jump, "to +\(place)", code, isUnsafeByItself: true)
            }
        }
        for place in boundaries.sorted() {
            add(.missingBound, jump, "to +\(place)", edit.retargeted(jump, to: place))
        }
        let end = function.code.count
        for place in [-1, -2, -16, -64, -4096, -0x10_0000, end, end + 1, end + 2, end + 16, end + 100, 0x10_0000] {
            add(.outsideJump, jump, "to \(place)", edit.retargeted(jump, to: place), isUnsafeByItself: true)
        }
    }

    /// Loops whose counter stands still: INC and DEC are used for nothing else.
    private mutating func addCounters() {
        for jump in function.instructions {
            guard let target = jump.target, target <= jump.offset else { continue }
            for step in function.instructions where step.offset >= target && step.offset < jump.offset {
                switch step.identifier {
                case X86_INS_INC.rawValue, X86_INS_DEC.rawValue:
                    add(.endlessLoop, step, "NOP", edit.replaced(step, with: []), isUnsafeByItself: true)
                    if let modrm = step.modrmOffset {
                        let back = function.code[modrm] ^ 8
                        add(.endlessLoop, step, "the other way", edit.exchanged([(modrm, back)]))
                        let other = function.code[modrm] ^ 2
                        add(.endlessLoop, step, "another register", edit.exchanged([(modrm, other)]))
                    }
                case X86_INS_RDTSC.rawValue, X86_INS_SUB.rawValue, X86_INS_CMP.rawValue, X86_INS_MOV.rawValue:
                    add(.endlessLoop, step, "NOP", edit.replaced(step, with: []))
                default: continue
                }
            }
        }
    }
}
