// Checks what a device shares with its driver and what the driver keeps: layouts, rings, pools and state. It plans
// where each ring keeps what; addresses come with placement, on the target.

import Metabinary

extension Checker {
    /// Checks layouts, rings, pools and state of a device, and plans its memories and cells.
    mutating func checkMemories(_ node: Syntax.Device, _ device: inout CheckedAtlas.Device) {
        rings = []
        stateCells = [:]
        cursors = [:]
        resetsState = false
        for layout in node.layouts { checkLayout(layout, of: node) }
        for pool in node.pools where !node.rings.contains(where: { $0.name.text == pool.ring.text }) {
            reportUnknown(
                "ring", pool.ring, among: node.rings.map(\.name.text), mend: "declare `ring \(pool.ring.text) of …`")
        }
        for layout in node.layouts
        where !node.isBroken && !node.inherited.contains(layout.name.text)
            && !node.rings.contains(where: { $0.layout.text == layout.name.text })
            && !node.memories.contains(where: { $0.layout.text == layout.name.text })
            && !node.layouts.contains(where: { $0.fields.contains { $0.layout?.text == layout.name.text } })
        {
            diagnostics.report(
                .unusedName, layout.name.span, "no ring or memory has records of layout `\(layout.name.text)`",
                mend: "use it or take it out")
        }
        for ring in node.rings {
            if let plan = plan(ring, node, &device) { rings.append(plan) }
        }
        planPools(node, &device)
        planShared(node, &device)
        planValues(node, &device)
        for state in node.states { planState(state, of: node, &device) }
        let byteCount = device.cells.reduce(UInt64(0)) { end, cell in
            let size = UInt64(cell.bitCount) / 8
            return (end + size - 1) / size * size + cell.count * size
        }
        guard byteCount > 0 else { return }
        device.memories.append(
            CheckedAtlas.Memory(
                name: Syntax.Name(text: "state", span: node.name.span), kind: .state, byteCount: byteCount,
                alignment: 16))
    }

    private mutating func checkLayout(_ node: Syntax.Layout, of device: Syntax.Device) {
        reportDuplicates(node.fields.map(\.name), "layout `\(node.name.text)`")
        guard let byteCount = node.byteCount.value else { return }
        let isOfRing = device.rings.contains { $0.layout.text == node.name.text }
        if byteCount == 0 || isOfRing && ![8, 16, 32, 64, 128].contains(byteCount) {
            diagnostics.report(
                .fieldPastLayout, node.byteCount.span, "layout `\(node.name.text)` has \(byteCount) bytes",
                mend: "8, 16, 32, 64 or 128: whole stores of 8 bytes, and slots of a power of two")
        }
        var placed: [(name: String, low: UInt64, high: UInt64)] = []
        for field in node.fields {
            checkFields(field.bits, "field", field.name, field.bitCount)
            guard let low = field.offset.value, let (whole, unit) = extent(of: field, in: node, device) else {
                continue
            }
            let size = whole
            if low % unit != 0 {
                diagnostics.report(
                    .unalignedRegister, field.offset.span,
                    "field `\(field.name.text)` has \(size) bytes and stands at \(low)",
                    mend: "its offset must be a multiple of \(unit); or give it a narrower type, such as `u8`")
            } else if low + size > byteCount {
                diagnostics.report(
                    .fieldPastLayout, field.offset.span,
                    "field `\(field.name.text)` ends at byte \(low + size) of a layout of \(byteCount)",
                    mend: "correct its offset, or the size of the layout")
            } else if let other = placed.first(where: { low < $0.high && $0.low < low + size }) {
                diagnostics.report(
                    .fieldsOverlap, field.offset.span,
                    "fields `\(other.name)` and `\(field.name.text)` share byte \(max(low, other.low))",
                    mend: "`\(other.name)` has bytes \(other.low)…\(other.high - 1); give each byte to one field")
            }
            placed.append((field.name.text, low, low + size))
        }
        if let end = placed.map(\.high).max(), end < byteCount {
            diagnostics.report(
                .layoutNotFilled, node.byteCount.span,
                "the last field of layout `\(node.name.text)` ends at byte \(end) of \(byteCount)",
                mend: "write `\(end) bytes`, or declare what stands behind it")
        }
        checkMeanings(node)
    }

