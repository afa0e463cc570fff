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

    // MARK: States

    private mutating func plan(_ node: State) {
        if let pool = node.pool { return planOwner(node, pool) }
        if let array = node.array { return planCursor(node, around: array) }
        stage.checkRange(of: node, first: node.first.value)
        if let count = node.count, let number = count.value, number.nonzeroBitCount != 1 {
            report(.tableOfOddCount, count.span, number)
        }
        if let count = node.count { stage.note(.count, of: checked.cells.count, is: stage.value(of: count)) }
        addCell(of: node, node.bitCount ?? 64, count: node.count?.value ?? 1, mask: node.mask)
    }

    /// `state held[4]: own tx`
    private mutating func planOwner(_ node: State, _ pool: Name) {
        let count = node.count?.value ?? 1
        let buffers = plan.findBuffers(pool).map { plan.buffers[$0] }
        let states = names.device.states.filter { $0.pool?.text == pool.text }
        let owners = names.device.rings.names.filter { $0.text == pool.text } + states.map(\.name)
        if let first = owners.first, first.span != node.name.span {
            report(.ownedTwice, node.name.span, first, node.name, pool)
        }
        report(
            if: count.nonzeroBitCount != 1 || count > buffers?.count ?? count, .ownerOfOddCount, node.name.span,
            node.name, count, buffers?.count ?? 0, pool)
        addCell(of: node, 16, count: count, mask: Typing.mask(buffers?.bitCount ?? 16))
    }

    mutating func addCell(of node: State, _ bitCount: UInt8, count: UInt64, mask: UInt64) {
        plan.stateCells[node.name.text] = checked.cells.count
        stage.addCell(node.name.text, bitCount, count: max(count, 1), mask: mask)
    }
}
