// Checks that a program is well formed, so that the stages after evaluation need not ask again: blocks and types, that
// values are used only where they can be seen, that accesses start inside their regions and that every path returns. It
// does not judge where a dynamic offset leads, or whether the program does what its rule means. The pipeline calls it
// after evaluation and again after optimising.

import Hardware

/// Checks programs.
public struct ProgramChecker {
    /// Most blocks that may be open at a time.
    public static let depthLimit = 16
    /// Most arguments of a function: as many as are passed in integer registers.
    ///
    /// Source: System V Application Binary Interface, AMD64 Architecture Processor Supplement, section 3.2.3.
    public static let parameterLimit: UInt64 = 6
    /// Number of ports.
    ///
    /// Source: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 1, section 18.3.
    public static let portCount: UInt64 = 1 << 16

    /// A block that is open.
    private struct Block {
        /// The operation that opened it.
        var operation: Operation
        /// Index of that item.
        var start: Int
        /// For the second arm of a branch: whether the first one returned.
        var firstArmReturned = false
    }

    private let program: Program
    private var blocks: [Block] = []
    /// Whether each item so far can be seen from where the check stands.
    private var isVisible: [Bool] = []
    /// The type of each argument that was named so far.
    private var argumentTypes = [ValueType?](repeating: nil, count: Int(Self.parameterLimit))
    /// Whether the path that leads here has returned.
    private var hasReturned = false

    private init(program: Program) { self.program = program }

    /// Checks `program` from its first item to its last.
    ///
    /// Throws: `ProgramError`, for the first item that is wrong.
    public static func check(_ program: Program) throws(ProgramError) {
        var checker = ProgramChecker(program: program)
        try checker.check()
    }

    private mutating func check() throws(ProgramError) {
        if program.items.count > Program.itemLimit { throw .tooManyItems(item: Program.itemLimit) }
        isVisible.reserveCapacity(program.items.count)
        for index in 0..<program.items.count {
            let item = program.items[index]
            if Int(item.origin) >= program.origins.count { throw .unknownOrigin(item: index) }
            if hasReturned, blocks.isEmpty || !item.operation.closesBlock || item.operation == .until {
                throw .itemAfterReturn(item: index)
            }
            if item.operation.givesValue, item.type == .void { throw .typeWithoutWidth(item: index) }
            try check(item, index)
            isVisible.append(item.operation.givesValue)
        }
        if let open = blocks.last { throw .blockNotClosed(item: open.start) }
        if !hasReturned { throw .missingReturn(item: program.items.count) }
    }

    private mutating func check(_ item: Item, _ index: Int) throws(ProgramError) {
        let row = item.operation.row
        try check(item, row.rule, index)
        switch row.block {
        case .none: break
        case .opens: try open(item, index)
        case .continues: try goOn(item, index)
        case .closes: try close(index)
        }
    }

    /// What the table asks of the item's type, its operands and its immediate.
    private mutating func check(_ item: Item, _ rule: TypeRule, _ index: Int) throws(ProgramError) {
        switch rule {
        case .free:
            break
        case .constant:
            if item.immediate & ~item.type.mask != 0 { throw .constantPastType(item: index) }
        case .argument:
            try checkParameter(item, index)
        case .loaded:
            try checkAccess(item, index)
        case .stored:
            try checkAccess(item, index)
            if try type(of: item.right, for: index) != item.type { throw .typesDisagree(item: index) }
        case .alike:
            try checkOperands(item, item.type, index)
        case .compared:
            try checkOperands(item, try type(of: item.left, for: index), index)
            if item.type != .boolean { throw .typesDisagree(item: index) }
        case .shifted:
            if try type(of: item.left, for: index) != item.type { throw .typesDisagree(item: index) }
            if item.immediate >= UInt64(item.type.bitCount) { throw .shiftPastType(item: index) }
        case .widened:
            let left = try type(of: item.left, for: index)
            if left.bitCount >= item.type.bitCount { throw .typesDisagree(item: index) }
        case .narrowed:
            let left = try type(of: item.left, for: index)
            if left.bitCount <= item.type.bitCount { throw .typesDisagree(item: index) }
        case .condition:
            if try type(of: item.left, for: index) != .boolean { throw .typesDisagree(item: index) }
        case .counter:
            if item.type != .u32 { throw .typesDisagree(item: index) }
            if item.immediate == 0 || item.immediate > ValueType.u32.mask { throw .countOutOfRange(item: index) }
        case .returned:
            try checkReturn(item, index)
            hasReturned = true
        }
    }