    /// Checks the fields of a layout that tell the device of a buffer.
    private mutating func checkMeanings(_ node: Syntax.Layout) {
        let addresses = node.fields.filter { $0.meaning == .address && $0.target == nil }
        let lengths = node.fields.filter { $0.meaning == .length && $0.target == nil }
        for (meaning, fields) in [(Syntax.Meaning.address, addresses), (.length, lengths)] where fields.count > 1 {
            diagnostics.report(
                .meaningTwice, fields[1].name.span,
                "`\(fields[0].name.text)` and `\(fields[1].name.text)` both stand for the \(meaning.rawValue) of a buffer",
                mend: "take one `as \(meaning.rawValue)` out, or write `as \(meaning.rawValue) of NAME` behind it")
        }
        for address in node.addresses where address.bitCount < 32 {
            diagnostics.report(
                .addressTooNarrow, address.name.span,
                "`\(address.name.text)` has \(address.bitCount) bits, too few for an address",
                mend: "give it type `u32` or `u64`")
        }
        if let length = lengths.first, addresses.isEmpty {
            diagnostics.report(
                .lengthWithoutAddress, length.name.span,
                "`\(length.name.text)` tells how long a buffer is, and no field tells where",
                mend: "write `as address` behind the field that does, or take `as length` out")
        }
        for field in node.fields where field.isBig && (field.meaning != nil || field.bitCount == 8) {
            diagnostics.report(
                .wrongByteOrder, field.name.span,
                field.bitCount == 8
                    ? "`\(field.name.text)` is one byte"
                    : "`\(field.name.text)` tells of a buffer by a number that is turned round",
                mend: "take `big` out: what is told of buffers is checked as the processor writes it")
        }
        for field in node.fields where field.meaning != nil && field.writer == .device {
            diagnostics.report(
                .wrongWriter, field.name.span, "the device cannot tell itself of a buffer by `\(field.name.text)`",
                mend: "take `as \(field.meaning?.rawValue ?? "")` out, or correct who writes it")
        }
    }

    // MARK: Rings

    private mutating func plan(
        _ node: Syntax.Ring, _ device: Syntax.Device, _ checked: inout CheckedAtlas.Device
    ) -> RingPlan? {
        guard let layout = device.layouts.first(where: { $0.name.text == node.layout.text }) else {
            if !device.isBroken {
                reportUnknown(
                    "layout", node.layout, among: device.layouts.map(\.name.text),
                    mend: "declare `layout \(node.layout.text) 16 bytes { … }`")
            }
            return nil
        }
        let address = layout.fields.first { $0.meaning == .address && $0.target == nil }
        guard let pool = device.pools.first(where: { $0.ring.text == node.name.text }),
            device.pools.count(where: { $0.ring.text == node.name.text }) == 1
        else {
            return report(
                incomplete: node.name,
                "needs one pool of buffers" + (address.map { ", for `\($0.name.text)` to point into" } ?? ""),
                "declare `pool NAME of \(node.name.text)`")
        }
        guard address != nil else {
            // A length without an address has been reported.
            if layout.fields.contains(where: { $0.meaning == .length }) { return nil }
            return report(
                incomplete: node.name, "has no field that leads to a buffer of pool `\(pool.name.text)`",
                "write `as address` behind the field of layout `\(layout.name.text)` that does")
        }
        let form = "count NUMBER, base LOW:HIGH, bytes REGISTER, head REGISTER, tail REGISTER, done FIELD.BIT"
        guard let count = node.count, let base = node.base, let bytes = node.bytes, let head = node.head,
            let tail = node.tail, let done = node.done
        else { return report(incomplete: node.name, "lacks a part", "write all of `\(form)`") }
        guard let slots = count.value, let slotByteCount = layout.byteCount.value, let stride = pool.byteCount.value
        else { return nil }
        guard slots >= 8, slots & (slots - 1) == 0 else {
            return report(incomplete: node.name, "has \(slots) slots", "make it a power of two from 8 to 4096")
        }
        guard stride >= 8, stride & (stride - 1) == 0, pool.headroom?.value ?? 0 < stride else {
            return report(
                incomplete: pool.name, "has buffers of \(stride) bytes", "make it a power of two above the headroom")
        }
        guard let low = register(base.low, device), let high = register(base.high, device),
            let bytes = register(bytes, device), let head = register(head, device), let tail = register(tail, device),
            let bit = doneBit(done, layout), slotByteCount >= 2, slotByteCount.nonzeroBitCount == 1
        else { return nil }
        let sizes = sizes(of: node, count, pool, slotByteCount, device)
        let memory = checked.memories.count
        let roles = [(RegisterDescription.Role.addressLow, low), (.addressHigh, high), (.byteCount, bytes)]
        for (role, register) in roles { give(role, to: register, of: node, memory, &checked) }
        let claimCell = checked.cells.count
        let name = node.name.text
        var cursor = CheckedAtlas.Cell(
            name: name + ".claim", bitCount: 32, count: 1, mask: (slots - 1) * slotByteCount)
        checked.cells.append(cursor)
        cursor.name = name + ".reap"
        if !node.sends { checked.cells.append(cursor) }
        for cell in claimCell..<checked.cells.count { note(.mask, of: cell, is: sizes.offsetMask) }
        note(.count, of: checked.cells.count, is: sizes.count)
        note(.memory, of: memory, is: sizes.byteCount)
        let bufferCount = slots + (pool.spare?.value ?? 0)
        checked.cells.append(
            CheckedAtlas.Cell(
                name: name + ".buffers", bitCount: 16, count: slots,
                mask: UInt64.max >> UInt64((bufferCount - 1).leadingZeroBitCount)))
        checked.memories.append(
            CheckedAtlas.Memory(
                name: node.name, kind: .ring, byteCount: slots * slotByteCount, alignment: max(128, slotByteCount),
                elementByteCount: slotByteCount, fields: layout.fields.filter { $0.meaning != nil },
                written: layout.fields.filter { $0.meaning == nil && $0.writer != .device }))
        return RingPlan(
            name: node.name, sends: node.sends, layout: layout, count: slots, slotByteCount: slotByteCount,
            region: checked.windows.count + memory, pool: 0, bufferCount: bufferCount, bufferByteCount: stride,
            claimCell: claimCell,
            reapCell: claimCell + (node.sends ? 0 : 1), bufferCell: claimCell + (node.sends ? 1 : 2), done: bit,
            registers: (low, high, bytes, head, tail), sizes: sizes)
    }

