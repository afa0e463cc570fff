// Checks ways into memory: into shared memory that is no ring, `rx_used.elements[i].id`, and into the data of buffers that
// the driver itself moves, `frame.data[i]`, for a device that is handed all data through a register. Which part they lead
// into, by which index, and who writes what is there.

/// Where a way into memory ends.
struct PathEnd {
    /// The memory; `nil` for the data of a buffer.
    var memory: MemoryPlan?
    /// The field; `nil` for a whole record.
    var field: LayoutField?
    var region: Int
    var part = 0
    /// Units: bytes from the start of the part, without the index.
    var offset: UInt64 = 0
    /// Units: bytes.
    var index: CheckedAtlas.Expression?
    /// Steps after the field.
    var rest: ArraySlice<Syntax.Step> = []

    func place(_ bitCount: UInt8) -> CheckedAtlas.Place {
        .part(region: region, part, bitCount: bitCount, offset: offset)
    }
}

extension ExpressionChecker {
    /// Whether a field is the address of a record: where the device is told of some, no field that is read has that name.
    func isAddress(_ field: Name, ofRecordOf name: Name) -> Bool {
        guard field.text == "address", let memory = plan.memories.named(name) else { return false }
        return !memory.layout.fields.has(field) || names.device.leads(to: name)
    }

    /// Whether a name is that of a buffer, or of a pool that is no ring's.
    private func leadsToData(_ name: Name) -> Bool {
        if case .freePool? = names[name] { return true }
        return scope.place(of: name).flatMap { scope.values[$0].value?.buffer } != nil
    }

    /// Follows the steps after a name.
    func follow(_ name: Name, _ steps: [Syntax.Step], _ span: SourceSpan) -> PathEnd? {
        if leadsToData(name) { return followData(name, steps, span) }
        use.insert(name.text)
        guard case .memory? = names[name] else {
            if visibleNames.contains(where: { $0.text == name.text }) {
                return report(.noMemoryOfRecords, name.span, name)
            }
            return names.reportNothing(
                "name", name, among: (names.device.memories.names + names.device.freePools.names).map(\.text),
                "declare `memory \(name.text) of LAYOUT { … }`")
        }
        checkMemory(name.span)
        guard let memory = plan.memories.named(name) else { return nil }
        return follow(name, steps, into: memory)
    }

    // MARK: Records

    private func follow(_ name: Name, _ steps: [Syntax.Step], into memory: MemoryPlan) -> PathEnd? {
        var end = PathEnd(memory: memory, region: memory.region, rest: steps[...])
        if memory.count > 1 {
            guard case .index(let node) = end.rest.popFirst() else {
                return report(.missingRecordIndex, name.span, name, memory.count)
            }
            end.index = pathIndex(node, name, memory.count, memory.recordByteCount)
            guard end.index != nil else { return nil }
        }
        guard let step = end.rest.popFirst() else { return end }
        guard case .member(let member) = step else { return report(.indexOfOneRecord, name.span, name) }
        guard let field = find(member, in: memory.layout), let offset = field.offset.value,
            let part = memory.parts[field.name.text], offset >= memory.partOffsets[part]
        else { return nil }
        end.field = field
        end.part = part
        end.offset = offset - memory.partOffsets[part]
        let inner = field.layout.flatMap(names.device.layouts.named)
        if memory.count > 1, field.count != nil { return report(.arrayInManyRecords, member.span, member) }
        if let count = field.count?.value {
            guard case .index(let node) = end.rest.popFirst() else {
                return report(.missingElementIndex, member.span, member, count)
            }
            end.index = pathIndex(node, member, count, inner?.byteCount.value ?? UInt64(field.bitCount) / 8)
            guard end.index != nil else { return nil }
        }
        guard let inner else { return end }
        guard case .member(let innerMember) = end.rest.popFirst() else {
            return report(.missingRecordField, member.span, member)
        }
        guard let field = find(innerMember, in: inner), let offset = field.offset.value else { return nil }
        end.field = field
        end.offset += offset
        return end
    }

