// Checks pools without a ring, shared memory that is no ring, states that hold buffers, and what registers tell of
// buffers. It plans which parts of a memory are granted by themselves: an index stays in the part that it leads into.

import Metabinary

extension Checker {
    /// The number with its bytes in the reverse order.
    static func swapped(_ number: UInt64, _ bitCount: UInt8) -> UInt64 { number.byteSwapped >> UInt64(64 - bitCount) }

    /// Size of a field, and what its offset is a multiple of; `nil` where something of it was wrong.
    mutating func extent(
        of field: Syntax.LayoutField, in layout: Syntax.Layout, _ device: Syntax.Device
    ) -> (byteCount: UInt64, unit: UInt64)? {
        guard field.count == nil || field.count?.value ?? 0 > 0 else { return nil }
        let count = field.count?.value ?? 1
        guard let name = field.layout else {
            if field.count != nil || field.isBig, field.meaning != nil {
                reportNesting(
                    field.name, "tells of one buffer", "make it no array: records of an array can tell of more")
            }
            return (count * UInt64(field.bitCount) / 8, UInt64(field.bitCount) / 8)
        }
        guard let inner = device.layouts.first(where: { $0.name.text == name.text }) else {
            if !device.isBroken {
                reportUnknown(
                    "layout", name, among: device.layouts.map(\.name.text),
                    mend: "declare `layout \(name.text) 8 bytes { … }`")
            }
            return nil
        }
        let isOfRing = device.rings.contains { $0.layout.text == layout.name.text }
        guard !isOfRing, inner.fields.allSatisfy({ $0.layout == nil && $0.count == nil }) else {
            reportNesting(
                field.name, isOfRing ? "stands in a slot" : "holds records or arrays in its records",
                "give a slot fields, and records of records a memory of their own")
            return nil
        }
        guard let byteCount = inner.byteCount.value, byteCount > 0, let widest = inner.fields.map(\.bitCount).max()
        else { return nil }
        let tells = inner.fields.contains { $0.meaning != nil }
        let isPower = byteCount & (byteCount - 1) == 0
        guard isPower || field.count == nil && !tells, byteCount % UInt64(widest / 8) == 0 else {
            reportNesting(
                field.name, "has elements of \(byteCount) bytes",
                "make layout `\(name.text)` a power of two, so that an index is a shift")
            return nil
        }
        return (count * byteCount, tells ? min(byteCount, 8) : UInt64(widest / 8))
    }

    private mutating func reportNesting(_ name: Syntax.Name, _ what: String, _ mend: String) {
        diagnostics.report(.wrongNesting, name.span, "`\(name.text)` \(what)", mend: mend)
    }

    // MARK: Memories and pools

    /// Plans all memories and pools that are no ring's.
    mutating func planShared(_ node: Syntax.Device, _ device: inout CheckedAtlas.Device) {
        memories = []
        lacksMemory = node.isBroken || rings.count < node.rings.count
        buffers = rings.map {
            BufferPlan(name: $0.name, count: $0.bufferCount, byteCount: $0.bufferByteCount, region: $0.pool)
        }
        let first = device.memories.count
        // Pools first: memories and registers name them.
        for pool in node.freePools { plan(pool, &device) }
        for memory in node.memories {
            guard let plan = plan(memory, node, &device) else {
                lacksMemory = true
                continue
            }
            memories.append(plan)
        }
        for memory in device.memories[first...] where memory.byteCount > MetabinaryLimit.memoryByteCount {
            diagnostics.report(
                .limitExceeded, memory.name.span, "`\(memory.name.text)` has \(memory.byteCount) bytes",
                mend: "\(MetabinaryLimit.memoryByteCount) are the most: make it smaller")
        }
        guard rings.count == node.rings.count, !lacksMemory else { return }
        for layout in node.layouts {
            for field in layout.fields { if let target = field.target { _ = findBuffers(target, owned: false) } }
        }
        for register in node.registers {
            guard let telling = register.telling, isAtHand(register, register.name.span, node) else { continue }
            plan(telling, of: register, &device)
        }
    }

