// Checks the code of one function as the image is read, without carrying it out: every operand, where control goes, and how
// high the stack stands, whichever way control takes. Types, widths and everything that depends on a machine are for the
// evaluator to see, which relies on nothing that is found here.

/// Walk over the code of one function, front to back: control goes forward, so all ways to a place are known there.
struct CodeChecker {
    private var reader: ImageReader
    private let start: Int
    private let device: DeviceDescription
    private let parameterCount: Int
    private let returnsValue: Bool
    /// Whether the limits of depth hold: the compiler reports what exceeds them by its lines.
    private let isLimited: Bool
    /// Entries of the stack; `nowhere` behind a return or a jump, until another way leads there.
    private var depth = 0
    /// Entries that belong to the blocks around each block that is open.
    private var floors: [Int] = []
    /// Entries below which no body that is open may forget.
    private var runFloor = 0
    /// Ways that lead further on, by the offset in the code: blocks that are open, and in the low 16 bits entries.
    private var ways: [Int]
    /// The choices that the code asks for, as far as it was looked at.
    ///
    /// Layout: bit n stands for the device's choice of index n.
    private(set) var choices: UInt8 = 0

    private static let nowhere = -1

    /// - Parameter reader: what is at the start of the code, and ends with it.
    init(
        _ reader: ImageReader, of device: DeviceDescription, parameterCount: Int, returnsValue: Bool, isLimited: Bool
    ) {
        self.isLimited = isLimited
        self.reader = reader
        start = reader.offset
        self.device = device
        self.parameterCount = parameterCount
        self.returnsValue = returnsValue
        ways = [Int](repeating: Self.nowhere, count: reader.end - start + 1)
    }

    /// Checks the code to its end, or a body that is repeated to its own.
    @inline(never)
    mutating func check(to end: Int, runCount: Int = 0) throws(MetabinaryError) {
        while true {
            let place = reader.offset
            try meet(at: place)
            if place == end { return }
            let instruction = try reader.instruction(of: device, parameterCount: parameterCount)
            // No way, and no end, leads into an instruction.
            guard reader.offset <= end, !isReached(from: place + 1, to: reader.offset) else {
                throw .badSkip(at: place)
            }
            let row = instruction.opcode.row
            if row.operands.0 == .choice { choices |= 1 << UInt8(truncatingIfNeeded: instruction.index) }
            let control = row.control
            try take(instruction, row, at: place)
            if control == .closes || control == .continues {
                guard let floor = floors.popLast() else { throw .wrongBlock(at: place) }
                depth = floor
            }
            if control == .opens || control == .continues {
                floors.append(depth)
            }
            let target = reader.offset + (row.operands.0 == .distance ? instruction.index : 0)
            guard target <= end else { throw .badSkip(at: place) }
            if control == .branches || control == .jumps { try goOn(at: target, from: place) }
            if control == .jumps || control == .returns { depth = Self.nowhere }
            if row.left != .none, depth >= 0 { depth += 1 }
            let innerCount = control == .repeats ? runCount + 1 : runCount
            if isLimited {
                guard depth <= MetabinaryLimit.stackDepth else { throw .stackTooDeep(at: place) }
                guard max(floors.count, innerCount) <= MetabinaryLimit.blockDepth else {
                    throw .blocksTooDeep(at: place)
                }
            }
            if control == .repeats { try checkRuns(to: target, innerCount, at: place) }
        }
    }

    /// Takes from the stack what the table says, all of it from the block at hand.
    private mutating func take(
        _ instruction: Instruction, _ row: OpcodeRow, at place: Int
    ) throws(MetabinaryError) {
        guard depth >= 0 else { return }
        var rest = depth - (row.control != .returns || returnsValue ? row.takenCount : 0)
        // A name stands below; what is forgotten begins there or above.
        var isThere = row.operands.0 != .place || instruction.index < rest
        if row.taken.0 == .rest {
            isThere = instruction.index <= rest && instruction.index >= runFloor
            rest = instruction.index
        }
        guard isThere, rest >= floors.last ?? 0 else { throw .stackTooShallow(at: place) }
        depth = rest
    }

    /// A body that is repeated begins with its number, and leaves the stack as it was, whatever it names.
    private mutating func checkRuns(to end: Int, _ runCount: Int, at place: Int) throws(MetabinaryError) {
        guard !isReached(from: reader.offset, to: end) else { throw .badSkip(at: place) }
        // Ways that pass over the body meet after it, those of the body at its end.
        let (before, outside, blockCount, outerFloor) = (depth, ways[end - start], floors.count, runFloor)
        ways[end - start] = Self.nowhere
        runFloor = depth
        if depth >= 0 { depth += 1 }
        try check(to: end, runCount: runCount)
        guard floors.count == blockCount, depth < 0 || depth >= before && before >= floors.last ?? 0 else {
            throw .wrongBlock(at: end)
        }
        depth = before
        runFloor = outerFloor
        ways[end - start] = outside
    }

    // MARK: Ways

    /// Whether a way leads to one of these places.
    @inline(never)
    private func isReached(from first: Int, to end: Int) -> Bool {
        for offset in first..<end where ways[offset - start] >= 0 { return true }
        return false
    }

    private mutating func goOn(at target: Int, from place: Int) throws(MetabinaryError) {
        guard depth >= 0 else { return }
        let way = floors.count << 16 | depth
        guard ways[target - start] < 0 || ways[target - start] == way else { throw .wrongBlock(at: place) }
        ways[target - start] = way
    }

    /// All ways that lead to a place go on as one: with as many entries, in the same block.
    private mutating func meet(at place: Int) throws(MetabinaryError) {
        let way = ways[place - start]
        guard way >= 0 else { return }
        if depth < 0 { depth = way & 0xFFFF }
        guard way == floors.count << 16 | depth else { throw .wrongBlock(at: place) }
    }
}
