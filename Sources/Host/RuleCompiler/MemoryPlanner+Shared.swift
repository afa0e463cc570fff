// Plans pools without a ring, shared memory that is no ring, and what registers tell of buffers. It plans which parts of a
// memory are granted by themselves: an index stays in the part that it leads into.

import Metabinary

extension MemoryPlanner {
    /// Plans all memories and pools that are no ring's.
    mutating func planShared() {
        plan.lacksMemory = node.isBroken || plan.rings.count < node.rings.count
        plan.buffers = plan.rings.map {
            BufferPlan(
                name: $0.name, count: $0.bufferCount, byteCount: $0.bufferByteCount, region: $0.pool, sizes: $0.sizes)
        }
        let first = checked.memories.count
        // Pools first: memories and registers name them.
        for pool in node.freePools { plan(pool) }
        for memory in node.memories {
            if let planned = plan(memory) { plan.memories.append(planned) } else { plan.lacksMemory = true }
        }
        for memory in checked.memories[first...] {
            let (name, limit) = (names.declared(memory.name), MetabinaryLimit.memoryByteCount)
            report(.memoryTooLarge, name.span, memory.byteCount, over: limit, name)
        }
        guard plan.isWhole(for: node) else { return }
        for target in node.layouts.flatMap({ $0.fields.compactMap(\.target) }) {
            _ = plan.findBuffers(target, owned: false)
        }
        for register in node.registers {
            if let role = register.role { plan(role, of: register) }
        }
    }

    private mutating func plan(_ pool: Syntax.FreePool) {
        let headroom = pool.headroom?.value ?? 0
        guard let count = pool.count.value, let byteCount = pool.byteCount.value else { return plan.lacksMemory = true }
        guard count > 0, byteCount >= 8, byteCount.nonzeroBitCount == 1, headroom < byteCount else {
            plan.lacksMemory = true
            return report(.poolOfOddSize, pool.name.span, pool.name, count, byteCount)
        }
        if let data = pool.data, count.nonzeroBitCount != 1 { report(.dataOfOddCount, data.span, pool.name, count) }
        if let data = pool.data, pool.headroom != nil { report(.dataWithHeadroom, data.span, pool.name) }
        plan.buffers.append(
            BufferPlan(
                name: pool.name, count: count, byteCount: byteCount, region: nextRegion,
                dataBitCount: pool.data?.bitCount, sizes: sizes(of: pool, byteCount)))
        let data = pool.data.map { data in
            var part = MemoryPart("\(pool.name.text).data", 0, count * byteCount, UInt64(data.bitCount) / 8)
            (part.isReadable, part.isWritable) = (true, true)
            return part
        }
        checked.memories.append(
            MemoryDescription(
                name: pool.name.bytes, kind: .pool, byteCount: count * byteCount, alignment: 4096,
                line: names.line(of: pool.name), elementByteCount: byteCount, headroom: headroom,
                parts: data.map { [$0] } ?? []))
    }

    /// What a fact decides of a pool by itself.
    private func sizes(of pool: Syntax.FreePool, _ byteCount: UInt64) -> RingPlan.Sizes? {
        guard pool.count.fact != nil else { return nil }
        let span = pool.name.span
        let (count, stride) = (stage.value(of: pool.count), TypedValue(byteCount, span))
        let last = typing.sum(count, TypedValue(1, span), isDifference: true, span) ?? count
        let size = stage.kept(typing.product(count, stride, span), "\(pool.name.text).size", span)
        stage.note(.memory, of: checked.memories.count, is: size)
        return RingPlan.Sizes(
            count: count, byteCount: size, offsetMask: size,
            lastBuffer: stage.kept(last, "\(pool.name.text).last", span), stride: stride, poolByteCount: size)
    }

    // MARK: Memories

