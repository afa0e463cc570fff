// The operations of the stack machine on arguments: they are taken one by one, and returned from where they are out of range.

import Program

extension Evaluator {
    func parameter(_ index: Int) throws(MetabinaryError) {
        let type = function.parameters[index].type
        let item = try emit(.parameter, type, immediate: UInt64(index))
        push(StackEntry(item: item, type: type, mask: type.mask))
    }

    /// Returns a number unless the value lies in its range: one comparison, as what is below the lowest wraps to the
    /// highest.
    @inline(never)
    func bound(from lowest: UInt64, to highest: UInt64, returning number: UInt64) throws(MetabinaryError) {
        guard lowest <= highest else { throw .badRange(at: place) }
        let refusal = StackEntry(value: number)
        let entry = pop()
        guard highest <= entry.type.mask, refusal.bitCount <= function.resultBitCount else {
            throw .valueTooWide(at: place)
        }
        var offset = entry.item
        if lowest > 0 {
            let least = try emit(.constant, entry.type, immediate: lowest)
            offset = try emit(.subtract, entry.type, left: offset, right: least)
        }
        let most = try emit(.constant, entry.type, immediate: highest - lowest)
        let isOutside = try emit(.unsignedLess, .boolean, left: most, right: offset)
        _ = try emit(.ifTrue, .void, left: isOutside)
        try emitReturn(of: refusal)
        _ = try emit(.end, .void)
        push(StackEntry(item: entry.item, type: entry.type, mask: StackEntry.mask(upTo: highest)))
    }
}
