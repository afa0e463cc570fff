// Plans what a device shares with its driver and what the driver keeps: rings first, then pools, other memories and states.
// Addresses come with placement, on the target.

import Metabinary
import Program

/// Planner of the memories and cells of a device.
struct MemoryPlanner: Reporting {
    let stage: StaticStage
    let typing: Typing
    var plan: DevicePlan

    var diagnostics: DiagnosticCollector { stage.diagnostics }
    var names: DeviceNames { stage.names }
    /// What becomes of the device: its registers have what they tell of, its memories and cells join.
    var checked: DeviceDescription { stage.checked }
    var node: Device { stage.names.device }
    /// Index of the region that the next memory is.
    var nextRegion: Int { checked.windows.count + checked.memories.count }

    /// Plans the memories of a device whose sizes are put in.
    static func plan(_ stage: StaticStage) -> DevicePlan {
        LayoutChecker(names: stage.names).check()
        var planner = MemoryPlanner(
            stage: stage, typing: stage.typing, plan: DevicePlan(stage.names, stage.registers, stage.use))
        planner.planRings()
        planner.planShared()
        planner.plan.planValues(planner.node, stage.checked)
        for state in planner.node.states { planner.plan(state) }
        planner.addState()
        planner.plan.checkMemoryRegisters(planner.node)
        return planner.plan
    }

    // MARK: What several kinds of memory need

    /// A register that the driver writes to tell of memory.
    func register(_ name: Name, bitCount: UInt8 = 32) -> Register? {
        guard let register = names.register(name) else { return nil }
        guard register.isWritable, !register.clearsWritten, register.bitCount == bitCount, register.count == nil else {
            return report(.unwritableTeller, name.span, name, bitCount, register.name.span)
        }
        return register
    }

    /// Has a register take something of a memory. Returns what it takes already, where the two do not go together.
    func give(
        _ role: RegisterDescription.Role, to register: Register, _ memory: Int,
        unless isTaken: (RegisterDescription) -> Bool
    ) -> RegisterDescription? {
        guard let described = plan.registers[register] else { return nil }
        guard described.role == .plain || !isTaken(described) else { return described }
        described.role = role
        described.memories.append(memory)
        return nil
    }

    /// Adds a cell after those that there are.
    func addCell(_ name: String, _ bitCount: UInt8, count: UInt64, mask: UInt64) {
        let cell = CellDescription(
            name: Array(name.utf8), type: ValueType(rawValue: bitCount) ?? .u64, count: count, mask: mask)
        cell.put(after: checked.cells.last)
        checked.cells.append(cell)
    }

    // MARK: States

    private mutating func plan(_ node: State) {
        if let pool = node.pool { return planOwner(node, pool) }
        if let array = node.array { return planCursor(node, around: array) }
        let all = Typing.mask(node.bitCount ?? 64)
        let low = node.range?.low.value ?? 0
        let high = node.range?.high.value ?? all
        let first = node.first.value ?? low
        report(
            if: low > high || high > all || first < low || first > high, .firstValueOutside, node.first.span, node.name,
            low, high, node.bitCount ?? 64, node.first.value ?? 0)
        if let count = node.count, let number = count.value, number.nonzeroBitCount != 1 {
            report(.tableOfOddCount, count.span, number)
        }
        if let count = node.count { stage.note(.count, of: checked.cells.count, is: stage.value(of: count)) }
        addCell(
            of: node, node.bitCount ?? 64, count: node.count?.value ?? 1,
            mask: high == 0 ? 0 : .max >> UInt64(min(63, high.leadingZeroBitCount)))
    }

    /// `state held[4]: own tx`
    private mutating func planOwner(_ node: State, _ pool: Name) {
        let count = node.count?.value ?? 1
        let buffers = plan.findBuffers(pool).map { plan.buffers[$0] }
        report(
            if: count.nonzeroBitCount != 1 || count > buffers?.count ?? count, .ownerOfOddCount, node.name.span,
            node.name, count, buffers?.count ?? 0, pool)
        addCell(of: node, 16, count: count, mask: Typing.mask(buffers?.bitCount ?? 16))
    }

    mutating func addCell(of node: State, _ bitCount: UInt8, count: UInt64, mask: UInt64) {
        plan.stateCells[node.name.text] = checked.cells.count
        addCell(node.name.text, bitCount, count: max(count, 1), mask: mask)
    }

    /// The memory of all cells.
    private func addState() {
        guard let last = checked.cells.last else { return }
        checked.memories.append(
            MemoryDescription(
                name: Array("state".utf8), kind: .state, byteCount: last.end, alignment: 16,
                line: names.line(of: node.name)))
    }
}
