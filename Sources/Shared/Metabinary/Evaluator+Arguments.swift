// The operations of the stack machine on arguments: they are taken one by one, and returned from where they are out of range.

import Program

extension Evaluator {
    func parameter() throws(MetabinaryError) {
        let index = try reader.index(below: function.parameters.count)
        let type = function.parameters[index].type
        let item = try emit(.parameter, type, immediate: UInt64(index))
        try push(StackEntry(item: item, type: type, mask: type.mask))
    }

    func bound() throws(MetabinaryError) {
        try bound(from: try reader.number(atMost: .max), to: try reader.number(atMost: .max))
    }

    /// Returns unless the value lies in its range: one comparison, as what is below the lowest wraps to the highest.
    @inline(never)
    func bound(from lowest: UInt64, to highest: UInt64) throws(MetabinaryError) {
        guard lowest <= highest else { throw .badRange(at: place) }
        let refusal = StackEntry(value: try reader.number(atMost: .max))
        let entry = try pop()
        guard !entry.isStatic, entry.type != .boolean else { throw .staticCondition(at: place) }
        guard highest <= entry.type.mask, refusal.bitCount <= function.resultBitCount else {
            throw .valueTooWide(at: place)
        }
        var offset = entry.item
        if lowest > 0 {
            let least = try emit(.constant, entry.type, immediate: lowest)
            offset = try emit(.subtract, entry.type, left: offset, right: least)
        }
        let most = try emit(.constant, entry.type, immediate: highest - lowest)
        let isOutside = try emit(.below, .boolean, left: most, right: offset)
        _ = try emit(.ifTrue, .void, left: isOutside)
        if program.result == .void {
            _ = try emit(.returnValue, .void)
        } else {
            _ = try emit(.returnValue, program.result, left: try item(of: refusal, program.result))
        }
        _ = try emit(.end, .void)
        try push(StackEntry(item: entry.item, type: entry.type, mask: StackEntry.mask(upTo: highest)))
    }
}