    /// The byte offset of an element of that size.
    private func pathIndex(_ node: Node, _ name: Name, _ count: UInt64, _ byteCount: UInt64) -> Expression? {
        guard let index = checkIndex(node, name, Number(value: count, span: name.span), 8) else { return nil }
        guard byteCount > 1 else { return index }
        return .binary(.shiftLeft, index, .number(UInt64(byteCount.trailingZeroBitCount), node.span))
    }

    // MARK: Data of buffers

    private func followData(_ name: Name, _ steps: [Syntax.Step], _ span: SourceSpan) -> PathEnd? {
        if isOfFact {
            typing.reportDynamic(span, "the data of \(name) is read while the code runs, and this must be known before")
            return nil
        }
        checkMemory(name.span)
        var steps = steps[...]
        guard let (number, buffers) = buffer(name, &steps) else { return nil }
        guard case .member(let member) = steps.popFirst(), member.text == "data", let bitCount = buffers.dataBitCount,
            case .index(let index) = steps.popFirst(), steps.isEmpty
        else { return report(buffers.dataBitCount == nil ? .poolWithoutData : .noDataOfBuffer, span, buffers.name) }
        let count = Number(value: buffers.byteCount / UInt64(bitCount / 8), span: name.span)
        guard let offset = checkIndex(index, member, count, bitCount) else { return nil }
        // Bits of the one and of the other, which both have bounds: so has what they make together.
        let start = Expression.binary(.shiftLeft, number, .number(buffers.shift, name.span))
        let field = LayoutField(
            name: member, offset: Number(value: 0, span: name.span), bitCount: bitCount, writer: .both,
            allowed: Syntax.Allowed(span: name.span))
        return PathEnd(field: field, region: buffers.region, index: .binary(.or, start, offset))
    }

    /// The number of the buffer, and what it is one of.
    private func buffer(_ name: Name, _ steps: inout ArraySlice<Syntax.Step>) -> (
        number: Expression, buffers: BufferPlan
    )? {
        guard case .freePool? = names[name] else {
            guard let value = check(name), let pool = value.buffer else { return nil }
            return (value.converted(to: 32).expression, plan.buffers[pool])
        }
        guard let buffers = plan.findBuffers(name).map({ plan.buffers[$0] }) else { return nil }
        guard case .index(let index) = steps.popFirst() else {
            return report(.missingBufferIndex, name.span, name, buffers.count)
        }
        let count = Number(value: buffers.count, span: name.span)
        return checkIndex(index, name, count, 8).map { ($0, buffers) }
    }

    // MARK: Reads

    /// A read of memory; each time that a rule names it, memory is read.
    func checkPath(_ name: Name, _ steps: [Syntax.Step], _ span: SourceSpan) -> TypedValue? {
        guard let end = follow(name, steps, span) else { return nil }
        guard let field = end.field else { return report(.recordIsNoNumber, name.span, name) }
        guard mayRead(field, span) else { return nil }
        let value = value(of: field, at: end.place(field.bitCount), end.index, span)
        guard let step = end.rest.first else { return value }
        guard case .member(let bits) = step, end.rest.count == 1 else {
            return report(.readPastField, name.span, field.name)
        }
        return typing.field(bits, of: value, span, field.name.text)
    }

    /// Reports a read of what the driver has written.
    func mayRead(_ field: LayoutField, _ span: SourceSpan) -> Bool {
        guard field.writer == .driver else { return true }
        report(.driverWritesField, span, field.name)
        return false
    }

    /// A field in memory as a value, in the processor's order of bytes.
    func value(of field: LayoutField, at place: CheckedAtlas.Place, _ index: Expression?, _ span: SourceSpan)
        -> TypedValue
    {
        var expression = Expression(operation: .load(place, index: index), span: span)
        if field.isBig { expression = .init(operation: .swap(expression, bitCount: field.bitCount), span: span) }
        var value = TypedValue(expression, bitCount: field.bitCount, typeBitCount: field.bitCount)
        value.whole = .init(name: field.name, bitCount: field.bitCount, fields: field.bits)
        value.bits = field.bits
        return value
    }
}
