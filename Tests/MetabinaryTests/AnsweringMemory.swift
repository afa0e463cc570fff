// Registers that a test answers for, for programs that the interpreter runs: what is read a function says, and what is
// written is noted.

import Interpretation
import Program

/// Registers that a function of region, offset and size answers; stores are noted.
struct AnsweringMemory: ProgramMemory {
    struct Write: Equatable {
        var region: UInt8
        var offset: UInt64
        var byteCount: UInt64
        var value: UInt64
    }

    var answer: (UInt8, UInt64, UInt64) -> UInt64
    var writes: [Write] = []
    var publishCount = 0

    init(_ answer: @escaping (UInt8, UInt64, UInt64) -> UInt64) { self.answer = answer }

    mutating func load(_ region: UInt8, _ offset: UInt64, _ byteCount: UInt64) -> UInt64 {
        answer(region, offset, byteCount)
    }

    mutating func store(_ region: UInt8, _ offset: UInt64, _ byteCount: UInt64, _ value: UInt64) {
        writes.append(Write(region: region, offset: offset, byteCount: byteCount, value: value))
    }

    mutating func publish() { publishCount += 1 }
}

extension Program {
    /// What the program returns, with reads of a region answered by a function of region, offset and size.
    func run(_ read: @escaping (UInt8, UInt64, UInt64) -> UInt64) -> UInt64? {
        var memory = AnsweringMemory(read)
        guard case .returned(let value) = ProgramInterpreter.run(self, memory: &memory) else { return nil }
        return value
    }
}
