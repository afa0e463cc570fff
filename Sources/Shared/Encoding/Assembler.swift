// Puts instructions in a row and gives branches their distances. Branches start short, and those that do not reach are
// widened until all do: the same instructions always give the same bytes. Called by the instruction selector.

/// Instructions on their way to bytes.
struct Assembler {
    private var instructions: [EncodedInstruction] = []
    /// Size of each instruction. Units: bytes.
    private var sizes: [Int] = []
    /// The instructions other than branches, one after the other.
    private var code: [UInt8] = []
    /// Where in each instruction a displacement is to be filled in, counted from its start; -1 for nowhere.
    private var displacements: [Int] = []
    /// The instruction that each label is before.
    private var labels: [Int] = []
    /// Where blocks begin; the offset is that of the instruction in the row until all have their sizes.
    private var blocks: [EncodedBlock] = []

    /// A label that is nowhere yet.
    mutating func makeLabel() -> Int {
        labels.append(-1)
        return labels.count - 1
    }

    /// Puts a label before the next instruction, where a block begins.
    mutating func place(_ label: Int, _ kind: EncodedBlock.Kind, live: UInt16) {
        labels[label] = instructions.count
        // Labels in one place are one block. A loop has instructions of its own before it, so at most one is its head.
        if let last = blocks.last, last.offset == instructions.count {
            if kind != .join { blocks[blocks.count - 1].kind = kind }
            return
        }
        blocks.append(EncodedBlock(offset: instructions.count, kind: kind, liveRegisters: live))
    }

    /// Appends an instruction by its shortest form.
    @inline(never)
    mutating func append(_ instruction: Instruction, item: Int) {
        var size = 2
        var displacement = -1
        if case .label = instruction.destination {
        } else {
            let start = code.count
            if let place = Self.encode(instruction, into: &code) { displacement = place - start }
            size = code.count - start
        }
        sizes.append(size)
        displacements.append(displacement)
        instructions.append(EncodedInstruction(instruction: instruction, offset: 0, item: item))
    }

    /// The function of all instructions.
    ///
    /// - Precondition: every label that a branch names was placed.
    @inline(never)
    consuming func finished() -> EncodedFunction {
        while hasWidened() {}
        var function = EncodedFunction()
        var next = 0
        for index in instructions.indices {
            if case .label(let label) = instructions[index].instruction.destination {
                instructions[index].instruction.destination = .distance(distance(from: index, to: label))
                _ = Self.encode(instructions[index].instruction, into: &function.bytes)
            } else {
                function.bytes += code[next..<next + sizes[index]]
                next += sizes[index]
            }
            precondition(
                function.bytes.count == instructions[index].offset + sizes[index], "a branch has changed its size")
        }
        for number in instructions.indices {
            let instruction = instructions[number]
            guard displacements[number] >= 0,
                case .region(let region, let addend, let index, _) = instruction.instruction.memory
            else { continue }
            function.relocations.append(
                Relocation(
                    offset: instruction.offset + displacements[number], end: instruction.offset + sizes[number],
                    isAbsolute: index != nil, region: Int(region), addend: addend, instruction: number))
        }
        for index in blocks.indices { blocks[index].offset = instructions[blocks[index].offset].offset }
        function.blocks = blocks
        function.instructions = instructions
        return function
    }

    /// Gives every instruction its offset, and widens the branches that do not reach; true if there were any.
    private mutating func hasWidened() -> Bool {
        var offset = 0
        for index in instructions.indices {
            instructions[index].offset = offset
            offset += sizes[index]
        }
        var hasWidened = false
        for index in instructions.indices where sizes[index] == 2 {
            guard case .label(let label) = instructions[index].instruction.destination,
                Int8(exactly: distance(from: index, to: label)) == nil
            else { continue }
            sizes[index] = instructions[index].instruction.mnemonic == .jmp ? 5 : 6
            hasWidened = true
        }
        return hasWidened
    }

    private func distance(from index: Int, to label: Int) -> Int32 {
        let target = labels[label]
        precondition(target >= 0 && target < instructions.count, "a branch to a label that stands before nothing")
        return Int32(truncatingIfNeeded: instructions[target].offset - instructions[index].offset - sizes[index])
    }

    @inline(never)
    private static func encode(_ instruction: Instruction, into bytes: inout [UInt8]) -> Int? {
        guard let form = InstructionForm.serving(instruction) else {
            preconditionFailure("the instruction table has no form for a selected instruction")
        }
        return form.encode(instruction, into: &bytes)
    }
}