    private mutating func plan(_ node: Syntax.FreePool, _ device: inout CheckedAtlas.Device) {
        guard let count = node.count.value, let byteCount = node.byteCount.value else { return lacksMemory = true }
        guard count > 0, byteCount >= 8, byteCount & (byteCount - 1) == 0, node.headroom?.value ?? 0 < byteCount else {
            lacksMemory = true
            return report(
                incomplete: node.name, "has \(count) buffers of \(byteCount) bytes",
                "make the size a power of two above the headroom, and have at least one buffer")
        }
        if let data = node.data, count & (count - 1) != 0 {
            report(
                incomplete: node.name, "has data that the driver moves, and \(count) buffers",
                "make `count` a power of two, so that its bits bound the number of a buffer", data.span)
        }
        if let data = node.data, node.headroom != nil {
            report(
                incomplete: node.name, "has data that the driver moves, and a headroom",
                "take `headroom` out: who moves the data leaves room where it is wanted", data.span)
        }
        buffers.append(
            BufferPlan(
                name: node.name, count: count, byteCount: byteCount,
                region: device.windows.count + device.memories.count, dataBitCount: node.data?.bitCount))
        let parts = node.data.map { data in
            CheckedAtlas.Part(
                name: "\(node.name.text).data", offset: 0, byteCount: count * byteCount,
                elementByteCount: UInt64(data.bitCount) / 8, isReadable: true, isWritable: true, fields: [],
                isData: true)
        }
        device.memories.append(
            CheckedAtlas.Memory(
                name: node.name, kind: .pool, byteCount: count * byteCount, alignment: 4096,
                elementByteCount: byteCount, headroom: node.headroom?.value ?? 0, parts: parts.map { [$0] } ?? []))
    }

    private mutating func report(
        incomplete name: Syntax.Name, _ what: String, _ mend: String, _ span: SourceSpan? = nil
    ) {
        diagnostics.report(.incompleteMemory, span ?? name.span, "`\(name.text)` \(what)", mend: mend)
    }

    private mutating func plan(
        _ node: Syntax.Memory, _ device: Syntax.Device, _ checked: inout CheckedAtlas.Device
    ) -> MemoryPlan? {
        guard let layout = device.layouts.first(where: { $0.name.text == node.layout.text }) else {
            if !device.isBroken {
                reportUnknown(
                    "layout", node.layout, among: device.layouts.map(\.name.text),
                    mend: "declare `layout \(node.layout.text) 8 bytes { … }`")
            }
            return nil
        }
        guard let record = layout.byteCount.value, record > 0, node.count == nil || node.count?.value != nil else {
            return nil
        }
        let count = node.count?.value ?? 1
        let alignment = max(node.alignment?.value ?? 16, 16)
        let isRow = layout.fields.allSatisfy { $0.layout == nil }
        guard count > 0, count == 1 || isRow && record & (record - 1) == 0, alignment & (alignment - 1) == 0 else {
            report(
                incomplete: node.name, "has \(count) records of \(record) bytes at multiples of \(alignment)",
                "many records have no records in them and a power of two of bytes; so is an alignment")
            return nil
        }
        guard node.headroom?.value ?? 0 < count * record else {
            report(
                incomplete: node.name, "has \(count * record) bytes, and data would begin behind them",
                "make `headroom` less than its size")
            return nil
        }
        guard node.base != nil || node.bytes == nil && Self.isTold(node.name, device) else {
            report(
                incomplete: node.name, "lacks the register that takes its address",
                "write `base REGISTER`, or `as address of \(node.name.text)` behind the field or register that leads there"
            )
            return nil
        }
        let tells = layout.fields.flatMap { field in
            device.layouts.first { $0.name.text == field.layout?.text }?.fields ?? [field]
        }.contains { $0.meaning != nil && $0.target == nil }
        let pool = node.pool.flatMap { name in buffers.firstIndex { $0.name.text == name.text } }
        guard (pool != nil) == tells, (node.pool == nil) == (pool == nil) else {
            report(
                incomplete: node.name,
                tells ? "tells of buffers, and names no pool that they are of" : "names a pool, and tells of no buffer",
                tells ? "write `pool NAME`" : "take `pool` out, or write `as address` behind the field that leads there"
            )
            return nil
        }
        var (low, high, bytes): (Syntax.Register?, Syntax.Register?, Syntax.Register?)
        if let base = node.base {
            let isWide =
                device.registers.contains { $0.name.text == base.low.text && $0.bitCount == 64 } && base.high == nil
            guard let found = register(base.low, device, bitCount: isWide ? 64 : 32) else { return nil }
            low = found
        }
        if let name = node.base?.high {
            guard let found = register(name, device) else { return nil }
            high = found
        }
        if let name = node.bytes {
            guard let found = register(name, device) else { return nil }
            bytes = found
        }
        let index = checked.memories.count
        let (parts, places) = parts(of: node.name.text, layout, count, device)
        buffers.append(
            BufferPlan(
                name: node.name, count: count, byteCount: record,
                headByteCount: min(node.headroom?.value ?? 0, record), region: checked.windows.count + index,
                isOwned: count > 1 && pool == nil))
        checked.memories.append(
            CheckedAtlas.Memory(
                name: node.name, kind: .ring, byteCount: count * record, alignment: alignment,
                elementByteCount: record, headroom: node.headroom?.value ?? 0,
                pool: pool.map { buffers[$0].region - checked.windows.count } ?? 0,
                parts: parts))
        give(.addressLow, to: low, index, &checked)
        give(.addressHigh, to: high, index, &checked)
        give(.byteCount, to: bytes, index, &checked)
        return MemoryPlan(
            name: node.name, layout: layout, count: count, region: checked.windows.count + index, pool: pool,
            parts: places, partOffsets: parts.map(\.offset), registers: (low, high, bytes))
    }

