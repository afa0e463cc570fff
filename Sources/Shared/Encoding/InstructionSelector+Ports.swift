// Reads and writes of ports. IN and OUT take the port's number from DX and what goes through it in AL, AX or EAX; live
// ranges see to it that nothing else is there. A port's number is a fact, so unlike an address it needs no
// relocation.

import Program

extension InstructionSelector {
    /// Emits a load or a store of a port.
    mutating func emitPortAccess(_ index: Int, _ value: Value) {
        let low = Operand.register(.rax, value.width)
        if value.step == .load {
            appendPort(index, value)
            append(Instruction(.in, low, .register(.rdx, .word)), index)
            guard value.isUsed else { return }
            let destination = destination(for: index, reusing: .none)
            if destination != .rax || value.width != .doubleWord {
                appendLow(value.width, of: .rax, to: destination, index)
            }
            return
        }
        if value.step == .storeConstant {
            appendConstant(value.number, to: .rax, index)
        } else if register(value.left) != .rax {
            append(.mov, .rax, register(value.left), .doubleWord, index)
        }
        appendPort(index, value)
        append(Instruction(.out, .register(.rdx, .word), low), index)
    }

    /// Puts the number of the port that an item touches into DX.
    private mutating func appendPort(_ index: Int, _ value: Value) {
        guard value.base != .none else { return appendConstant(value.offset, to: .rdx, index) }
        let place = Operand.based(register(value.base), Int32(truncatingIfNeeded: value.offset), .doubleWord)
        append(Instruction(.lea, .register(.rdx, .doubleWord), place), index)
    }

    /// Whether a port is accessed between a wait and its `until`.
    func looksAtPort(_ wait: Int) -> Bool {
        for index in wait..<table.values[wait].partner.index where table.values[index].isPortAccess { return true }
        return false
    }
}
