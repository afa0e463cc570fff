// Mutants that touch other memory than they should, or touch it in another way.

import Verification

extension CodeMutator {
    /// Addresses off, directions and widths exchanged, stores into the code.
    mutating func addMemoryMutants() {
        for instruction in function.instructions where instruction.accessesMemory {
            addDisplaced(instruction)
            addRedirected(instruction)
            addDirections(instruction)
            addWidths(instruction)
        }
    }

    private mutating func addDisplaced(_ instruction: DecodedInstruction) {
        guard let field = instruction.displacement else { return }
        let distances: [Int64] = [1, 2, 4, 8, 12, 16, 64, 256, 1024, 2048, 4096, 8192, 1 << 16, 1 << 20, 1 << 28]
        for distance in distances.flatMap({ [$0, -$0] }) {
            let code = edit.patched(field, edit.value(of: field) &+ distance)
            add(.addressOff, instruction, "displaced by \(distance)", code)
        }
    }

    private mutating func addRedirected(_ instruction: DecodedInstruction) {
        for grant in subject.grants where grant.space == .memory {
            let isWrong =
                instruction.writes && !grant.rights.contains(.write)
                || instruction.reads && !grant.rights.contains(.read)
            let name = String(decoding: grant.name, as: UTF8.self)
            for place in [grant.start, grant.start + grant.byteCount - 1, grant.start + grant.byteCount] {
                add(
                    isWrong ? .wrongDirection : .addressOff, instruction, "at \(name) +\(place - grant.start)",
                    edit.readdressed(instruction, to: place))
            }
        }
        guard instruction.writes else { return }
        for place in [0, instruction.offset, function.code.count / 2, max(function.code.count - 4, 0)] {
            add(
                .selfModification, instruction, "at code +\(place)",
                edit.readdressed(instruction, to: function.address + UInt64(place)), isUnsafeByItself: true)
        }
    }

    /// Loads for stores and the other way round.
    ///
    /// A store of an immediate has no load in its length; comparing and combining read what it writes.
    private mutating func addDirections(_ instruction: DecodedInstruction) {
        let at = instruction.opcodeOffset
        switch instruction.opcode {
        case [0x8B], [0x89], [0x8A], [0x88]:
            let other = instruction.opcode[0] ^ 2
            add(.wrongDirection, instruction, "the other way", edit.exchanged([(at, other)]))
        case [0xC7], [0xC6]:
            guard let modrm = instruction.modrmOffset else { return }
            for extension_ in [UInt8(0), 1, 4, 7] {
                let changed = function.code[modrm] & 0xC7 | extension_ << 3
                let opcode: UInt8 = instruction.opcode[0] == 0xC7 ? 0x81 : 0x80
                add(
                    .wrongDirection, instruction, "group 1 /\(extension_)",
                    edit.exchanged([(at, opcode), (modrm, changed)]))
            }
        case [0x0F, 0xB6], [0x0F, 0xB7]:
            // 0F goes in front of the prefixes as a NOP, so that REX stays beside its opcode.
            let start = instruction.offset
            let store: UInt8 = instruction.opcode[1] == 0xB6 ? 0x88 : 0x89
            let bytes = [CodeEdit.nop] + function.code[start..<at] + [store] + function.code[at + 2..<instruction.end]
            add(.wrongDirection, instruction, "the other way", edit.replaced(instruction, with: Array(bytes)))
        default: return
        }
    }

    private mutating func addWidths(_ instruction: DecodedInstruction) {
        let at = instruction.opcodeOffset
        switch instruction.opcode {
        case [0x8B], [0x89], [0x8A], [0x88]:
            add(.wrongWidth, instruction, "a byte more or less", edit.exchanged([(at, instruction.opcode[0] ^ 1)]))
        case [0x0F, 0xB6], [0x0F, 0xB7]:
            add(.wrongWidth, instruction, "extended", edit.exchanged([(at + 1, instruction.opcode[1] ^ 1)]))
            add(.wrongWidth, instruction, "sign extended", edit.exchanged([(at + 1, instruction.opcode[1] | 8)]))
        default: break
        }
        if let rex = instruction.rexOffset {
            add(.wrongWidth, instruction, "REX.W", edit.exchanged([(rex, function.code[rex] ^ 8)]))
            add(.wrongWidth, instruction, "REX.B", edit.exchanged([(rex, function.code[rex] ^ 1)]))
            add(.wrongWidth, instruction, "REX.R", edit.exchanged([(rex, function.code[rex] ^ 4)]))
        }
        if function.code[instruction.offset] == 0x66 {
            add(.wrongWidth, instruction, "no 66", edit.exchanged([(instruction.offset, CodeEdit.nop)]))
        }
    }
}
