// Mutants of loops that are put together: a jump backward to where another loop begins, into the middle of one, or around
// several. Whether they end nobody says beforehand: a run shows it, or shows nothing.

extension CodeMutator {
    /// Jumps backward to every place that a jump leads to, in front of every instruction after it, by conditions that counters
    /// and clocks are asked with.
    mutating func addComposedLoops() {
        let heads = Set(function.instructions.compactMap(\.target)).sorted()
        let backward = function.instructions.filter { ($0.target ?? .max) <= $0.offset }
        guard !backward.isEmpty else { return }
        for jump in backward {
            for head in heads where head != jump.target {
                add(.composedLoop, jump, "to +\(head)", edit.retargeted(jump, to: head))
            }
        }
        let instructions = function.instructions
        let share = 1000 * Self.instructionCount / max(instructions.count, Self.instructionCount)
        // JB, JAE, JE, JNE, JBE, JA: what the encoder's loops go on by, and its opposite.
        for instruction in instructions where generator.happens(perMille: share) {
            for head in heads where head <= instruction.offset {
                for condition in UInt8(2)...7 {
                    let jump = Self.jump(condition, over: instruction.offset - head)
                    insert(
                        .composedLoop, jump, before: instruction, "jump \(condition) to +\(head)",
                        isUnsafeByItself: false)
                }
            }
        }
    }

    /// A conditional jump so far back from where it is.
    private static func jump(_ condition: UInt8, over distance: Int) -> [UInt8] {
        if distance + 2 <= 128 { return [0x70 | condition, UInt8(truncatingIfNeeded: -distance - 2)] }
        let back = UInt32(truncatingIfNeeded: -distance - 6)
        return [0x0F, 0x80 | condition] + (0..<4).map { UInt8(truncatingIfNeeded: back >> (8 * $0)) }
    }
}
