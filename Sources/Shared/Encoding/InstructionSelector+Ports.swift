// Reads and writes of ports. IN and OUT take the port's number from DX and what goes through it in AL, AX or EAX; live
// ranges see to it that nothing else is there. A port's number is a fact, so unlike an address it needs no
// relocation.

import Hardware
import Program

extension InstructionSelector {
    /// Emits a load or a store of a port; false for an item that is none.
    func emitPortAccess(_ index: Int) throws(EncodingError) -> Bool {
        guard table.isPortAccess(index, program) else { return false }
        let low = Operand.register(.rax, width(of: index))
        switch table.values[index].step {
        case .load(let offset, let base):
            appendPort(index, offset, base)
            append(Instruction(.in, low, .register(.rdx, .word)), index)
            guard table.values[index].lastUse != nil else { return true }
            let destination = try destination(for: index, reusing: nil)
            if destination != .rax || width(of: index) != .doubleWord {
                appendLow(width(of: index), of: .rax, to: destination, index)
            }
        case .store(let value, let offset, let base):
            if registers[value] != .rax { append(.mov, .rax, registers[value], .doubleWord, index) }
            appendPort(index, offset, base)
            append(Instruction(.out, .register(.rdx, .word), low), index)
        case .storeConstant(let constant, let offset, let base):
            appendConstant(constant, to: .rax, index)
            appendPort(index, offset, base)
            append(Instruction(.out, .register(.rdx, .word), low), index)
        default:
            return false
        }
        return true
    }

    /// Puts the number of the port that an item touches into DX.
    private func appendPort(_ index: Int, _ offset: UInt64, _ base: Int?) {
        let start = program.regions[Int(program.items[index].region)].address.rawValue
        let port = (start &+ offset) & OperandSize.doubleWord.mask
        guard let base else { return appendConstant(port, to: .rdx, index) }
        let place = Operand.based(registers[base], Int32(truncatingIfNeeded: port), .doubleWord)
        append(Instruction(.lea, .register(.rdx, .doubleWord), place), index)
    }

    /// Whether a port is accessed between a wait and its `until`.
    func looksAtPort(_ wait: Int) -> Bool {
        for index in wait..<table.blocks.partners[wait] where table.isPortAccess(index, program) { return true }
        return false
    }
}