    private mutating func plan(_ memory: Syntax.Memory) -> MemoryPlan? {
        guard let layout = names.layout(memory.layout, byteCount: 8), let record = layout.byteCount.value, record > 0,
            memory.count == nil || memory.count?.value != nil
        else { return nil }
        let count = memory.count?.value ?? 1
        let alignment = max(memory.alignment?.value ?? 16, memory.takesPage ? MetabinaryLimit.pageByteCount : 16)
        guard isWhole(memory, layout, count, record, alignment) else { return nil }
        if let name = memory.pool, !plan.buffers.has(name) {
            return reportUnknown(
                "pool", name, among: node.freePools.names.map(\.text), "declare `pool \(name.text) { … }`")
        }
        let pool = memory.pool.flatMap { name in plan.buffers.firstIndex { $0.name.text == name.text } }
        guard isLinked(memory, layout, pool), let registers = registers(of: memory) else { return nil }
        let index = checked.memories.count
        let (parts, fields, places) = parts(of: memory.name.text, layout, count)
        let headroom = memory.headroom?.value ?? 0
        let planned = MemoryPlan(
            name: memory.name, layout: layout, count: count, region: nextRegion, pool: pool, parts: places,
            partOffsets: parts.map(\.offset), partFields: fields, registers: registers)
        plan.buffers.append(
            BufferPlan(
                name: memory.name, count: count, byteCount: record, headByteCount: min(headroom, record),
                region: nextRegion, isOwned: count > 1 && pool == nil))
        checked.memories.append(
            MemoryDescription(
                name: memory.name.bytes, kind: .ring, byteCount: count * record, alignment: alignment,
                line: names.line(of: memory.name), elementByteCount: record, headroom: headroom, parts: parts,
                isBehind: memory.before != nil))
        tell(memory.takesPage ? .pageNumber : .addressLow, to: registers.low, index)
        tell(.addressHigh, to: registers.high, index)
        tell(.byteCount, to: registers.bytes, index)
        return planned
    }

    /// Whether records of that size can lie side by side, and data in them.
    private func isWhole(
        _ memory: Syntax.Memory, _ layout: Layout, _ count: UInt64, _ record: UInt64, _ alignment: UInt64
    ) -> Bool {
        let isRow = layout.fields.allSatisfy { $0.layout == nil }
        if count == 0 || count > 1 && !(isRow && record.nonzeroBitCount == 1) || alignment.nonzeroBitCount != 1 {
            report(.recordsOfOddSize, memory.name.span, memory.name, count, record, alignment)
            return false
        }
        guard memory.headroom?.value ?? 0 >= count * record else { return true }
        report(.headroomPastMemory, memory.name.span, memory.name, count * record)
        return false
    }

    /// Whether the device is told of a memory, and the memory of a pool, where that is needed and nowhere else.
    private func isLinked(_ memory: Syntax.Memory, _ layout: Layout, _ pool: Int?) -> Bool {
        guard isBehind(memory) else { return false }
        let isReached = memory.before != nil || node.leads(to: memory.name)
        guard memory.base != nil || memory.bytes == nil && isReached else {
            report(.addressTakenNowhere, memory.name.span, memory.name)
            return false
        }
        let hiding = layout.fields.first { $0.name.text == "address" && $0.writer != .driver }
        if let hiding, node.leads(to: memory.name) {
            report(.addressHidden, hiding.name.span, hiding.name, layout.name, memory.name)
        }
        let fields = layout.fields.flatMap { field in inner(of: field)?.fields ?? [field] }
        let tells = fields.contains { $0.meaning != nil && $0.target == nil }
        if (pool != nil) == tells, (memory.pool == nil) == (pool == nil) { return true }
        report(tells ? .memoryWithoutPool : .poolWithoutUse, memory.name.span, memory.name)
        return false
    }

    /// Whether what a memory is said to lie behind is the one before it, so that nothing comes between.
    private func isBehind(_ memory: Syntax.Memory) -> Bool {
        guard let other = memory.before else { return true }
        let place = node.memories.firstIndex { $0.name.span == memory.name.span } ?? 0
        let before = place > 0 ? node.memories[place - 1] : nil
        if before?.name.text == other.text, before?.headroom == nil, memory.headroom == nil { return true }
        report(.notBehind, other.span, memory.name, other)
        return false
    }

    /// The layout of the records in a field.
    private func inner(of field: LayoutField) -> Layout? { field.layout.flatMap(node.layouts.named) }

    /// The registers that take the address and the size of a memory; `nil` where one is wrong.
    private func registers(of memory: Syntax.Memory) -> (low: Register?, high: Register?, bytes: Register?)? {
        // The address is told whole, or by halves that are alike.
        let odd: UInt8 = memory.base?.high == nil ? 64 : 16
        let isOdd = memory.base.flatMap { node.registers.named($0.low)?.bitCount } == odd
        let named: [(Name?, UInt8)] = [
            (memory.base?.low, isOdd ? odd : 32), (memory.base?.high, isOdd ? odd : 32), (memory.bytes, 32),
        ]
        var found: [Register?] = []
        for (name, bitCount) in named {
            let taken = name.flatMap { register($0, bitCount: bitCount) }
            if name != nil, taken == nil { return nil }
            found.append(taken)
        }
        return (found[0], found[1], found[2])
    }

