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
    mutating func emitTest(_ index: Int) -> Condition {
        let value = table.values[index]
        if value.memoryOperand != .none {
            emitMemoryTest(value)
            return value.condition
        }
        let left = table.values[value.left.index]
        switch value.step {
        case .compare:
            let right = table.values[value.right.index]
            let size = OperandSize(holding: max(left.bitCount, right.bitCount))
            append(.cmp, left.register, right.register, size, index)
        case .compareConstant:
            let size = OperandSize(holding: max(left.bitCount, Value.bitCount(value.number)))
            emitFlags(.cmp, left.register, size, value.number, index)
        case .testBits:
            if value.number & left.mask == left.mask {
                append(.test, left.register, left.register, left.size, index)
            } else {
                let size = value.number <= 0xFF ? .byte : OperandSize(holding: Value.bitCount(value.number))
                emitFlags(.test, left.register, size, value.number, index)
            }
        default:
            preconditionFailure("a condition is compared or tested")
        }
        return value.condition
    }

    /// Sets the flags by a test that reads memory itself, which is the load's instruction then.
    private mutating func emitMemoryTest(_ value: Value) {
        let isLeft = value.memoryOperand == .left
        let load = isLeft ? value.left : value.right
        let place = memory(table.values[load.index])
        if value.step == .compare {
            let other = Operand.register(register(isLeft ? value.right : value.left), .doubleWord)
            append(Instruction(.cmp, isLeft ? place : other, isLeft ? other : place), load.index)
        } else {
            let mnemonic: Mnemonic = value.step == .testBits ? .test : .cmp
            append(Instruction(mnemonic, place, .immediate(value.number)), load.index)
        }
    }

    @inline(never)
    private mutating func emitFlags(
        _ mnemonic: Mnemonic, _ register: Register, _ size: OperandSize, _ constant: UInt64, _ index: Int
    ) {
        let immediate = Instruction(mnemonic, .register(register, size), .immediate(constant))
        if assembler.canExpress(immediate) { return append(immediate, index) }
        let other = take(until: index, for: index)
        appendConstant(constant, to: other, index)
        append(mnemonic, register, other, size, index)
    }

    @inline(never)
    private mutating func appendBranch(_ mnemonic: Mnemonic, to label: Int16, _ index: Int) {
        append(Instruction(mnemonic, .label(Int(label))), index)
    }

    // MARK: Branches

    /// Branches to a label where a condition holds, or where it does not: for an item that tests, or one that is put
    /// together of tests, test by test.
    private mutating func branch(to label: Int16, if holds: Bool, _ reference: ItemReference, _ index: Int) {
        let value = table.values[reference.index]
        switch value.step {
        case .logic:
            branch(to: label, if: holds == (value.condition == .notEqual), value.left, index)
        case .combine:
            // Where one of two decides, both lead there; else the first leads past the second.
            let firstDecides = holds == (value.mnemonic == .or)
            if firstDecides {
                branch(to: label, if: holds, value.left, index)
                branch(to: label, if: holds, value.right, index)
            } else {
                let past = assembler.makeLabel()
                branch(to: past, if: !holds, value.left, index)
                branch(to: label, if: holds, value.right, index)
                place(past)
            }
        default:
            let condition = emitTest(reference.index)
            appendBranch((holds ? condition : condition.negated).branch, to: label, index)
        }
    }

    mutating func openBranch(_ index: Int) {
        var block = OpenBlock(start: index)
        if table.values[index].isReached, !table.values[index].isConstant {
            if table.values[index].tail != Tail.none {
                branch(to: label(ofTail: table.values[index].tail), if: true, ItemReference(index), index)
            } else {
                block.other = assembler.makeLabel()
                branch(to: block.other, if: false, ItemReference(index), index)
                let end = table.values[index].partner.index
                if !table.values[end].isReached { block.poolAfter = enterReturning(from: index + 1, to: end) }
            }
        }
        blocks.append(block)
    }

    mutating func goOnWithBranch(_ index: Int) {
        let last = blocks.count - 1
        let other = blocks[last].other
        guard other != OpenBlock.noLabel else { return }
        if table.values[index].isReached {
            blocks[last].end = assembler.makeLabel()
            appendBranch(.jmp, to: blocks[last].end, index)
        }
        leaveReturning(blocks[last])
        blocks[last].poolAfter = nil
        place(other)
        blocks[last].other = OpenBlock.noLabel
    }

    mutating func close(_ index: Int) {
        guard let block = blocks.popLast() else { preconditionFailure("a checked program closes what it opened") }
        leaveReturning(block)
        let start = Int(block.start)
        if block.top != OpenBlock.noLabel, table.values[start].operation == .loop { closeLoop(start, block.top, index) }
        if block.other != OpenBlock.noLabel { place(block.other) }
        if block.end != OpenBlock.noLabel { place(block.end) }
    }

    /// Puts a label here, and a mark for those who have to prove something of the block.
    @inline(never)
    private mutating func place(_ label: Int16, _ mark: BlockMark = .join) {
        assembler.place(label, mark, live: pool.owned)
    }

    // MARK: Loops

    /// Counts upward from 0 where the body looks at the count, and downward to 0 where it does not.
    mutating func openLoop(_ index: Int) {
        var block = OpenBlock(start: index)
        let value = table.values[index]
        if value.step == .count, value.isUsed {
            let register = destination(for: index, reusing: .none)
            appendConstant(value.isUp ? 0 : value.number, to: register, index)
            if table.values[value.partner.index].isReached {
                block.top = assembler.makeLabel()
                let low: UInt64 = value.isUp ? 0 : 1
                place(block.top, .counted(register, low: low, high: value.number - 1 + low))
            }
        }
        blocks.append(block)
    }

    private mutating func closeLoop(_ start: Int, _ top: Int16, _ index: Int) {
        let value = table.values[start]
        if value.isUp {
            append(.inc, value.register, .doubleWord, index)
            emitFlags(.cmp, value.register, .doubleWord, value.number, index)
        } else {
            append(.dec, value.register, .doubleWord, index)
        }
        appendBranch(.jne, to: top, index)
    }

    // MARK: Waits

    mutating func openWait(_ index: Int) {
        var block = OpenBlock(start: index)
        if table.values[index].step == .wait {
            // Nothing that lives on is in RAX or RDX: live ranges see to it.
            let start = destination(for: index, reusing: .none)
            appendClock(index)
            append(.mov, start, .rdx, .quadWord, index)
            block.top = assembler.makeLabel()
            place(block.top, .clock(start))
            appendClock(index)
            append(.sub, .rdx, start, .quadWord, index)
            let until = table.values[index].partner
            if looksAtPort(index) {
                block.elapsed = take(until: until.index, for: index, livesAcrossClobber: true)
                append(.mov, block.elapsed, .rdx, .quadWord, index)
            } else {
                pool.take(.rdx, until: until)
            }
        }
        blocks.append(block)
    }

    /// Puts the time-stamp counter into RDX.
    @inline(never)
    private mutating func appendClock(_ index: Int) {
        append(Instruction(.rdtsc), index)
        append(.shl, .rdx, .quadWord, immediate: 32, index)
        append(.or, .rdx, .rax, .quadWord, index)
    }

    mutating func goOnWithWait(_ index: Int) {
        let last = blocks.count - 1
        guard blocks[last].top != OpenBlock.noLabel else { return }
        if !table.values[index].isConstant {
            blocks[last].end = assembler.makeLabel()
            branch(to: blocks[last].end, if: true, ItemReference(index), index)
        }
        append(Instruction(.pause), index)
        emitFlags(.cmp, blocks[last].elapsed, .quadWord, table.values[Int(blocks[last].start)].number, index)
        appendBranch(.jb, to: blocks[last].top, index)
        // RDX was the clock's until here.
        pool.releaseAll(through: ItemReference(index))
        blocks[last].poolAfter = enterReturning(from: index + 1, to: table.values[index].partner.index)
    }

    // MARK: Returns

    mutating func emitReturn(_ index: Int) {
        let value = table.values[index]
        if value.tail != Tail.none {
            // After the last return nothing needs to be branched over: its place is the tail's.
            if index == table.values.count - 1 { return placeTail(Int(value.tail), index) }
            return appendBranch(.jmp, to: label(ofTail: value.tail), index)
        }
        if value.isConstant {
            appendResult(value.number, index)
        } else if value.step == .returnValue, register(value.left) != .rax {
            append(.mov, .rax, register(value.left), value.size, index)
        }
        append(Instruction(.ret), index)
    }

    /// Makes a constant result. What is above the bits of the result means nothing.
    private mutating func appendResult(_ number: UInt64, _ index: Int) {
        if number == 0 || table.resultBitCount > 8 { return appendConstant(number, to: .rax, index) }
        append(.mov, .rax, .byte, immediate: number, index)
    }

    private mutating func label(ofTail tail: UInt8) -> Int16 {
        if table.tails[Int(tail)].label == OpenBlock.noLabel { table.tails[Int(tail)].label = assembler.makeLabel() }
        return table.tails[Int(tail)].label
    }

    private mutating func placeTail(_ tail: Int, _ index: Int) {
        let label = table.tails[tail].label
        // Whoever comes here needs no value any more.
        if label != OpenBlock.noLabel { assembler.place(label, .join, live: 0) }
        table.tails[tail].isPlaced = true
        appendResult(table.tails[tail].number, index)
        append(Instruction(.ret), index)
    }

    /// Makes the constants that were branched to, each once.
    mutating func placeTails() {
        for tail in 0..<table.tails.count
        where table.tails[tail].label != OpenBlock.noLabel && !table.tails[tail].isPlaced {
            placeTail(tail, table.tails[tail].item.index)
        }
    }
}
