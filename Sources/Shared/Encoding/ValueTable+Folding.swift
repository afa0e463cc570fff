// What an instruction with an operand in memory does besides. Loads that a test does itself, because nobody else looks at
// what they read and no other access is between them: the access stays what it was, as wide, and in its place among the
// others. And shifts of an index, where nothing but accesses takes them.

import Program

extension ValueTable {
    /// Has the test of a branch or a wait read memory where it may and where that is shorter.
    func foldLoad(_ index: Int) {
        let test = values[index]
        switch test.step {
        case .testBits, .compareConstant:
            guard isShorter(test, values[test.left.index]), mayRead(test.left, index) else { return }
            values[index].memoryOperand = .left
            fold(test.left, index)
        case .compare:
            let (left, right) = (values[test.left.index], values[test.right.index])
            guard left.bitCount <= 32, right.bitCount <= 32 else { return }
            if right.type == .u32, mayRead(test.right, index) {
                values[index].memoryOperand = .right
                fold(test.right, index)
            } else if left.type == .u32, mayRead(test.left, index) {
                values[index].memoryOperand = .left
                fold(test.left, index)
            }
        default:
            break
        }
    }

    /// Whether a test of memory takes fewer bytes than one of a register and the load: of 16 bits it hardly does, and a byte
    /// of a register is tested by a byte, one in memory by all that the access has.
    private func isShorter(_ test: Value, _ load: Value) -> Bool {
        switch load.type {
        case .u8: test.number <= OperandSize.byte.mask
        case .u32:
            test.step == .compareConstant
                || test.number > OperandSize.byte.mask && test.number & load.mask != load.mask
        default: false
        }
    }

    /// Whether a value is a load that only one item looks at, with no access and no block between.
    private func mayRead(_ reference: ItemReference, _ index: Int) -> Bool {
        let load = values[reference.index]
        guard load.step == .load, !load.isPortAccess, load.useCount == 1 else { return false }
        for between in reference.index + 1..<index
        where values[between].step.hasEffect || values[between].operation.row.effect != .none { return false }
        return true
    }

    /// Has an access shift its index itself, where a few accesses take the shifted one and nobody else: each has a byte more
    /// for it, and the shift and a copy of the index take five.
    func foldScale(_ index: Int) {
        let access = values[index]
        let shift = values[access.base.index]
        guard !access.isPortAccess, shift.step == .shift, shift.mnemonic == .shl, shift.number <= 3, !shift.isWide,
            !shift.wraps, shift.useCount == shift.baseUseCount, shift.useCount <= 3
        else { return }
        values[index].scale = UInt8(truncatingIfNeeded: shift.number)
        values[index].base = shift.left
    }

    private func fold(_ reference: ItemReference, _ index: Int) {
        values[reference.index].step = .folded
        values[reference.index].partner = ItemReference(index)
        if values[reference.index].base != .none { foldScale(reference.index) }
        use(values[reference.index].base, at: index)
    }
}
