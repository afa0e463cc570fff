// Cells: what the code of a device keeps in a memory of its own. States, rings and cursors have theirs when memories are
// planned, variables when functions are checked; the memory of all of them comes last.

import Metabinary
import Program

extension StaticStage {
    /// Adds a cell after those that there are.
    func addCell(_ name: String, _ bitCount: UInt8, count: UInt64, mask: UInt64) {
        let cell = CellDescription(
            name: Array(name.utf8), type: ValueType(rawValue: bitCount) ?? .u64, count: count, mask: mask)
        cell.put(after: checked.cells.last)
        checked.cells.append(cell)
    }

    /// Adds the cell of a variable. Each place that declares one has a cell, however often a definition puts it in: no
    /// definition is in itself, and no function is called while another one runs.
    func addCell(ofVariable node: State) {
        guard variableCells[node.name.span] == nil, let bitCount = node.bitCount else { return }
        checkRange(of: node, first: nil)
        variableCells[node.name.span] = checked.cells.count
        addCell(node.name.text, bitCount, count: 1, mask: node.mask)
    }

    /// Reports a range that the type has no room for, or that a first value is not in.
    func checkRange(of node: State, first: UInt64?) {
        let bitCount = node.bitCount ?? 64
        let (low, high) = (node.range?.low.value ?? 0, node.highest)
        let number = first ?? low
        report(
            if: low > high || high > Typing.mask(bitCount) || number < low || number > high, .firstValueOutside,
            node.first.span, node.name, low, high, bitCount, first ?? 0)
    }

    /// The memory of all cells.
    func addState() {
        guard let last = checked.cells.last else { return }
        checked.memories.append(
            MemoryDescription(
                name: Array("state".utf8), kind: .state, byteCount: last.end, alignment: 16,
                line: names.line(of: names.device.name)))
    }
}

extension State {
    /// The largest number that it may hold.
    fileprivate var highest: UInt64 { range?.high.value ?? Typing.mask(bitCount ?? 64) }

    /// Bits that its numbers may use.
    var mask: UInt64 { highest == 0 ? 0 : .max >> UInt64(min(63, highest.leadingZeroBitCount)) }
}
