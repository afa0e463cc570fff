// Mutants with other numbers in them: bounds, masks, addresses and lengths for the device.

import CCapstone

extension CodeMutator {
    /// Masks and shifts that keep too much, bounds that let too much pass, numbers that a device takes.
    mutating func addNumberMutants() {
        for instruction in function.instructions where instruction.target == nil {
            switch instruction.identifier {
            case X86_INS_AND.rawValue, X86_INS_MOVZX.rawValue: addMasks(instruction)
            case X86_INS_SHL.rawValue, X86_INS_SHR.rawValue: addShifts(instruction)
            case X86_INS_CMP.rawValue, X86_INS_TEST.rawValue: addBounds(instruction)
            case X86_INS_MOV.rawValue, X86_INS_MOVABS.rawValue, X86_INS_ADD.rawValue, X86_INS_OR.rawValue:
                addNumbers(.transferNumber, instruction)
            case X86_INS_LEA.rawValue: addDistances(instruction)
            default: continue
            }
        }
    }

    private mutating func addMasks(_ instruction: DecodedInstruction) {
        add(.missingMask, instruction, "NOP", edit.replaced(instruction, with: []))
        if let field = instruction.immediate { add(.missingMask, instruction, "all ones", edit.patched(field, -1)) }
        addNumbers(.missingMask, instruction)
        guard !instruction.accessesMemory, instruction.opcode.first == 0x0F, let modrm = instruction.modrmOffset else {
            return
        }
        let prefixes = function.code[instruction.offset..<instruction.opcodeOffset]
        let move = Array(prefixes) + [0x8B, function.code[modrm]]
        add(.missingMask, instruction, "MOV", edit.replaced(instruction, with: move))
    }

    private mutating func addShifts(_ instruction: DecodedInstruction) {
        add(.missingMask, instruction, "NOP", edit.replaced(instruction, with: []))
        if let modrm = instruction.modrmOffset {
            let changed = function.code[modrm] ^ 0x08
            add(.missingMask, instruction, "the other way", edit.exchanged([(modrm, changed)]))
            add(.missingMask, instruction, "arithmetic", edit.exchanged([(modrm, function.code[modrm] | 0x38)]))
        }
        guard instruction.opcode == [0xC1], let field = instruction.immediate else { return }
        for places in 0...Int64(40) {
            add(.missingMask, instruction, "by \(places)", edit.patched(field, places))
        }
    }

    private mutating func addBounds(_ instruction: DecodedInstruction) {
        add(.missingBound, instruction, "NOP", edit.replaced(instruction, with: []))
        addNumbers(.missingBound, instruction)
    }

    /// One bit other, a little off, a page off, all ones, the ends.
    private mutating func addNumbers(_ kind: MutantClass, _ instruction: DecodedInstruction) {
        if instruction.opcode == [0x89] || instruction.opcode == [0x8B] || instruction.opcode == [0x01] {
            add(kind, instruction, "NOP", edit.replaced(instruction, with: []))
        }
        guard let field = instruction.immediate else { return }
        let value = edit.value(of: field)
        for bit in 0..<Int64(8 * field.byteCount) {
            add(kind, instruction, "bit \(bit)", edit.patched(field, value ^ (1 << bit)))
        }
        for other in [value &+ 1, value &- 1, value &+ 4096, value &- 4096, 2 &* value, value / 2, 0, -1, .max, .min] {
            add(kind, instruction, "\(other)", edit.patched(field, other))
        }
    }

    private mutating func addDistances(_ instruction: DecodedInstruction) {
        guard let field = instruction.displacement else { return }
        let value = edit.value(of: field)
        for bit in 0..<Int64(8 * field.byteCount) {
            add(.missingBound, instruction, "bit \(bit)", edit.patched(field, value ^ (1 << bit)))
        }
    }

    /// Other ports, other widths, the other way.
    mutating func addPortMutants() {
        for (index, instruction) in function.instructions.enumerated() {
            let isPort = instruction.identifier == X86_INS_IN.rawValue || instruction.identifier == X86_INS_OUT.rawValue
            guard isPort else { continue }
            let at = instruction.opcodeOffset
            add(.wrongPort, instruction, "the other way", edit.exchanged([(at, function.code[at] ^ 2)]))
            add(.wrongPort, instruction, "wider or narrower", edit.exchanged([(at, function.code[at] ^ 1)]))
            add(.wrongPort, instruction, "DX or a number", edit.exchanged([(at, function.code[at] ^ 8)]))
            if let field = instruction.immediate {
                for other in Int64(0)...255 { add(.wrongPort, instruction, "\(other)", edit.patched(field, other)) }
                continue
            }
            // MOV EDX, imm32 in front says which port it is.
            guard let move = function.instructions[..<index].last(where: { $0.opcode == [0xBA] }),
                let field = move.immediate
            else { continue }
            let value = edit.value(of: field)
            for bit in Int64(0)..<32 {
                add(.wrongPort, move, "bit \(bit)", edit.patched(field, value ^ (1 << bit)))
            }
            for distance in Int64(-8)...8 {
                add(.wrongPort, move, "\(distance) off", edit.patched(field, value + distance))
            }
        }
    }
}
