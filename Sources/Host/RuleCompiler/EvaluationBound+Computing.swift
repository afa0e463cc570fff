// What the abstract run puts on its stack, and how many items each operation leaves besides what the table of opcodes says.

import Metabinary
import Program

extension EvaluationBound {
    /// Carries out an operation of no block, on the entries that it has taken.
    mutating func compute(_ instruction: Instruction, _ taken: [Entry]) {
        let opcode = instruction.opcode
        let row = opcode.row
        if row.operation == .load || row.operation == .store { return access(instruction, taken) }
        if row.operation == .ifTrue { return checkArgument(lowest: instruction.numbers.0) }
        switch row.left {
        case .static: push(number(of: instruction, taken))
        case .dynamic:
            emit(row.itemCount)
            push(nil)
        case .any, .boolean:
            if opcode == .local {
                push(instruction.index < stack.count ? stack[instruction.index] : nil)
            } else if taken.allSatisfy({ $0 != nil }) {
                push(number(of: instruction, taken))
            } else {
                combine(instruction, taken)
            }
        case .none, .rest:
            for entry in taken { confine(entry) }
            emit(row.itemCount, with: taken)
        }
    }

    /// A number that may have come out of a cell is masked where it decides of a place or is told to the device; that it has
    /// been masked before is not followed here.
    mutating func confine(_ entry: Entry) {
        if entry == nil, hasNarrowCells { emit(2) }
    }

    // MARK: Items

    /// A load or a store: its index is the first that it takes, its value the last.
    private mutating func access(_ instruction: Instruction, _ taken: [Entry]) {
        let row = instruction.opcode.row
        let isOfCell = row.operands.0 == .cell
        let region = Int(instruction.register.region)
        if !isOfCell, region < device.windows.count {
            addAccess()
            if device.windows[region].configuration != nil {
                // The access is two: before it, the number of what is meant goes to the first port.
                emit(2)
                addAccess()
            }
        }
        let isStore = row.operation == .store
        if let value = taken.last, isStore, !isOfCell { confine(value) }
        emit(row.itemCount, with: isStore ? taken.suffix(1) : [])
        if let index = taken.first, !isStore || taken.count > 1 { confine(index) }
        if !isStore { push(nil) }
    }

    /// A comparison with the range, and a return.
    private mutating func checkArgument(lowest: UInt64) {
        emit(Opcode.bound.row.itemCount + (lowest > 0 ? 2 : 0) + (function.resultType == .void ? 0 : 1))
        push(nil)
    }

    /// Of some dynamic entry, items; bytes that are turned round are moved and masked one by one, and joined.
    private mutating func combine(_ instruction: Instruction, _ taken: [Entry]) {
        let opcode = instruction.opcode
        // A shift has its count in itself, and so has the product that is one.
        let isShift = opcode.row.operation == .shiftLeft || opcode == .shiftRight
        if opcode == .or || opcode == .swap || opcode == .extend || opcode.row.operation == .shiftLeft {
            for entry in taken { confine(entry) }
        }
        emit(opcode == .swap ? 5 * instruction.index / 8 - 1 : 1, with: isShift ? [] : taken)
        push(nil)
    }

    // MARK: Numbers

    /// What an operation may give that makes no item.
    private func number(of instruction: Instruction, _ taken: [Entry]) -> StaticNumbers {
        let anything = StaticNumbers(0, .max)
        switch instruction.opcode {
        case .push: return StaticNumbers(instruction.numbers.0)
        case .fact:
            let fact = device.facts[instruction.index]
            return StaticNumbers(fact.lowest, fact.highest)
        case .choice: return StaticNumbers(0, UInt64(device.choices[instruction.index].count) - 1)
        case .entry:
            let table = device.tables[instruction.index]
            let entries = taken.first??.limited(to: 0...UInt64(table.count) - 1)?.mapped { table[Int($0)] }
            return entries ?? StaticNumbers(table)
        case .extend, .truncate, .swap:
            guard let entry = taken.first ?? nil else { return anything }
            let mask = UInt64.max >> (64 - min(instruction.numbers.0, 64))
            let isKept = instruction.opcode == .extend || entry.high <= mask && instruction.opcode == .truncate
            return isKept ? entry : StaticNumbers(0, mask)
        default:
            guard taken.count == 2, let left = taken[0], let right = taken[1] else { return anything }
            return StaticNumbers.combined(instruction.opcode, left, right).numbers ?? anything
        }
    }
}
