// What the checker has worked out about the memory of a device: rings, buffers, shared memories, and the cells of states
// and cursors. The planner makes it; functions are checked by it. What may be written where is in the files beside.

/// The memory of a device, planned.
struct DevicePlan: Reporting {
    let diagnostics: DiagnosticCollector
    let registers: RegisterPlan
    let use: UsedNames
    /// One that is wrong is reported and left out.
    var rings: [RingPlan] = []
    /// The buffers that functions may own: those of the rings, in their order, then of other pools and of memory without one.
    var buffers: [BufferPlan] = []
    /// The shared memories that are no rings.
    var memories: [MemoryPlan] = []
    /// Whether a memory or a pool is wrong, so that what would use its names is not looked at.
    var lacksMemory = false
    /// The sizes of the memories.
    var memorySizes: [String: MemorySize] = [:]
    /// Whether the device is told of memory, so that what is written to it has to be stated.
    var reachesMemory = false
    /// Cell of each state.
    var stateCells: [String: Int] = [:]
    /// What each cursor runs around; one that is wrong is reported and left out.
    var cursors: [String: CursorPlan] = [:]

    init(_ names: DeviceNames, _ registers: RegisterPlan, _ use: UsedNames) {
        diagnostics = names.diagnostics
        self.registers = registers
        self.use = use
    }

    var memoryRegisters: [MemoryRegister] { rings.flatMap(\.memoryRegisters) + memories.flatMap(\.memoryRegisters) }

    /// The ring in which a register takes a position, and whether that is its head.
    func position(by register: Register) -> (ring: RingPlan, isHead: Bool)? {
        for ring in rings {
            if ring.registers.head.name.text == register.name.text { return (ring, true) }
            if ring.registers.tail.name.text == register.name.text { return (ring, false) }
        }
        return nil
    }

    /// Whether all that a device declares could be planned.
    func isWhole(for device: Device) -> Bool { !device.isBroken && rings.count == device.rings.count && !lacksMemory }

    /// Index of the buffers of a name, `nil` where they are unknown or wrong, which is reported.
    ///
    /// - Parameter owned: whether they must have owners; if not, records of any memory will do.
    func findBuffers(_ name: Name, owned: Bool = true) -> Int? {
        use.insert(name.text)
        if let index = buffers.firstIndex(where: { $0.name.text == name.text && ($0.isOwned || !owned) }) {
            return index
        }
        guard !lacksMemory else { return nil }
        return reportUnknown(
            "ring or pool", name, among: buffers.names.map(\.text),
            "declare `ring \(name.text) of …` or `pool \(name.text) { … }`")
    }

    /// The address of a buffer: the pool's, plus number times stride. It is known once memory is placed, or later: nothing
    /// may take it for a number of the text, be the buffer's number one.
    func address(ofBuffer value: TypedValue, _ index: Int, _ span: SourceSpan) -> TypedValue {
        let shift = Expression.number(buffers[index].shift, span)
        let start = Expression(operation: .address(region: buffers[index].region), span: span)
        let number = value.converted(to: 64).expression
        let address: Expression =
            if let stride = buffers[index].sizes?.stride, !stride.isKnown {
                .binary(.add, .binary(.multiply, number, stride.expression), start)
            } else if value.isKnown { .binary(.add, start, .number(value.number << buffers[index].shift, span)) } else {
                .binary(.add, .binary(.shiftLeft, number, shift), start)
            }
        var result = TypedValue(address, bitCount: 64, typeBitCount: 64)
        result.addressed = index
        result.isOfAddress = true
        result.kind = .address
        return result
    }
}