    /// The sizes of a ring and of its pool, by facts where they are.
    private mutating func sizes(
        of node: Syntax.Ring, _ slots: Syntax.Number, _ pool: Syntax.Pool, _ slotByteCount: UInt64,
        _ device: Syntax.Device
    ) -> RingPlan.Sizes {
        let span = node.name.span
        let name = node.name.text
        func constant(_ value: UInt64) -> TypedValue { TypedValue(number: value, number(value, span)) }
        let count = value(of: slots, device)
        let stride = value(of: pool.byteCount, device)
        let spare = pool.spare.map { value(of: $0, device) } ?? constant(0)
        let bufferCount = sum(count, spare, isDifference: false, span) ?? count
        let last = sum(bufferCount, constant(1), isDifference: true, span) ?? count
        let lastSlot = sum(count, constant(1), isDifference: true, span) ?? count
        return RingPlan.Sizes(
            count: count,
            byteCount: kept(product(count, constant(slotByteCount), span), name + ".size", span),
            offsetMask: kept(product(lastSlot, constant(slotByteCount), span), name + ".offsets", span),
            lastBuffer: kept(last, name + ".last", span),
            stride: stride,
            poolByteCount: kept(product(bufferCount, stride, span), name + ".buffers.size", span))
    }

    /// Notes what a register takes; one that takes it of another ring already is reported.
    private mutating func give(
        _ role: RegisterDescription.Role, to register: Syntax.Register, of ring: Syntax.Ring, _ memory: Int,
        _ checked: inout CheckedAtlas.Device
    ) {
        guard let place = registerPlaces[register.name.text] else { return }
        let before = checked.windows[place.window].registers[place.index]
        if before.role != .plain {
            let isSame = before.memories == [memory]
            _ = report(
                incomplete: ring.name,
                "has `\(register.name.text)` tell what it already tells of \(isSame ? "it" : "another ring")",
                "give the address's halves and the size of each ring registers of their own")
        }
        checked.windows[place.window].registers[place.index].role = role
        checked.windows[place.window].registers[place.index].memories = [memory]
    }

    private mutating func report(incomplete name: Syntax.Name, _ what: String, _ mend: String) -> RingPlan? {
        diagnostics.report(.incompleteRing, name.span, "`\(name.text)` \(what)", mend: mend)
        return nil
    }

    /// A register that the driver writes for a ring.
    mutating func register(
        _ name: Syntax.Name, _ device: Syntax.Device, bitCount: UInt8 = 32
    ) -> Syntax.Register? {
        guard let register = device.registers.first(where: { $0.name.text == name.text }) else {
            if !device.isBroken {
                reportUnknown(
                    "register", name, among: device.registers.map(\.name.text), mend: "declare a register of that name")
            }
            return nil
        }
        guard register.isWritable, !register.clearsWritten, register.bitCount == bitCount, register.count == nil else {
            diagnostics.report(
                .unwritableRegister, name.span, "`\(name.text)` is no register of \(bitCount) bits that can be written",
                mend: "name another one, or correct it at \(place(register.name.span))")
            return nil
        }
        return isAtHand(register, name.span, device) ? register : nil
    }

