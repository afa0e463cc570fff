// Makes all mutants of a function that a list of small mistakes allows: one mistake each, at every place where it can
// be made. The order is always the same; a seed chooses among them.

import Devices
import Verification

/// Makes mutants of one function.
struct CodeMutator {
    let subject: Subject
    let function: DecodedFunction
    let edit: CodeEdit
    private(set) var mutants: [Mutant] = []

    init(_ subject: Subject) throws {
        self.subject = subject
        function = try DecodedFunction(subject.code, at: subject.address)
        edit = CodeEdit(function: function)
        addMemoryMutants()
        addNumberMutants()
        addControlMutants()
        addPortMutants()
        addRegisterMutants()
        addInsertions()
    }

    /// Some mutants of many: of each class as equal a share as there is, chosen and ordered by a seed.
    static func sample(_ mutants: [(subject: Int, mutant: Mutant)], count: Int, seed: UInt64)
        -> [(subject: Int, mutant: Mutant)]
    {
        var generator = SeededGenerator(seed: seed)
        var classes = MutantClass.allCases.map { kind in
            mutants.filter { $0.mutant.kind == kind }.shuffled(using: &generator)
        }
        var chosen: [(subject: Int, mutant: Mutant)] = []
        while chosen.count < count, classes.contains(where: { !$0.isEmpty }) {
            for index in classes.indices where chosen.count < count {
                if let next = classes[index].popLast() { chosen.append(next) }
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
