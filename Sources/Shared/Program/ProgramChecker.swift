// Checks that a program is well formed, so that the stages after evaluation need not ask again. It checks form and
// types and that loads stay inside their regions; it does not judge whether the program does what its rule means. The
// pipeline calls it after evaluation and again after annealing.

/// Checks programs.
public struct ProgramChecker {
    private let program: Program

    /// Checks `program` from its first item to its last.
    ///
    /// Throws: `ProgramError`, for the first item that is wrong.
    public static func check(_ program: Program) throws(ProgramError) {
        try ProgramChecker(program: program).check()
    }

    private func check() throws(ProgramError) {
        let count = program.items.count
        for index in 0..<count {
            let item = program.items[index]
            if Int(item.origin) >= program.origins.count { throw .unknownOrigin(item: index) }
            if item.operation == .returnValue {
                try checkReturn(item, index)
                if index + 1 < count { throw .itemAfterReturn(item: index + 1) }
                return
            }
            if item.type == .void { throw .typeWithoutWidth(item: index) }
            try check(item, index)
        }
        throw .missingReturn(item: count)
    }

    private func check(_ item: Item, _ index: Int) throws(ProgramError) {
        switch item.operation {
        case .constant:
            if item.immediate & ~item.type.mask != 0 { throw .constantPastType(item: index) }
        case .load:
            try checkLoad(item, index)
        case .and, .or:
            let left = try type(of: item.left, for: index)
            let right = try type(of: item.right, for: index)
            if left != item.type || right != item.type { throw .typesDisagree(item: index) }
        case .shiftLeft, .shiftRight:
            if try type(of: item.left, for: index) != item.type { throw .typesDisagree(item: index) }
            if item.immediate >= UInt64(item.type.bitCount) { throw .shiftPastType(item: index) }
        case .extend:
            let left = try type(of: item.left, for: index)
            if left.bitCount >= item.type.bitCount { throw .typesDisagree(item: index) }
        case .truncate:
            let left = try type(of: item.left, for: index)
            if left.bitCount <= item.type.bitCount { throw .typesDisagree(item: index) }
        case .returnValue:
            preconditionFailure("a return is checked on its own")
        default:
            throw .notEncodable(item: index)
        }
    }

    private func checkLoad(_ item: Item, _ index: Int) throws(ProgramError) {
        guard item.type != .boolean else { throw .typeWithoutWidth(item: index) }
        guard Int(item.region) < program.regions.count else { throw .unknownRegion(item: index) }
        let width = UInt64(item.type.bitCount / 8)
        let byteCount = program.regions[Int(item.region)].byteCount
        if byteCount < width || item.immediate > byteCount - width { throw .loadPastRegion(item: index) }
        if item.immediate % width != 0 { throw .loadNotAligned(item: index) }
    }

    /// The type of a return item itself is not looked at: what it returns is what its operand has.
    private func checkReturn(_ item: Item, _ index: Int) throws(ProgramError) {
        if program.result == .void {
            if item.left != .none { throw .typesDisagree(item: index) }
        } else if try type(of: item.left, for: index) != program.result {
            throw .typesDisagree(item: index)
        }
    }

    private func type(of operand: ItemReference, for index: Int) throws(ProgramError) -> ValueType {
        guard operand.rawValue < UInt32(clamping: index) else { throw .operandNotEarlier(item: index) }
        let type = program.items[Int(operand.rawValue)].type
        if type == .void { throw .operandWithoutValue(item: index) }
        return type
    }
}
