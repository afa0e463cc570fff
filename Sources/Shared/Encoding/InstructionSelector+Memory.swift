// Loads and stores. They keep the order of the program, because they are emitted in it and nothing is moved.

import Program

extension InstructionSelector {
    /// The memory that an item touches.
    func memory(_ value: Value) -> Operand {
        if value.keptAddress != Kept.none, table.kept[Int(value.keptAddress)].isHeld {
            let kept = table.kept[Int(value.keptAddress)]
            let displacement = Int32(truncatingIfNeeded: Int64(bitPattern: value.offset &- kept.number))
            return .based(kept.register, displacement, value.width)
        }
        return .region(
            value.region, offset: value.offset, index: value.base == .none ? nil : register(value.base),
            scale: value.scale, value.width)
    }

    mutating func emitLoad(_ index: Int, _ value: Value) {
        let memory = memory(value)
        let destination = destination(for: index, apartFrom: value.base)
        let isNarrow = value.type.bitCount < 32
        let size = isNarrow ? .doubleWord : value.width
        append(Instruction(isNarrow ? .movzx : .mov, .register(destination, size), memory), index)
    }

    /// Writes a constant, through a register where no immediate can express it.
    mutating func emitStore(_ index: Int, _ value: Value) {
        let memory = memory(value)
        if value.keptNumber != Kept.none, table.kept[Int(value.keptNumber)].isHeld {
            let register = table.kept[Int(value.keptNumber)].register
            return append(Instruction(.mov, memory, .register(register, value.width)), index)
        }
        let immediate = Instruction(.mov, memory, .immediate(value.number))
        if assembler.canExpress(immediate) { return append(immediate, index) }
        let register = take(until: index, for: index)
        appendConstant(value.number, to: register, index)
        append(Instruction(.mov, memory, .register(register, value.width)), index)
    }

    // MARK: Kept constants

    /// Loads the constants that are wanted from here on, where registers are left for them.
    mutating func loadKept(before index: Int) {
        for number in 0..<table.kept.count
        where table.kept[number].first == ItemReference(index) && table.kept[number].isWanted {
            let kept = table.kept[number]
            guard pool.freeCount > Self.reserve,
                let register = pool.take(until: kept.last, highest: keeping == .high)
            else { continue }
            table.kept[number].register = register
            table.kept[number].isHeld = true
            if kept.isAddress {
                let address = Operand.address(kept.region, offset: kept.number)
                append(Instruction(.mov, .register(register, .doubleWord), address), index)
            } else {
                appendConstant(kept.number, to: register, index)
            }
        }
    }

    /// Registers that are left for values.
    private static var reserve: Int { 2 }

    /// What no item uses any more is in no register.
    mutating func forgetKept(through last: ItemReference) {
        for number in 0..<table.kept.count where table.kept[number].isHeld && table.kept[number].last <= last {
            table.kept[number].isHeld = false
        }
    }
}