    /// What is granted by itself: all of it where records are alike and many, or plain, else each field.
    ///
    /// Returns: the parts in rising order, the fields of an element of each, and the part that each field is in.
    private func parts(
        of name: String, _ layout: Layout, _ count: UInt64
    ) -> ([MemoryPart], [[LayoutField]], [String: Int]) {
        let record = layout.byteCount.value ?? 8
        var places: [String: Int] = [:]
        let isPlain = layout.fields.allSatisfy { $0.count == nil && $0.layout == nil }
        if count > 1 || isPlain && record.nonzeroBitCount == 1 {
            for field in layout.fields { places[field.name.text] = 0 }
            return ([MemoryPart(name, 0, count * record, record, layout.fields)], [layout.fields], places)
        }
        var parts: [MemoryPart] = []
        var fields: [[LayoutField]] = []
        for field in layout.fields.sorted(by: { $0.offset.value ?? 0 < $1.offset.value ?? 0 }) {
            places[field.name.text] = parts.count
            let (offset, count) = (field.offset.value ?? 0, field.count?.value ?? 1)
            let partName = "\(name).\(field.name.text)"
            guard let inner = inner(of: field) else {
                var single = field
                single.offset.value = 0
                let size = UInt64(field.bitCount) / 8
                parts.append(MemoryPart(partName, offset, count * size, size, [single]))
                fields.append([single])
                continue
            }
            let size = inner.byteCount.value ?? 8
            let tells = inner.fields.contains { $0.meaning != nil }
            // What leads to no buffer is granted in elements as large as its place allows.
            let unit = (size | offset) & (0 &- (size | offset))
            parts.append(MemoryPart(partName, offset, count * size, tells ? size : min(size, unit), inner.fields))
            fields.append(inner.fields)
        }
        return (parts, fields, places)
    }

    // MARK: Registers

    /// Notes what a register takes of a memory; it may take the same of several, one at a time.
    private func tell(_ role: RegisterDescription.Role, to register: Register?, _ memory: Int) {
        guard let register else { return }
        let memories = checked.memories
        let isTaken = give(role, to: register, memory) { before in
            before.role != role || before.memories.contains(memory)
                || before.memories.contains { memories[$0].parts.isEmpty }
        }
        if isTaken != nil { reportTwice(register) }
    }

    private func reportTwice(_ register: Register) { report(.toldTwice, register.name.span, register.name) }

    private func plan(_ role: Syntax.Role, of register: Register) {
        let told = role.targets.compactMap { plan.findBuffers($0, owned: false) }
        reportDuplicates(role.targets, "register \(register.name)")
        guard let described = plan.registers[register], told.count == role.targets.count else { return }
        guard register.isWritable, !register.clearsWritten else {
            return report(.cannotTellOfMemory, register.name.span, register.name, role.targets[0])
        }
        if role.meaning == .address, register.bitCount < 32 {
            return report(.addressTooNarrow, register.name.span, register.name, register.bitCount)
        }
        guard described.role == .plain else { return reportTwice(register) }
        described.memories = told.map { plan.buffers[$0].region - checked.windows.count }
        described.role = role.meaning == .address ? .bufferAddress : .bufferLength
        described.mayBeZero = role.mayBeZero
        if let (low, high) = role.field?.range(within: 64) {
            (described.firstBit, described.bitCount) = (UInt8(low), UInt8(high - low + 1))
        }
    }
}

extension MemoryPart {
    /// A part that holds elements, by whoever writes the fields of one.
    fileprivate init(
        _ name: String, _ offset: UInt64, _ byteCount: UInt64, _ elementByteCount: UInt64, _ fields: [LayoutField] = []
    ) {
        self.init()
        self.name = Array(name.utf8)
        (self.offset, self.byteCount, self.elementByteCount) = (offset, byteCount, elementByteCount)
        isReadable = fields.contains { $0.writer != .driver }
        isWritable = fields.contains { $0.writer != .device }
    }
}