    /// Reports a register that tells the device of memory and is reached by way of two others: what goes through these is any
    /// number, and no proof would hold it.
    mutating func isAtHand(_ register: Syntax.Register, _ span: SourceSpan, _ device: Syntax.Device) -> Bool {
        guard device.indirectWindows.contains(where: { $0.name.text == register.window.text }) else { return true }
        diagnostics.report(
            .wrongIndirection, span,
            "`\(register.name.text)` is reached by way of two others, which take any number: it cannot tell of memory",
            mend: "name a register of a `bar` or a capability")
        return false
    }

    private mutating func doneBit(
        _ done: (field: Syntax.Name, bit: Syntax.Name), _ layout: Syntax.Layout
    ) -> (field: Syntax.LayoutField, mask: UInt64)? {
        guard let field = layout.fields.first(where: { $0.name.text == done.field.text }) else {
            reportUnknown(
                "field", done.field, among: layout.fields.map(\.name.text),
                mend: "declare it in the layout at \(place(layout.name.span))")
            return nil
        }
        guard let bit = field.bits.first(where: { $0.name.text == done.bit.text }) else {
            reportUnknown(
                "bit", done.bit, among: field.bits.map(\.name.text),
                mend: "declare it in braces behind the field at \(place(field.name.span))")
            return nil
        }
        guard field.writer != .driver else {
            diagnostics.report(
                .wrongWriter, done.field.span, "the device never writes `\(field.name.text)`",
                mend: "name a field by `device` or `both`")
            return nil
        }
        guard let low = bit.low.value, low < UInt64(field.bitCount) else { return nil }
        return (field, field.isBig ? Self.swapped(1 << low, field.bitCount) : 1 << low)
    }

    /// Pools follow the rings, in the order of the rings.
    private mutating func planPools(_ node: Syntax.Device, _ device: inout CheckedAtlas.Device) {
        for index in rings.indices {
            guard let pool = node.pools.first(where: { $0.ring.text == rings[index].name.text }) else { continue }
            rings[index].pool = device.windows.count + device.memories.count
            let byteCount = rings[index].bufferCount * rings[index].bufferByteCount
            if byteCount > MetabinaryLimit.memoryByteCount {
                diagnostics.report(
                    .limitExceeded, pool.name.span, "pool `\(pool.name.text)` has \(byteCount) bytes",
                    mend: "\(MetabinaryLimit.memoryByteCount) are the most: make it smaller")
            }
            device.memories[rings[index].region - device.windows.count].pool = device.memories.count
            note(.memory, of: device.memories.count, is: rings[index].sizes.poolByteCount)
            note(.element, of: device.memories.count, is: rings[index].sizes.stride)
            device.memories.append(
                CheckedAtlas.Memory(
                    name: pool.name, kind: .pool, byteCount: byteCount, alignment: 4096,
                    elementByteCount: rings[index].bufferByteCount, headroom: pool.headroom?.value ?? 0))
        }
    }

    // MARK: State

    private mutating func planState(
        _ node: Syntax.State, of syntaxDevice: Syntax.Device, _ device: inout CheckedAtlas.Device
    ) {
        if let pool = node.pool { return planOwner(node, pool, &device) }
        if let array = node.array { return planCursor(node, around: array, syntaxDevice, &device) }
        let all = UInt64.max >> UInt64(64 - (node.bitCount ?? 64))
        let low = node.range?.low.value ?? 0
        let high = node.range?.high.value ?? all
        if low > high || high > all || node.first.value ?? low < low || node.first.value ?? low > high {
            diagnostics.report(
                .valueTooWide, node.first.span,
                "`\(node.name.text)` holds \(low)…\(high) in \(node.bitCount ?? 64) bits and starts with "
                    + "\(node.first.value ?? 0)",
                mend: "correct the range, the type or the first value")
        }
        if let count = node.count, let number = count.value, number == 0 || number & (number - 1) != 0 {
            diagnostics.report(
                .unboundedIndex, count.span, "no number of bits bounds an index of \(number) elements",
                mend: "make it a power of two: an index is bounded by its bits")
        }
        stateCells[node.name.text] = device.cells.count
        if let count = node.count { note(.count, of: device.cells.count, is: value(of: count, syntaxDevice)) }
        device.cells.append(
            CheckedAtlas.Cell(
                name: node.name.text, bitCount: node.bitCount ?? 64, count: max(node.count?.value ?? 1, 1),
                mask: high == 0 ? 0 : UInt64.max >> UInt64(min(63, high.leadingZeroBitCount))))
    }
}