    // MARK: Blocks

    private mutating func open(_ item: Item, _ index: Int) throws(ProgramError) {
        if blocks.count == Self.depthLimit { throw .blocksTooDeep(item: index) }
        if item.operation == .wait {
            for block in blocks where block.operation == .wait { throw .waitInsideWait(item: index) }
        }
        blocks.append(Block(operation: item.operation, start: index))
    }

    /// The second part of a branch or of a wait.
    private mutating func goOn(_ item: Item, _ index: Int) throws(ProgramError) {
        let isUntil = item.operation == .until
        guard let block = blocks.popLast(), block.operation == (isUntil ? .wait : .ifTrue) else {
            throw .blocksNotNested(item: index)
        }
        hide(from: block.start + 1)
        blocks.append(Block(operation: item.operation, start: index, firstArmReturned: hasReturned))
        hasReturned = false
    }

    private mutating func close(_ index: Int) throws(ProgramError) {
        guard let block = blocks.popLast() else { throw .blocksNotNested(item: index) }
        switch block.operation {
        case .ifTrue:
            hasReturned = false
        case .else:
            hasReturned = hasReturned && block.firstArmReturned
        case .until:
            if !hasReturned { throw .expiredWaitGoesOn(item: index) }
            hasReturned = false
        case .loop:
            break
        default:
            throw .blocksNotNested(item: index)
        }
        // From its opening on: what counts a loop is not seen after it.
        hide(from: block.start)
    }

    private mutating func hide(from start: Int) {
        for index in start..<isVisible.count { isVisible[index] = false }
    }

    // MARK: Operands

    private mutating func checkParameter(_ item: Item, _ index: Int) throws(ProgramError) {
        if item.immediate >= Self.parameterLimit { throw .unknownParameter(item: index) }
        let number = Int(item.immediate)
        if let type = argumentTypes[number], type != item.type { throw .typesDisagree(item: index) }
        argumentTypes[number] = item.type
    }

    private func checkAccess(_ item: Item, _ index: Int) throws(ProgramError) {
        guard item.type != .boolean, item.type != .void else { throw .typeWithoutWidth(item: index) }
        guard Int(item.region) < program.regions.count else { throw .unknownRegion(item: index) }
        let width = UInt64(item.type.bitCount / 8)
        let region = program.regions[Int(item.region)]
        let byteCount = region.byteCount
        if region.kind == .ports {
            if item.type == .u64 { throw .portTooWide(item: index) }
            if region.address.rawValue > Self.portCount || byteCount > Self.portCount - region.address.rawValue {
                throw .accessPastRegion(item: index)
            }
        }
        if byteCount < width || item.immediate > byteCount - width { throw .accessPastRegion(item: index) }
        if item.immediate % width != 0 { throw .accessNotAligned(item: index) }
        if item.left != .none, try type(of: item.left, for: index).bitCount < 32 { throw .typesDisagree(item: index) }
    }

    private func checkOperands(_ item: Item, _ expected: ValueType, _ index: Int) throws(ProgramError) {
        let left = try type(of: item.left, for: index)
        let right = try type(of: item.right, for: index)
        if left != expected || right != expected { throw .typesDisagree(item: index) }
    }

    /// The type of a return item itself is not looked at: what it returns is what its operand has.
    private func checkReturn(_ item: Item, _ index: Int) throws(ProgramError) {
        if program.result == .void {
            if item.left != .none { throw .typesDisagree(item: index) }
        } else if try type(of: item.left, for: index) != program.result {
            throw .typesDisagree(item: index)
        }
    }

    @inline(never)
    private func type(of operand: ItemReference, for index: Int) throws(ProgramError) -> ValueType {
        guard operand.index < index else { throw .operandNotEarlier(item: index) }
        let item = program.items[operand.index]
        if !item.operation.givesValue { throw .operandWithoutValue(item: index) }
        if !isVisible[operand.index] { throw .operandOutOfSight(item: index) }
        return item.type
    }
}
