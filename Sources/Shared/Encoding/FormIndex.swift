// Where in the instruction table the rows of each mnemonic begin, so that a form is found among a few. Made once, by the
// encoder.

import Program

/// Finds the form that serves an instruction.
struct FormIndex: ~Copyable {
    /// Index of each mnemonic's first row, by its raw value.
    private var firstRows = FixedArray<UInt8>(capacity: Mnemonic.count)

    init() {
        for _ in 0..<Mnemonic.count { firstRows.append(0) }
        for row in InstructionForm.table.indices.reversed() {
            firstRows[Int(InstructionForm.table[row].mnemonic.rawValue)] = UInt8(truncatingIfNeeded: row)
        }
    }

    /// The first row that can express an instruction, or `nil` where the table has none.
    @inline(never)
    func form(serving instruction: Instruction) -> InstructionForm? {
        let destination = instruction.destination.forms(beside: nil)
        let source = instruction.source.forms(beside: instruction.destination.size)
        var row = Int(firstRows[Int(instruction.mnemonic.rawValue)])
        while row < InstructionForm.table.count, InstructionForm.table[row].mnemonic == instruction.mnemonic {
            if InstructionForm.table[row].takes(destination, source) { return InstructionForm.table[row] }
            row += 1
        }
        return nil
    }
}
