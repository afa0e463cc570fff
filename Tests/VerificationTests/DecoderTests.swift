// The verifier's decoder against Capstone: whatever it accepts is that instruction, with those operands, for somebody
// else too. And what the encoder makes, it accepts.

import Encoding
import Support
import Testing

@testable import Verification

@Suite struct DecoderTests {
    private static let address: UInt64 = 0x4000_0000

    /// Everything that may be before an opcode, in every order that matters.
    private static let prefixes: [[UInt8]] = {
        let legacy: [UInt8] = [0x66, 0xF2, 0xF3, 0xF0, 0x67, 0x2E, 0x64, 0x65]
        let extensions = (UInt8(0x40)...0x4F).map { [$0] }
        let combined = [[0x66], [0xF2], [0xF3], [0x66, 0xF3], [0xF3, 0x66]].flatMap { (prefix: [UInt8]) in
            extensions.map { prefix + $0 }
        }
        let doubled: [[UInt8]] = [
            [0x66, 0x66], [0xF3, 0xF3], [0x66, 0xF3], [0xF3, 0x66], [0x48, 0x66], [0x41, 0x48],
        ]
        return [[]] + legacy.map { [$0] } + extensions + combined + doubled
    }()

    /// What is wrong with the decoder's view of the bytes; `nil` where nothing is, or where it refuses them.
    private func problem(_ bytes: [UInt8], _ foreign: ForeignDecoder, accepted: inout Int) -> String? {
        let decoder = Decoder(bytes, at: Self.address, end: bytes.count)
        guard let instruction = decoder.instruction(at: 0) else { return nil }
        accepted += 1
        let ours = Described(instruction, codeAt: Self.address)
        let text = bytes.map { String($0, radix: 16) }.joined(separator: " ")
        guard let theirs = foreign.decode(bytes, at: Self.address) else { return "\(text): \(ours), Capstone: nothing" }
        guard ours.alike(theirs) else { return "\(text): \(ours), Capstone: \(theirs)" }
        // And it needs every byte of it.
        let shorter = Decoder(bytes, at: Self.address, end: instruction.byteCount - 1)
        return shorter.instruction(at: 0) == nil ? nil : "\(text): accepted without its last byte"
    }

    @Test func `what the decoder accepts is the same instruction for Capstone`() {
        let seed: UInt64 = 61
        var generator = SeededGenerator(seed: seed)
        let foreign = ForeignDecoder()
        var accepted = 0
        let known = Set(
            Verification.InstructionForm.table.flatMap { form in
                (UInt16(0)..<512).filter { $0 & ~form.mask == form.opcode }
            })
        for prefix in Self.prefixes {
            for opcode in UInt16(0)..<512 {
                let share = known.contains(opcode) ? 24 : generator.next() % 32 == 0 ? 1 : 0
                for number in 0..<(TestSize.isFull ? 256 : share) {
                    let modified = TestSize.isFull ? UInt8(number) : UInt8(truncatingIfNeeded: generator.next())
                    let opcodeBytes = opcode < 256 ? [UInt8(opcode)] : [0x0F, UInt8(opcode - 256)]
                    let tail = (0..<12).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
                    let bytes = prefix + opcodeBytes + [modified] + tail
                    guard let problem = problem(bytes, foreign, accepted: &accepted) else { continue }
                    Issue.record("seed \(seed): \(problem)")
                    return
                }
            }
        }
        #expect(accepted > (TestSize.isFull ? 30_000 : 1000))
    }

    /// Whether generated code may hold a form with these operands: memory is moved and addressed, no more, and not by
    /// the stack pointer's number; what is shorter than 32 bits goes to memory.
    private static func isGenerated(_ sample: FormSample) -> Bool {
        for operand in [sample.instruction.destination, sample.instruction.source] {
            guard operand.isMemory else { continue }
            if ![.mov, .movzx, .lea, .cmp, .test].contains(sample.form.mnemonic) { return false }
            if operand.kind == .based, [.rsp, .r12].contains(operand.register) { return false }
        }
        // Of two registers the row before is taken.
        if sample.form.opcode == 0x3B, sample.instruction.source.kind == .register { return false }
        let destination = sample.instruction.destination
        guard sample.form.mnemonic == .mov, destination.kind == .register, let size = destination.size else {
            return true
        }
        // A move of 32 bits to a register has a shorter form than C7.
        let isShortImmediate = sample.form.immediate == .id && sample.form.opcode == 0xC7 && size == .doubleWord
        // A byte of a register is made of a constant, and of nothing else.
        if size == .byte { return sample.form.opcodeExtension == .`+rd` }
        return size != .word && !isShortImmediate
    }

    @Test func `every form that the encoder makes is accepted, and the same for Capstone`() {
        let foreign = ForeignDecoder()
        var forms = Set<Encoding.InstructionForm>()
        for sample in FormSample.all where Self.isGenerated(sample) {
            var accepted = 0
            let problem = problem(sample.bytes, foreign, accepted: &accepted)
            guard problem == nil, accepted == 1 else {
                Issue.record("\(sample.text): \(problem ?? "refused")")
                return
            }
            forms.insert(sample.form)
        }
        #expect(forms.count == Encoding.InstructionForm.table.count)
    }
}
