// Puts instructions in a row and gives branches their distances. Branches start short, and those that do not reach are
// widened until all do: the same instructions always give the same bytes. Called by the instruction selector.

import Program

/// Instructions on their way to bytes.
struct Assembler: ~Copyable {
    /// A place where a block begins, before it has its offset.
    private struct Block: BitwiseCopyable {
        /// The instruction that is there.
        let instruction: UInt16
        /// Registers that are owned there.
        let live: UInt16
        var mark = BlockMark.join
    }

    /// An instruction that lacks an address.
    private struct Gap: BitwiseCopyable {
        let instruction: UInt16
        /// Where in the instruction. Units: bytes.
        let displacement: UInt8
    }

    private let forms = FormIndex()
    private var instructions = FixedArray<EncodedInstruction>(capacity: EncodedFunction.instructionLimit)
    /// The instructions other than branches, one after the other.
    private var code = FixedArray<UInt8>(capacity: EncodedFunction.byteLimit)
    /// All of them.
    private var bytes = FixedArray<UInt8>(capacity: EncodedFunction.byteLimit)
    /// Which of the instructions are branches.
    private var branches = FixedArray<UInt16>(capacity: EncodedFunction.instructionLimit)
    /// The instruction that each label is before.
    private var labels = FixedArray<Int16>(capacity: 2 * Program.itemLimit)
    private var blocks = FixedArray<Block>(capacity: EncodedFunction.blockLimit)
    private var gaps = FixedArray<Gap>(capacity: EncodedFunction.relocationLimit)
    /// Where the next instruction begins, as long as no branch is widened.
    private var end = 0

    /// Whether there is more than a function may have of anything.
    var hasOverflown: Bool {
        instructions.hasOverflown || code.hasOverflown || bytes.hasOverflown || blocks.hasOverflown
            || gaps.hasOverflown
    }

    /// How many instructions there are.
    var instructionCount: Int { instructions.count }

    /// How many bytes they have, once they are finished.
    var byteCount: Int { bytes.count }

    /// Forgets everything.
    mutating func removeAll() {
        instructions.removeAll()
        code.removeAll()
        bytes.removeAll()
        branches.removeAll()
        labels.removeAll()
        blocks.removeAll()
        gaps.removeAll()
        end = 0
    }

    /// A label that is nowhere yet.
    mutating func makeLabel() -> Int16 {
        labels.append(-1)
        return Int16(truncatingIfNeeded: labels.count - 1)
    }

    /// Puts a label before the next instruction, where a block begins.
    mutating func place(_ label: Int16, _ mark: BlockMark, live: UInt16) {
        labels[Int(label)] = Int16(truncatingIfNeeded: instructions.count)
        // Labels in one place are one block. A loop has instructions of its own before it, so at most one is its head.
        let here = UInt16(truncatingIfNeeded: instructions.count)
        if blocks.count > 0, blocks[blocks.count - 1].instruction == here {
            if mark.kind != .join { blocks[blocks.count - 1].mark = mark }
            return
        }
        blocks.append(Block(instruction: here, live: live, mark: mark))
    }

    /// Whether a form of the table can express an instruction.
    func canExpress(_ instruction: Instruction) -> Bool { forms.form(serving: instruction) != nil }

    /// Appends an instruction by its shortest form.
    @inline(never)
    mutating func append(_ instruction: Instruction, item: Int) {
        var row = EncodedInstruction(instruction, item: item)
        row.offset = end
        if instruction.destination.kind == .label {
            row.byteCount = 2
            branches.append(UInt16(truncatingIfNeeded: instructions.count))
        } else {
            let start = code.count
            let displacement = form(serving: instruction).encode(instruction, into: &code)
            row.byteCount = UInt8(truncatingIfNeeded: code.count - start)
            if let displacement { leaveGap(instruction.memory, displacement - start) }
        }
        end += Int(row.byteCount)
        instructions.append(row)
    }

    /// Notes where in the next instruction an address is missing, if one is.
    private mutating func leaveGap(_ memory: Operand, _ displacement: Int) {
        switch memory.kind {
        case .address, .region, .indexedRegion, .scaledRegion: break
        default: return
        }
        gaps.append(
            Gap(
                instruction: UInt16(truncatingIfNeeded: instructions.count),
                displacement: UInt8(truncatingIfNeeded: displacement)))
    }

    /// Gives all instructions their places and their bytes.
    ///
    /// - Precondition: every label that a branch names was placed.
    @inline(never)
    mutating func finish() {
        while hasWidened() {}
        var taken = 0
        for number in 0..<branches.count {
            let index = Int(branches[number])
            let run = instructions[index].offset - bytes.count
            bytes.append(code, from: taken, count: run)
            taken += run
            let label = Int(truncatingIfNeeded: instructions[index].instruction.destination.number)
            instructions[index].instruction.destination = .distance(distance(from: index, to: label))
            let branch = instructions[index].instruction
            _ = form(serving: branch).encode(branch, into: &bytes)
        }
        bytes.append(code, from: taken, count: code.count - taken)
    }

    /// The function of all instructions, in memory of its own.
    ///
    /// - Precondition: they are finished.
    func function() -> EncodedFunction {
        var relocations: [Relocation] = []
        relocations.reserveCapacity(gaps.count)
        for index in 0..<gaps.count { relocations.append(relocation(gaps[index])) }
        var blocks: [EncodedBlock] = []
        blocks.reserveCapacity(self.blocks.count)
        for index in 0..<self.blocks.count {
            let block = self.blocks[index]
            blocks.append(
                EncodedBlock(
                    offset: instructions[Int(block.instruction)].offset, kind: block.mark.encoded,
                    liveRegisters: block.live))
        }
        return EncodedFunction(
            bytes: bytes.copied(), instructions: instructions.copied(), relocations: relocations, blocks: blocks)
    }

    private func relocation(_ gap: Gap) -> Relocation {
        let row = instructions[Int(gap.instruction)]
        let memory = row.instruction.memory
        return Relocation(
            offset: row.offset + Int(gap.displacement), end: row.offset + Int(row.byteCount),
            isAbsolute: memory.kind != .region, region: Int(memory.region), addend: memory.number,
            instruction: Int(gap.instruction))
    }

    /// Widens the branches that do not reach, and moves what is after them; true if there were any.
    private mutating func hasWidened() -> Bool {
        var hasWidened = false
        for number in 0..<branches.count {
            let index = Int(branches[number])
            let branch = instructions[index].instruction
            guard instructions[index].byteCount == 2,
                Int8(exactly: distance(from: index, to: Int(truncatingIfNeeded: branch.destination.number))) == nil
            else { continue }
            instructions[index].byteCount = branch.mnemonic == .jmp ? 5 : 6
            hasWidened = true
        }
        guard hasWidened else { return false }
        end = 0
        for index in 0..<instructions.count {
            instructions[index].offset = end
            end += Int(instructions[index].byteCount)
        }
        return true
    }

    private func distance(from index: Int, to label: Int) -> Int32 {
        let target = Int(labels[label])
        precondition(target >= 0 && target < instructions.count, "a branch to a label that stands before nothing")
        let end = instructions[index].offset + Int(instructions[index].byteCount)
        return Int32(truncatingIfNeeded: instructions[target].offset - end)
    }

    private func form(serving instruction: Instruction) -> InstructionForm {
        guard let form = forms.form(serving: instruction) else {
            preconditionFailure("the instruction table has no form for a selected instruction")
        }
        return form
    }
}
