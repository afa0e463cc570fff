// Which register a value is put into. Whoever finds none goes on with any, and the selector ends after the item.

import Program

extension InstructionSelector {
    /// The register that holds an operand.
    @inline(__always)
    func register(_ operand: ItemReference) -> Register { table.values[operand.index].register }

    /// Puts every argument that is used where it is to be: where the caller left it, unless a wait or a port takes that
    /// register.
    ///
    /// Source: System V Application Binary Interface, AMD64 Architecture Processor Supplement, section 3.2.3.
    @inline(never)
    mutating func receiveArguments() {
        for index in 0..<table.values.count where table.values[index].step == .argument && table.values[index].isUsed {
            let register: Register =
                switch table.values[index].number {
                case 0: .rdi
                case 1: .rsi
                case 2: .rdx
                case 3: .rcx
                case 4: .r8
                default: .r9
                }
            table.values[index].register = register
            pool.take(register, until: table.values[index].lastUse)
            pool.own(register, ItemReference(index))
        }
        for index in 0..<table.values.count where table.values[index].step == .argument && table.values[index].isUsed {
            let passed = table.values[index].register
            guard table.values[index].livesAcrossClobber, !RegisterPool.livesAcrossClobber(passed) else { continue }
            let kept = destination(for: index, reusing: .none)
            append(.mov, kept, passed, table.values[index].size, index)
            pool.release(passed)
        }
    }

    /// A register for what an item needs besides its value.
    @inline(never)
    mutating func take(until last: Int, for index: Int, livesAcrossClobber: Bool = false) -> Register {
        let register = pool.take(
            until: ItemReference(last), forResult: false, livesAcrossClobber: livesAcrossClobber)
        if register == nil, starved == nil { starved = index }
        return register ?? .rax
    }

    /// The register for an item's value: that of an operand if it ends here, or a free one.
    @inline(never)
    mutating func destination(for index: Int, reusing source: ItemReference) -> Register {
        if let register = destinationOfEnding(source, for: index) { return register }
        let value = table.values[index]
        let register = pool.take(
            until: value.isUsed ? value.lastUse : ItemReference(index), forResult: value.isForResult,
            livesAcrossClobber: value.livesAcrossClobber)
        if register == nil, starved == nil { starved = index }
        if let register { pool.own(register, ItemReference(index)) }
        table.values[index].register = register ?? .rax
        return register ?? .rax
    }

    /// The register for an item's value that may be any: that of the function's result, if the value is to end there.
    @inline(never)
    mutating func destination(for index: Int, apartFrom source: ItemReference) -> Register {
        let value = table.values[index]
        let isBetterApart = value.isForResult && !value.livesAcrossClobber && pool.isFree(.rax)
        return destination(for: index, reusing: isBetterApart ? .none : source)
    }

    /// The register of an operand, for the item's value, if the operand ends here and its register does.
    @inline(never)
    mutating func destinationOfEnding(_ source: ItemReference, for index: Int) -> Register? {
        guard table.ends(source, at: index) else { return nil }
        let value = table.values[index]
        let register = register(source)
        if value.livesAcrossClobber, !RegisterPool.livesAcrossClobber(register) { return nil }
        pool.take(register, until: value.isUsed ? value.lastUse : ItemReference(index))
        pool.own(register, ItemReference(index))
        table.values[index].register = register
        return register
    }

    /// The register for an item's value, with as much of an operand's value in it as the next instruction looks at.
    @inline(never)
    mutating func copy(_ source: ItemReference, for index: Int, _ size: OperandSize) -> Register {
        let passed = register(source)
        let destination = destination(for: index, reusing: source)
        if destination != passed { append(.mov, destination, passed, size, index) }
        return destination
    }

    // MARK: Arms that return

    /// Where no path of a block leads out of it, gives back the registers of values that nothing in it uses. Returns who
    /// owns which after it.
    mutating func enterReturning(from first: Int, to end: Int) -> RegisterPool {
        let poolAfter = pool
        var used: UInt16 = 0
        for index in first..<end {
            let value = table.values[index]
            // What a condition is put together of may be anywhere before it.
            if value.step == .logic { return poolAfter }
            used |= bit(of: value.left) | bit(of: value.right) | bit(of: value.base)
        }
        pool.releaseValues(but: used)
        return poolAfter
    }

    private func bit(of operand: ItemReference) -> UInt16 {
        operand == .none ? 0 : 1 << UInt16(register(operand).rawValue)
    }

    /// After such a block everything is where it was before.
    mutating func leaveReturning(_ block: OpenBlock) {
        if let poolAfter = block.poolAfter { pool = poolAfter }
    }
}