    /// Whether a register or a field of a layout takes addresses of a memory's records.
    private static func isTold(_ name: Syntax.Name, _ device: Syntax.Device) -> Bool {
        device.registers.contains { register in
            register.telling?.meaning == .address
                && register.telling?.targets.contains { $0.text == name.text } ?? false
        } || device.layouts.contains { $0.fields.contains { $0.meaning == .address && $0.target?.text == name.text } }
    }

    /// What is granted by itself: all of it where records are alike and many, or plain, else each field.
    private func parts(
        of name: String, _ layout: Syntax.Layout, _ count: UInt64, _ device: Syntax.Device
    ) -> ([CheckedAtlas.Part], [String: Int]) {
        let record = layout.byteCount.value ?? 8
        var places: [String: Int] = [:]
        let isPlain = layout.fields.allSatisfy { $0.count == nil && $0.layout == nil }
        if count > 1 || isPlain && record & (record - 1) == 0 {
            for field in layout.fields { places[field.name.text] = 0 }
            return ([Self.part(name, 0, count * record, record, layout.fields)], places)
        }
        var parts: [CheckedAtlas.Part] = []
        for field in layout.fields.sorted(by: { $0.offset.value ?? 0 < $1.offset.value ?? 0 }) {
            places[field.name.text] = parts.count
            let (offset, count) = (field.offset.value ?? 0, field.count?.value ?? 1)
            let partName = "\(name).\(field.name.text)"
            guard let inner = device.layouts.first(where: { $0.name.text == field.layout?.text }) else {
                var single = field
                single.offset.value = 0
                let size = UInt64(field.bitCount) / 8
                parts.append(Self.part(partName, offset, count * size, size, [single]))
                continue
            }
            let size = inner.byteCount.value ?? 8
            let tells = inner.fields.contains { $0.meaning != nil }
            // What leads to no buffer is granted in elements as large as its place allows.
            let unit = (size | offset) & (0 &- (size | offset))
            parts.append(Self.part(partName, offset, count * size, tells ? size : min(size, unit), inner.fields))
        }
        return (parts, places)
    }

