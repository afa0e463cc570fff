// The encoding stage: a program becomes a function of bytes whose regions have no address yet. Called by the pipeline
// after optimising; `EncodedFunction.placed(at:regions:)` is the next stage.

import Program

/// Encodes a well-formed program.
///
/// An item whose value nobody uses leaves no instruction, unless it touches a device.
///
/// Throws: `EncodingError.outOfRegisters`.
public func encode(_ program: Program) throws(EncodingError) -> EncodedFunction {
    try InstructionSelector(program).selected()
}
