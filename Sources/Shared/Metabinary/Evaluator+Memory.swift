// The operations of the stack machine that touch memory: windows by register, rings by offset, the state by cells. Whatever an
// index may be while the generated code runs, the access stays inside, or the code is refused.

import Hardware
import Program

extension Evaluator {
    func load(isIndexed: Bool) throws(MetabinaryError) {
        let register = try RegisterOperand(&reader, of: device, isStore: false)
        var index: StackEntry?
        if isIndexed { index = try pop() }
        let (left, immediate) = try select(try locate(register, index), of: register)
        let item = try emit(
            .load, register.type, left: left, immediate: immediate, region: register.region,
            facts: facts(of: register))
        try push(StackEntry(item: item, type: register.type, mask: register.type.mask))
    }

    func store(isIndexed: Bool) throws(MetabinaryError) {
        let register = try RegisterOperand(&reader, of: device, isStore: true)
        let value = try pop()
        var index: StackEntry?
        if isIndexed { index = try pop() }
        let located = try locate(register, index)
        let stored = try item(of: try confined(value), register.type)
        let (left, immediate) = try select(located, of: register)
        _ = try emit(
            .store, register.type, left: left, right: stored, immediate: immediate, region: register.region,
            facts: facts(of: register))
    }

    /// An access of configuration space is two of ports: the first says which four bytes are meant, the second is one of them
    /// or all. Any other access is as it was located.
    ///
    /// Source: PCI Local Bus Specification, revision 3.0, section 3.2.2.3.2.
    @inline(never)
    private func select(
        _ located: (left: ItemReference, offset: UInt64), of register: RegisterOperand
    ) throws(MetabinaryError) -> (ItemReference, UInt64) {
        let selection = program.regions[Int(register.region)].selection
        guard selection != 0 else { return located }
        guard located.left == .none else { throw .unboundedIndex(at: place) }
        let word = UInt64(selection) + located.offset
        let facts = facts(of: register)
        let selected = try emit(.constant, .u32, immediate: word & ~3, facts: facts)
        _ = try emit(.store, .u32, right: selected, region: register.region, facts: facts)
        return (.none, 4 + word & 3)
    }

    func get(isIndexed: Bool) throws(MetabinaryError) {
        let cell = try cell()
        var index: StackEntry?
        if isIndexed { index = try pop() }
        let (left, immediate) = try locate(cell, index)
        let item = try emit(.load, cell.type, left: left, immediate: immediate, region: try stateRegion())
        try push(StackEntry(item: item, type: cell.type, mask: cell.type.mask, believed: cell.mask))
    }

    func set(isIndexed: Bool) throws(MetabinaryError) {
        let cell = try cell()
        let value = try pop()
        guard value.believed & ~cell.mask == 0 else { throw .pastCell(at: place) }
        var index: StackEntry?
        if isIndexed { index = try pop() }
        let (left, immediate) = try locate(cell, index)
        _ = try emit(
            .store, cell.type, left: left, right: try item(of: value, cell.type), immediate: immediate,
            region: try stateRegion())
    }

    /// The physical address of a region: a number that is known once memory is placed.
    func address() throws(MetabinaryError) {
        let region = try reader.index(below: device.windows.count + device.memories.count)
        guard region < program.regions.count else { throw .loadPastRegion(at: place) }
        try push(StackEntry(value: program.regions[region].physical.rawValue))
    }

    // MARK: Places

    @inline(never)
    private func cell() throws(MetabinaryError) -> CellDescription {
        device.cells[try reader.index(below: device.cells.count)]
    }

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

    @inline(never)
    private func locate(
        _ register: RegisterOperand, _ index: StackEntry?
    ) throws(MetabinaryError) -> (ItemReference, UInt64) {
        guard Int(register.region) < program.regions.count else { throw .loadPastRegion(at: place) }
        let region = program.regions[Int(register.region)]
        var byteCount = region.byteCount
        // What the ports of configuration space lead to is longer than they are.
        if region.selection != 0 { byteCount = ConfigurationPlace.byteCount - UInt64(region.selection & 0xFF) }
        guard register.end <= byteCount else { throw .loadPastRegion(at: place) }
        return try locate(at: register.offset, byteCount: register.byteCount, of: register.end, index: index)
    }

    @inline(never)
    private func locate(_ cell: CellDescription, _ index: StackEntry?) throws(MetabinaryError) -> (
        ItemReference, UInt64
    ) {
        let region = Int(try stateRegion())
        guard region < program.regions.count, cell.end <= program.regions[region].byteCount else {
            throw .loadPastRegion(at: place)
        }
        return try locate(at: cell.offset, byteCount: cell.byteCount, of: cell.end, index: index)
    }

    /// Where an access goes: the index, where it is dynamic, and the offset that is known. The access without index
    /// ends at `end` or before.
    @inline(never)
    private func locate(
        at offset: UInt64, byteCount: UInt64, of end: UInt64, index entry: StackEntry?
    ) throws(MetabinaryError) -> (ItemReference, UInt64) {
        guard let entry else { return (.none, offset) }
        let index = try confined(entry)
        guard index.mask <= end - offset - byteCount, index.mask & (byteCount - 1) == 0 else {
            throw .unboundedIndex(at: place)
        }
        if index.isStatic { return (.none, offset + index.value) }
        guard index.type == .u32 || index.type == .u64 else { throw .typesDiffer(at: place) }
        return (index.item, offset)
    }
}