    private static func part(
        _ name: String, _ offset: UInt64, _ byteCount: UInt64, _ element: UInt64, _ fields: [Syntax.LayoutField]
    ) -> CheckedAtlas.Part {
        CheckedAtlas.Part(
            name: name, offset: offset, byteCount: byteCount, elementByteCount: element,
            isReadable: fields.contains { $0.writer != .driver }, isWritable: fields.contains { $0.writer != .device },
            fields: fields.filter { $0.meaning != nil },
            written: fields.filter { $0.meaning == nil && $0.writer != .device })
    }

    // MARK: Registers

    /// Notes what a register takes of a memory; it may take the same of several, one at a time.
    private mutating func give(
        _ role: RegisterDescription.Role, to register: Syntax.Register?, _ memory: Int,
        _ checked: inout CheckedAtlas.Device
    ) {
        guard let register, let place = registerPlaces[register.name.text] else { return }
        let before = checked.windows[place.window].registers[place.index]
        let isOfRings = before.memories.contains { checked.memories[$0].parts.isEmpty }
        if before.role != .plain, before.role != role || isOfRings || before.memories.contains(memory) {
            return reportTwice(register)
        }
        checked.windows[place.window].registers[place.index].role = role
        checked.windows[place.window].registers[place.index].memories.append(memory)
    }

    private mutating func reportTwice(_ register: Syntax.Register) {
        diagnostics.report(
            .toldTwice, register.name.span, "register `\(register.name.text)` is to tell of two things",
            mend: "let it take the same part of every memory that it tells of, and nothing of buffers")
    }

    private mutating func plan(
        _ telling: Syntax.Telling, of register: Syntax.Register, _ checked: inout CheckedAtlas.Device
    ) {
        let told = telling.targets.compactMap { findBuffers($0, owned: false) }
        reportDuplicates(telling.targets, "register `\(register.name.text)`")
        guard let place = registerPlaces[register.name.text], told.count == telling.targets.count else { return }
        guard register.isWritable, !register.clearsWritten else {
            return report(
                incomplete: register.name, "cannot tell of `\(telling.targets[0].text)`",
                "let a register tell of it that can be written")
        }
        if telling.meaning == .address, register.bitCount < 32 {
            return diagnostics.report(
                .addressTooNarrow, register.name.span,
                "`\(register.name.text)` has \(register.bitCount) bits, too few for an address",
                mend: "give it type `u32` or `u64`")
        }
        guard checked.windows[place.window].registers[place.index].role == .plain else { return reportTwice(register) }
        checked.windows[place.window].registers[place.index].memories = told.map {
            buffers[$0].region - checked.windows.count
        }
        checked.windows[place.window].registers[place.index].role =
            telling.meaning == .address ? .bufferAddress : .bufferLength
        checked.windows[place.window].registers[place.index].mayBeZero = telling.mayBeZero
        guard let low = telling.field?.low.value, let high = telling.field?.high.value, low <= high, high < 64 else {
            return
        }
        checked.windows[place.window].registers[place.index].lengthBits = (UInt8(low), UInt8(high - low + 1))
    }

    // MARK: States that hold buffers

    /// `state held[4]: own tx`
    mutating func planOwner(_ node: Syntax.State, _ pool: Syntax.Name, _ device: inout CheckedAtlas.Device) {
        let count = node.count?.value ?? 1
        let plan = findBuffers(pool).map { buffers[$0] }
        if count == 0 || count & (count - 1) != 0 || count > plan?.count ?? count {
            diagnostics.report(
                .ownerMisused, node.name.span, "`\(node.name.text)` holds \(count) of \(plan?.count ?? 0) buffers",
                mend: "make it a power of two, and no more than `\(pool.text)` has")
        }
        stateCells[node.name.text] = device.cells.count
        device.cells.append(
            CheckedAtlas.Cell(
                name: node.name.text, bitCount: 16, count: max(count, 1),
                mask: UInt64.max >> UInt64(64 - (plan?.bitCount ?? 16))))
    }
}
