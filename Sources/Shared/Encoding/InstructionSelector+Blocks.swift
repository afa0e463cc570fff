// Control flow: conditions, branches, loops, waits and returns. A condition that is a constant leaves no branch, and
// what is never reached leaves nothing.
//
// A wait always has this shape, by which a verifier can know it, with S any register but RAX and RDX:
//
//         rdtsc
//         shl rdx, 32
//         or rdx, rax
//         mov S, rdx              ; the start
//     look:
//         rdtsc
//         shl rdx, 32
//         or rdx, rax
//         sub rdx, S              ; counts since the start: RDX is theirs up to the branch to `look`
//         ...                     ; the look, which neither waits nor changes S
//         jcc done                ; the condition is true
//         pause
//         cmp rdx, bound          ; a bound past 31 bits: mov R, bound; cmp rdx, R
//         jb look
//         ...                     ; the time is over; every path returns
//     done:
//
// Where the look accesses a port, which takes RDX, `mov E, rdx` is before it and E, a register like S, for RDX behind
// it. The time is read before the look, so the condition is looked at once more after it is over. Counts are compared as
// differences, so a counter that runs past 2^64 does no harm; one that stands still makes a wait endless.

import Program

extension InstructionSelector {
    // MARK: Conditions

    /// Sets the flags for an item that compares or tests, and returns the condition that makes it true.
    func emitTest(_ index: Int) throws(EncodingError) -> Condition {
        switch table.values[index].step {
        case .compare(let condition, let left, let right):
            let size = Self.size(max(table.values[left].bitCount, table.values[right].bitCount))
            append(.cmp, registers[left], registers[right], size, index)
            return condition
        case .compareConstant(let condition, let value, let constant):
            let size = Self.size(max(table.values[value].bitCount, Value.bitCount(constant)))
            try emitFlags(.cmp, registers[value], size, constant, index)
            return condition
        case .testBits(let condition, let value, let mask):
            let register = registers[value]
            if mask & table.values[value].mask == table.values[value].mask {
                append(.test, register, register, size(of: value), index)
            } else {
                let size = mask <= 0xFF ? OperandSize.byte : Self.size(Value.bitCount(mask))
                try emitFlags(.test, register, size, mask, index)
            }
            return condition
        default:
            preconditionFailure("a condition is compared or tested")
        }
    }

    @inline(never)
    private func emitFlags(
        _ mnemonic: Mnemonic, _ register: Register, _ size: OperandSize, _ constant: UInt64, _ index: Int
    ) throws(EncodingError) {
        let immediate = Instruction(mnemonic, .register(register, size), .immediate(constant))
        if InstructionForm.serving(immediate) != nil { return append(immediate, index) }
        guard let other = pool.take(until: index, forResult: false, livesAcrossClobber: false) else {
            throw .outOfRegisters(item: index)
        }
        appendConstant(constant, to: other, index)
        append(mnemonic, register, other, size, index)
    }

    @inline(never)
    private func appendBranch(_ mnemonic: Mnemonic, to label: Int, _ index: Int) {
        append(Instruction(mnemonic, .label(label)), index)
    }

    // MARK: Branches

    func openBranch(_ index: Int) throws(EncodingError) {
        var block = OpenBlock(start: index)
        if table.blocks.isReached[index], table.values[index].constant == nil {
            let condition = try emitTest(index)
            let label = assembler.makeLabel()
            appendBranch(condition.negated.branch, to: label, index)
            block.other = label
        }
        blocks.append(block)
    }

    func goOnWithBranch(_ index: Int) {
        guard let other = blocks[blocks.count - 1].other else { return }
        if table.blocks.isReached[index] {
            let end = assembler.makeLabel()
            appendBranch(.jmp, to: end, index)
            blocks[blocks.count - 1].end = end
        }
        place(other)
        blocks[blocks.count - 1].other = nil
    }

