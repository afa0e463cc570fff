// Plans rings and their pools: where each keeps its slots, its buffers and its positions.

import Metabinary

extension MemoryPlanner {
    /// Plans all rings, then their pools in the same order.
    mutating func planRings() {
        for pool in node.pools where !node.rings.has(pool.ring) {
            reportUnknown(
                "ring", pool.ring, among: node.rings.names.map(\.text), "declare `ring \(pool.ring.text) of …`")
        }
        for ring in node.rings { if let ring = plan(ring) { plan.rings.append(ring) } }
        for index in plan.rings.indices { planPool(ofRing: index) }
    }

    /// The pool of a ring, which its slots lead to.
    private func pool(of ring: Syntax.Ring, _ layout: Layout) -> Syntax.Pool? {
        let address = layout.fields.first { $0.meaning == .address && $0.target == nil }
        let pools = node.pools.filter { $0.ring.text == ring.name.text }
        guard let pool = pools.first, pools.count == 1 else {
            return report(.ringWithoutPool, ring.name.span, ring.name)
        }
        // A length without an address has been reported.
        guard address == nil else { return pool }
        guard !layout.fields.contains(where: { $0.meaning == .length }) else { return nil }
        return report(.poolNotLedTo, ring.name.span, ring.name, pool.name, layout.name)
    }

    private mutating func plan(_ ring: Syntax.Ring) -> RingPlan? {
        guard let layout = names.layout(ring.layout, byteCount: 16), let pool = pool(of: ring, layout) else {
            return nil
        }
        guard let count = ring.count, let base = ring.base, let bytes = ring.bytes, let head = ring.head,
            let tail = ring.tail, let done = ring.done
        else {
            let form = "count NUMBER, base LOW:HIGH, bytes REGISTER, head REGISTER, tail REGISTER, done FIELD.BIT"
            return report(.ringLacksPart, ring.name.span, ring.name, form)
        }
        guard let slots = count.value, let slotByteCount = layout.byteCount.value, let stride = pool.byteCount.value
        else { return nil }
        guard slots >= 8, slots.nonzeroBitCount == 1 else {
            return report(.ringOfOddCount, ring.name.span, ring.name, slots)
        }
        guard stride >= 8, stride.nonzeroBitCount == 1, pool.headroom?.value ?? 0 < stride else {
            return report(.buffersOfOddSize, pool.name.span, pool.name, stride)
        }
        guard let low = register(base.low), let high = register(base.high), let bytes = register(bytes),
            let head = register(head), let tail = register(tail), let bit = doneBit(done, layout), slotByteCount >= 2,
            slotByteCount.nonzeroBitCount == 1
        else { return nil }
        let sizes = sizes(of: ring, count, pool, slotByteCount)
        tell(ring, low, high, bytes)
        var planned = RingPlan(
            name: ring.name, sends: ring.sends, layout: layout, count: slots, slotByteCount: slotByteCount,
            region: nextRegion, pool: 0, bufferCount: slots + (pool.spare?.value ?? 0), bufferByteCount: stride,
            claimCell: 0, reapCell: 0, bufferCell: 0, done: bit, registers: (low, high, bytes, head, tail), sizes: sizes
        )
        addCells(of: &planned)
        stage.note(.memory, of: checked.memories.count, is: sizes.byteCount)
        checked.memories.append(
            MemoryDescription(
                name: ring.name.bytes, kind: .ring, byteCount: slots * slotByteCount,
                alignment: max(128, slotByteCount), line: names.line(of: ring.name), elementByteCount: slotByteCount))
        return planned
    }

