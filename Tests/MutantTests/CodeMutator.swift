// Makes all mutants of a function that a list of small mistakes allows: one mistake each, at every place where it can
// be made. The order is always the same; a seed chooses among them.

import Devices
import Verification

/// Makes mutants of one function.
struct CodeMutator {
    /// Instructions of a function in front of each of which every stray instruction is put. Of longer ones a share is taken:
    /// they would be all that there is.
    static let instructionCount = 64

    let subject: Subject
    let function: DecodedFunction
    let edit: CodeEdit
    private(set) var mutants: [Mutant] = []
    var generator: SeededGenerator

    init(_ subject: Subject, seed: UInt64 = 0) throws {
        self.subject = subject
        generator = SeededGenerator(seed: seed)
        function = try DecodedFunction(subject.code, at: subject.address)
        edit = CodeEdit(function: function)
        addMemoryMutants()
        addNumberMutants()
        addControlMutants()
        addPortMutants()
        addRegisterMutants()
        addInsertions()
        addComposedLoops()
        addDeviceWrites()
    }

    /// Some mutants of all subjects: of each family, and in it of each class, as equal a share as there is, chosen and ordered
    /// by a seed. Of each function no more are kept than could be chosen.
    static func sample(_ subjects: [Subject], count: Int, seed: UInt64) throws -> [(subject: Int, mutant: Mutant)] {
        var generator = SeededGenerator(seed: seed)
        let families = Set(subjects.map(\.family)).sorted()
        let share = count / (families.count * MutantClass.allCases.count) + 1
        var drawers = [[(subject: Int, mutant: Mutant)]](
            repeating: [], count: families.count * MutantClass.allCases.count)
        for (index, subject) in subjects.enumerated() {
            let mutants = try CodeMutator(subject, seed: generator.next()).mutants.shuffled(using: &generator)
            let family = families.firstIndex(of: subject.family) ?? 0
            var counts: [MutantClass: Int] = [:]
            for mutant in mutants where counts[mutant.kind, default: 0] < 2 * share {
                counts[mutant.kind, default: 0] += 1
                let kind = MutantClass.allCases.firstIndex(of: mutant.kind) ?? 0
                drawers[kind * families.count + family].append((index, mutant))
            }
        }
        for index in drawers.indices { drawers[index].shuffle(using: &generator) }
        var chosen: [(subject: Int, mutant: Mutant)] = []
        while chosen.count < count, drawers.contains(where: { !$0.isEmpty }) {
            for index in drawers.indices.shuffled(using: &generator) where chosen.count < count {
                if let next = drawers[index].popLast() { chosen.append(next) }
            }
        }
        return chosen
    }

    /// Adds a mutant, where there is one.
    mutating func add(
        _ kind: MutantClass, _ instruction: DecodedInstruction, _ detail: String, _ code: [UInt8]?,
        isUnsafeByItself: Bool = false
    ) {
        guard let code else { return }
        mutants.append(
            Mutant(
                kind: kind, code: code, offset: instruction.offset, detail: "\(instruction.text): \(detail)",
                isUnsafeByItself: isUnsafeByItself))
    }

    /// Adds a mutant with bytes in front of an instruction.
    mutating func insert(
        _ kind: MutantClass, _ bytes: [UInt8], before instruction: DecodedInstruction, _ detail: String,
        isUnsafeByItself: Bool
    ) {
        guard let code = edit.inserted(bytes, at: instruction.offset) else { return }
        mutants.append(
            Mutant(
                kind: kind, code: code, offset: instruction.offset, detail: "\(detail) before \(instruction.text)",
                insertion: .init(offset: instruction.offset, byteCount: bytes.count),
                isUnsafeByItself: isUnsafeByItself))
    }
}