    func close(_ index: Int) throws(EncodingError) {
        let block = blocks.removeLast()  // a checked program closes what it opened
        if let top = block.top, program.items[block.start].operation == .loop {
            try closeLoop(block.start, top, index)
        }
        if let other = block.other { place(other) }
        if let end = block.end { place(end) }
    }

    /// Puts a label here, and a mark for those who have to prove something of the block.
    @inline(never)
    private func place(_ label: Int, _ kind: EncodedBlock.Kind = .join) {
        assembler.place(label, kind, live: pool.owned)
    }

    // MARK: Loops

    /// Counts upward from 0 where the body looks at the count, and downward to 0 where it does not.
    func openLoop(_ index: Int) throws(EncodingError) {
        var block = OpenBlock(start: index)
        if case .count(let isUp) = table.values[index].step, table.values[index].lastUse != nil {
            let register = try destination(for: index, reusing: nil)
            appendConstant(isUp ? 0 : program.items[index].immediate, to: register, index)
            if table.blocks.isReached[table.blocks.partners[index]] {
                let top = assembler.makeLabel()
                let count = program.items[index].immediate
                place(top, .counted(register, low: isUp ? 0 : 1, high: isUp ? count - 1 : count))
                block.top = top
            }
        }
        blocks.append(block)
    }

    private func closeLoop(_ start: Int, _ top: Int, _ index: Int) throws(EncodingError) {
        let counter = registers[start]
        if case .count(isUp: true) = table.values[start].step {
            append(.inc, counter, .doubleWord, index)
            try emitFlags(.cmp, counter, .doubleWord, program.items[start].immediate, index)
        } else {
            append(.dec, counter, .doubleWord, index)
        }
        appendBranch(.jne, to: top, index)
    }

    // MARK: Waits

    func openWait(_ index: Int) throws(EncodingError) {
        var block = OpenBlock(start: index)
        if case .wait = table.values[index].step {
            // Nothing that lives on is in RAX or RDX: live ranges see to it.
            let start = try destination(for: index, reusing: nil)
            appendClock(index)
            append(.mov, start, .rdx, .quadWord, index)
            let top = assembler.makeLabel()
            place(top, .clock(start))
            appendClock(index)
            append(.sub, .rdx, start, .quadWord, index)
            let until = table.blocks.partners[index]
            if looksAtPort(index) {
                guard let kept = pool.take(until: until, forResult: false, livesAcrossClobber: true) else {
                    throw .outOfRegisters(item: index)
                }
                append(.mov, kept, .rdx, .quadWord, index)
                block.elapsed = kept
            } else {
                pool.take(.rdx, until: until)
            }
            block.top = top
        }
        blocks.append(block)
    }

    /// Puts the time-stamp counter into RDX.
    @inline(never)
    private func appendClock(_ index: Int) {
        append(Instruction(.rdtsc), index)
        append(.shl, .rdx, .quadWord, immediate: 32, index)
        append(.or, .rdx, .rax, .quadWord, index)
    }

    func goOnWithWait(_ index: Int) throws(EncodingError) {
        let block = blocks[blocks.count - 1]
        guard let top = block.top else { return }
        if table.values[index].constant == nil {
            let condition = try emitTest(index)
            let end = assembler.makeLabel()
            appendBranch(condition.branch, to: end, index)
            blocks[blocks.count - 1].end = end
        }
        append(Instruction(.pause), index)
        try emitFlags(.cmp, block.elapsed, .quadWord, program.items[block.start].immediate, index)
        appendBranch(.jb, to: top, index)
    }

    // MARK: Returns

    func emitReturn(_ index: Int) {
        let value = table.values[index]
        if let constant = value.constant {
            appendConstant(constant, to: .rax, index)
        } else if case .returnValue(let source) = value.step, registers[source] != .rax {
            append(.mov, .rax, registers[source], Self.size(value.bitCount), index)
        }
        append(Instruction(.ret), index)
    }
}