    /// Adds the positions of a ring, one where the driver claims what it reaps, and the table of buffers that its slots own.
    private func addCells(of ring: inout RingPlan) {
        func add(_ name: String, _ bitCount: UInt8, _ count: UInt64, _ mask: UInt64) -> Int {
            stage.addCell("\(ring.name.text).\(name)", bitCount, count: count, mask: mask)
            return checked.cells.count - 1
        }
        let mask = (ring.count - 1) * ring.slotByteCount
        ring.claimCell = add("claim", 32, 1, mask)
        ring.reapCell = ring.sends ? ring.claimCell : add("reap", 32, 1, mask)
        for cell in ring.claimCell...ring.reapCell { stage.note(.mask, of: cell, is: ring.sizes.offsetMask) }
        ring.bufferCell = add("buffers", 16, ring.count, .max >> UInt64((ring.bufferCount - 1).leadingZeroBitCount))
        stage.note(.count, of: ring.bufferCell, is: ring.sizes.count)
    }

    /// The sizes of a ring and of its pool, by facts where they are.
    private func sizes(of ring: Syntax.Ring, _ slots: Number, _ pool: Syntax.Pool, _ slotByteCount: UInt64)
        -> RingPlan.Sizes
    {
        let span = ring.name.span
        let (one, slot) = (TypedValue(1, span), TypedValue(slotByteCount, span))
        func kept(_ value: TypedValue?, _ name: String) -> TypedValue {
            stage.kept(value, "\(ring.name.text).\(name)", span)
        }
        let count = stage.value(of: slots)
        let stride = stage.value(of: pool.byteCount)
        let spare = pool.spare.map(stage.value) ?? TypedValue(0, span)
        let bufferCount = typing.sum(count, spare, isDifference: false, span) ?? count
        let last = typing.sum(bufferCount, one, isDifference: true, span) ?? count
        let lastSlot = typing.sum(count, one, isDifference: true, span) ?? count
        return RingPlan.Sizes(
            count: count, byteCount: kept(typing.product(count, slot, span), "size"),
            offsetMask: kept(typing.product(lastSlot, slot, span), "offsets"), lastBuffer: kept(last, "last"),
            stride: stride, poolByteCount: kept(typing.product(bufferCount, stride, span), "buffers.size"))
    }

    /// Notes what registers take of a ring; one that takes it of another ring already is reported.
    private func tell(_ ring: Syntax.Ring, _ low: Register, _ high: Register, _ bytes: Register) {
        let memory = checked.memories.count
        for (role, register) in [(RegisterDescription.Role.addressLow, low), (.addressHigh, high), (.byteCount, bytes)]
        {
            if let before = give(role, to: register, memory, unless: { _ in true }) {
                report(
                    before.memories == [memory] ? .toldOfRingTwice : .toldOfTwoRings, ring.name.span, ring.name,
                    register.name)
            }
        }
    }

    private func doneBit(_ done: (field: Name, bit: Name), _ layout: Layout) -> (field: LayoutField, mask: UInt64)? {
        guard let field = find(done.field, in: layout),
            let bit = find(
                done.bit, in: field.bits, "bit", "declare it in braces after the field at \(place(field.name.span))")
        else { return nil }
        guard field.writer != .driver else { return report(.deviceNeverWrites, done.field.span, field.name) }
        guard let low = bit.low.value, low < UInt64(field.bitCount) else { return nil }
        return (field, field.isBig ? Typing.swapped(1 << low, field.bitCount) : 1 << low)
    }

    private mutating func planPool(ofRing index: Int) {
        let ring = plan.rings[index]
        guard let pool = node.pools.first(where: { $0.ring.text == ring.name.text }) else { return }
        plan.rings[index].pool = nextRegion
        let byteCount = ring.bufferCount * ring.bufferByteCount
        report(.memoryTooLarge, pool.name.span, byteCount, over: MetabinaryLimit.memoryByteCount, pool.name)
        stage.note(.memory, of: checked.memories.count, is: ring.sizes.poolByteCount)
        stage.note(.element, of: checked.memories.count, is: ring.sizes.stride)
        checked.memories.append(
            MemoryDescription(
                name: pool.name.bytes, kind: .pool, byteCount: byteCount, alignment: 4096,
                line: names.line(of: pool.name), elementByteCount: ring.bufferByteCount,
                headroom: pool.headroom?.value ?? 0))
    }
}
