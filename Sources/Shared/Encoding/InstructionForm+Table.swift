// The instruction table: every instruction that generated code may hold, a row a form, in the manual's notation. Where
// several rows can express an instruction the first one serves, so shorter forms stand before longer ones.

extension InstructionForm {
    /// All forms.
    ///
    /// Source: Intel 64 and IA-32 Architectures Software Developer's Manual, volumes 2A and 2B, the page of each
    /// instruction.
    // swift-format-ignore
    public static let table: [InstructionForm] = [
        //    mnemonic  operands            opcode
        .init(.mov,     .`r/m32`, .r32,     .none,    0x89, .`/r`,  .none),
        .init(.mov,     .`r/m64`, .r64,     .`REX.W`, 0x89, .`/r`,  .none),
        .init(.mov,     .r32,     .`r/m32`, .none,    0x8B, .`/r`,  .none),
        .init(.mov,     .r64,     .`r/m64`, .`REX.W`, 0x8B, .`/r`,  .none),
        .init(.mov,     .r32,     .imm32,   .none,    0xB8, .`+rd`, .id),
        .init(.mov,     .`r/m64`, .imm32,   .`REX.W`, 0xC7, .`/0`,  .id),
        .init(.mov,     .r64,     .imm64,   .`REX.W`, 0xB8, .`+rd`, .io),
        .init(.movzx,   .r32,     .`r/m8`,  .`0F`,    0xB6, .`/r`,  .none),
        .init(.movzx,   .r32,     .`r/m16`, .`0F`,    0xB7, .`/r`,  .none),
        .init(.and,     .`r/m32`, .r32,     .none,    0x21, .`/r`,  .none),
        .init(.and,     .`r/m64`, .r64,     .`REX.W`, 0x21, .`/r`,  .none),
        .init(.and,     .`r/m32`, .imm8,    .none,    0x83, .`/4`,  .ib),
        .init(.and,     .`r/m64`, .imm8,    .`REX.W`, 0x83, .`/4`,  .ib),
        .init(.and,     .eax,     .imm32,   .none,    0x25, .none,  .id),
        .init(.and,     .rax,     .imm32,   .`REX.W`, 0x25, .none,  .id),
        .init(.and,     .`r/m32`, .imm32,   .none,    0x81, .`/4`,  .id),
        .init(.and,     .`r/m64`, .imm32,   .`REX.W`, 0x81, .`/4`,  .id),
        .init(.or,      .`r/m32`, .r32,     .none,    0x09, .`/r`,  .none),
        .init(.or,      .`r/m64`, .r64,     .`REX.W`, 0x09, .`/r`,  .none),
        .init(.or,      .`r/m32`, .imm8,    .none,    0x83, .`/1`,  .ib),
        .init(.or,      .`r/m64`, .imm8,    .`REX.W`, 0x83, .`/1`,  .ib),
        .init(.or,      .eax,     .imm32,   .none,    0x0D, .none,  .id),
        .init(.or,      .rax,     .imm32,   .`REX.W`, 0x0D, .none,  .id),
        .init(.or,      .`r/m32`, .imm32,   .none,    0x81, .`/1`,  .id),
        .init(.or,      .`r/m64`, .imm32,   .`REX.W`, 0x81, .`/1`,  .id),
        .init(.xor,     .`r/m32`, .r32,     .none,    0x31, .`/r`,  .none),
        .init(.shl,     .`r/m32`, .`1`,     .none,    0xD1, .`/4`,  .none),
        .init(.shl,     .`r/m64`, .`1`,     .`REX.W`, 0xD1, .`/4`,  .none),
        .init(.shl,     .`r/m32`, .imm8,    .none,    0xC1, .`/4`,  .ib),
        .init(.shl,     .`r/m64`, .imm8,    .`REX.W`, 0xC1, .`/4`,  .ib),
        .init(.shr,     .`r/m32`, .`1`,     .none,    0xD1, .`/5`,  .none),
        .init(.shr,     .`r/m64`, .`1`,     .`REX.W`, 0xD1, .`/5`,  .none),
        .init(.shr,     .`r/m32`, .imm8,    .none,    0xC1, .`/5`,  .ib),
        .init(.shr,     .`r/m64`, .imm8,    .`REX.W`, 0xC1, .`/5`,  .ib),
        .init(.ret,     .none,    .none,    .none,    0xC3, .none,  .none),
    ]

    /// The form that serves an instruction, or `nil` where the table has none.
    public static func serving(_ instruction: Instruction) -> InstructionForm? {
        table.first { $0.matches(instruction) }
    }
}
