// The encoding stage: a program becomes a function of bytes whose regions have no address yet. Called by the pipeline
// after optimising; `EncodedFunction.placed(at:regions:)` is the next stage.

import Program

/// Encodes one program after the other. What memory that takes is taken once, and a program that needs more is refused.
public final class Encoder {
    private var selector = InstructionSelector()

    public init() {}

    /// Encodes a well-formed program.
    ///
    /// An item whose value nobody uses leaves no instruction, unless it touches a device.
    ///
    /// Throws: `EncodingError.outOfRegisters`, `EncodingError.tooLong`.
    public func encode(_ program: Program) throws(EncodingError) -> EncodedFunction {
        try selector.select(program)
        return selector.assembler.function()
    }

    /// How much code a well-formed program becomes: what `encode` would give, counted.
    ///
    /// Throws: `EncodingError.outOfRegisters`, `EncodingError.tooLong`.
    ///
    /// Units: bytes, instructions.
    public func measure(_ program: Program) throws(EncodingError) -> (byteCount: Int, instructionCount: Int) {
        try selector.select(program)
        return (selector.assembler.byteCount, selector.assembler.instructionCount)
    }
}
