// The operations of the stack machine that touch memory: windows by register, rings by offset, the state by cells. Whatever an
// index may be while the generated code runs, the access stays inside, or the code is refused.

import Hardware
import Program

extension Evaluator {
    /// A load or a store of a register, of a place of memory, or of a cell, which lies in the state.
    func access(_ instruction: Instruction, _ row: OpcodeRow) throws(MetabinaryError) {
        let isStore = row.operation == .store
        let value = isStore ? pop() : StackEntry(value: 0)
        let isIndexed = row.takenCount > (isStore ? 1 : 0)
        var operand = instruction.register
        var cell: CellDescription?
        if row.operands.0 == .cell {
            let its = device.cells[instruction.index]
            guard !isStore || value.believed & ~its.mask == 0 else { throw .pastCell(at: place) }
            operand = RegisterOperand(of: its, region: try stateRegion())
            cell = its
        }
        let type = operand.type
        let located = try locate(operand, isIndexed ? pop() : nil)
        let stored = isStore ? try item(of: cell == nil ? try confined(value) : value, type) : .none
        let facts = cell == nil ? facts(of: operand) : .identity
        let (left, immediate) = try select(located, of: operand, facts)
        let item = try emit(
            isStore ? .store : .load, type, left: left, right: stored, immediate: immediate, region: operand.region,
            facts: facts)
        if !isStore { push(StackEntry(item: item, type: type, mask: type.mask, believed: cell?.mask)) }
    }

    /// An access of configuration space is two of ports: the first says which four bytes are meant, the second is one of them
    /// or all. Any other access is as it was located.
    ///
    /// Source: PCI Local Bus Specification, revision 3.0, section 3.2.2.3.2.
    @inline(never)
    private func select(
        _ located: (left: ItemReference, offset: UInt64), of register: RegisterOperand, _ facts: FactSet
    ) throws(MetabinaryError) -> (ItemReference, UInt64) {
        let selection = program.regions[Int(register.region)].selection
        guard selection != 0 else { return located }
        guard located.left == .none else { throw .unboundedIndex(at: place) }
        let word = UInt64(selection) + located.offset
        let selected = try emit(.constant, .u32, immediate: word & ~3, facts: facts)
        _ = try emit(.store, .u32, right: selected, region: register.region, facts: facts)
        return (.none, 4 + word & 3)
    }

    /// The physical address of a region: a number that is known once memory is placed.
    func address(_ region: Int) throws(MetabinaryError) {
        guard region < program.regions.count else { throw .loadPastRegion(at: place) }
        push(StackEntry(value: program.regions[region].physical.rawValue))
    }

    // MARK: Places

    /// Index of the state's region.
    @inline(never)
    private func stateRegion() throws(MetabinaryError) -> UInt8 {
        guard let memory = device.memories.firstIndex(where: { $0.kind == .state }) else {
            throw .loadPastRegion(at: place)
        }
        return UInt8(device.windows.count + memory)
    }

    @inline(never)
    private func facts(of register: RegisterOperand) -> FactSet {
        let window = Int(register.region)
        guard window < device.windows.count else { return [.identity, .placement] }
        if device.windows[window].configuration != nil { return [.identity, .location] }
        return [.identity, .baseAddressRegister(device.windows[window].bar)]
    }

    /// Where an access goes: the index, where it is dynamic, and the offset that is known. The access without index ends
    /// where the operand does, or before.
    @inline(never)
    private func locate(
        _ operand: RegisterOperand, _ entry: StackEntry?
    ) throws(MetabinaryError) -> (ItemReference, UInt64) {
        guard Int(operand.region) < program.regions.count else { throw .loadPastRegion(at: place) }
        let region = program.regions[Int(operand.region)]
        var byteCount = region.byteCount
        // What the ports of configuration space lead to is longer than they are.
        if region.selection != 0 { byteCount = ConfigurationPlace.byteCount - UInt64(region.selection & 0xFF) }
        guard operand.end <= byteCount else { throw .loadPastRegion(at: place) }
        guard let entry else { return (.none, operand.offset) }
        let index = try confined(entry)
        guard index.mask <= operand.end - operand.offset - operand.byteCount, index.mask & (operand.byteCount - 1) == 0
        else { throw .unboundedIndex(at: place) }
        if index.isStatic { return (.none, operand.offset + index.value) }
        guard index.type == .u32 || index.type == .u64 else { throw .typesDiffer(at: place) }
        return (index.item, operand.offset)
    }
}
