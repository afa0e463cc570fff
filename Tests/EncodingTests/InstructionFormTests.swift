// Every form of the instruction table, with every register in every operand's place, with displacements and immediates
// at their bounds, against two oracles: NASM assembles what we print, and Capstone decodes what we encode.

import Encoding
import Program
import Support
import Testing

@Suite struct InstructionFormTests {
    private static let all = FormSample.all

    @Test func `every form has samples`() {
        let formsWithSamples = Set(Self.all.map(\.form))
        #expect(formsWithSamples.count == InstructionForm.table.count)
    }

    @Test func `Capstone decodes every form to what we print`() {
        let capstone = Capstone()
        for sample in Self.all {
            let text = Capstone.text(of: sample.instruction, at: 0, byteCount: sample.bytes.count)
            #expect(capstone.decode(sample.bytes) == [Capstone.Decoded(text: text, byteCount: sample.bytes.count)])
        }
    }

    /// Only the form that serves an instruction is compared: for the others NASM has a choice, and so have we.
    ///
    /// One exception: NASM moves a constant of at most 31 bits to a 64-bit register by the 32-bit form. Our encoder
    /// takes an instruction as it is; to ask for the 32-bit one is the selector's business. There NASM's bytes are
    /// those of that one.
    @Test func `NASM assembles what we print to the same bytes`() throws {
        let served = Self.all.filter { InstructionForm.serving($0.instruction) == $0.form }
        // NASM makes a sum of twice a register, in as many bytes, unless it is told not to.
        let assembled = try NASM.assemble(
            served.map {
                let text = $0.text.contains("*2") ? $0.text.replacing("[", with: "[nosplit ") : $0.text
                return text.replacing(" rip", with: $0.bytes.count == 2 ? " short rip" : " near rip")
            })
        for (sample, bytes) in zip(served, assembled) where sample.bytes != bytes {
            guard Self.narrowed(sample.instruction) == bytes else {
                Issue.record("\(sample.text): ours \(sample.bytes), NASM \(bytes)")
                continue
            }
        }
    }

    /// Bytes of the 32-bit move in place of a 64-bit one that moves a constant of at most 31 bits.
    private static func narrowed(_ instruction: Instruction) -> [UInt8]? {
        let (register, constant) = (instruction.destination, instruction.source)
        guard instruction.mnemonic == .mov, register.kind == .register, register.size == .quadWord,
            constant.kind == .immediate, constant.number <= 0x7FFF_FFFF
        else { return nil }
        let narrow = Instruction(.mov, .register(register.register, .doubleWord), constant)
        return InstructionForm.serving(narrow)?.bytes(of: narrow)
    }

    @Test func `the form that serves an instruction is the shortest`() {
        for sample in Self.all {
            guard let form = InstructionForm.serving(sample.instruction) else {
                Issue.record("no form for \(sample.text)")
                continue
            }
            #expect(form.bytes(of: sample.instruction).count <= sample.bytes.count)
        }
    }
}
