// Plans cursors: positions that run around an array. A cursor is one cell that counts freely. Its array has a power of two
// of elements, and its type room for two laps at least, so that the count wraps where an even lap ends: the index is the
// low bits of the count, the parity of the lap the bit above them, and nothing but the count is ever stored.

import Metabinary

extension MemoryPlanner {
    /// The elements of an array, and the bytes of one where they lie in shared memory.
    private typealias Elements = (count: TypedValue, byteCount: UInt64?)

    /// `cursor next over used.elements`
    mutating func planCursor(_ node: State, around array: Syntax.ArrayName) {
        guard let bitCount = node.bitCount else { return }
        let cell = checked.cells.count
        addCell(of: node, bitCount, count: 1, mask: Typing.mask(bitCount))
        guard let elements = elements(of: array) else { return }
        let count = elements.count
        let span = array.base.span.joined(with: array.last.span)
        let (verb, most) = (count.isKnown ? "has" : "may have", count.numbers.high)
        if let wrong = (count.numbers.values ?? []).first(where: { $0 < 2 || $0.nonzeroBitCount != 1 }) {
            return report(.cursorOverOddCount, span, array.last, verb, wrong, node.name)
        }
        guard most.trailingZeroBitCount < bitCount else {
            return report(.cursorWithoutTwoLaps, span, array.last, verb, most, bitCount, node.name)
        }
        plan.cursors[node.name.text] = CursorPlan(
            cell: cell, bitCount: bitCount, count: count, elementByteCount: elements.byteCount)
    }

    /// The elements of what a cursor runs around; `nil` where there are none, or where what is wrong of it is reported
    /// at its own declaration.
    private func elements(of array: Syntax.ArrayName) -> Elements? {
        let base = array.base
        switch names[base] {
        case .memory: return plan.memories.named(base).flatMap { elements(of: array, in: $0) }
        // Only memories have fields.
        case .some where array.field != nil: break
        case .ring: return plan.rings.named(base).map { ($0.sizes.count, $0.slotByteCount) }
        case .freePool: return plan.buffers.named(base).map { (TypedValue($0.count, base.span), $0.byteCount) }
        case .state(let state):
            guard let count = state.count else { break }
            return count.value?.nonzeroBitCount == 1 ? (stage.value(of: count), nil) : nil
        case .register(let register):
            guard let count = register.count else { break }
            return (stage.value(of: count), nil)
        case .some: break
        case nil:
            return names.reportNothing(
                "array", base, among: names.all.map(\.text),
                "declare `memory \(base.text) of LAYOUT { count NUMBER, base REGISTER }` or "
                    + "`state \(base.text)[COUNT]: TYPE = 0`")
        }
        return reportNoArray(array)
    }

    /// The records of a memory, or the elements of an array in its layout.
    private func elements(of array: Syntax.ArrayName, in memory: MemoryPlan) -> Elements? {
        guard let name = array.field else {
            guard memory.count > 1 else { return reportNoArray(array) }
            return (TypedValue(memory.count, array.base.span), memory.recordByteCount)
        }
        guard let field = find(name, in: memory.layout) else { return nil }
        guard let count = field.count?.value, memory.count == 1 else { return reportNoArray(array) }
        let inner = field.layout.flatMap(node.layouts.named)
        return (TypedValue(count, name.span), inner?.byteCount.value ?? UInt64(field.bitCount) / 8)
    }

    private func reportNoArray(_ array: Syntax.ArrayName) -> Elements? {
        report(.noArrayForCursor, array.base.span.joined(with: array.last.span), array.last)
    }
}
