// Changes to machine code that keep the rest of it as it was: fields overwritten, instructions replaced in their room,
// bytes inserted with every jump and every displacement from RIP carried along.

/// Edits of one function.
struct CodeEdit {
    let function: DecodedFunction

    static let nop: UInt8 = 0x90

    /// A little-endian field, with another value; `nil` where it would stay the same.
    func patched(_ field: (offset: Int, byteCount: Int), _ value: Int64) -> [UInt8]? {
        var code = function.code
        for index in 0..<field.byteCount {
            code[field.offset + index] = UInt8(truncatingIfNeeded: value >> Int64(8 * index))
        }
        return code == function.code ? nil : code
    }

    /// A field's value, its sign extended.
    func value(of field: (offset: Int, byteCount: Int)) -> Int64 {
        Self.value(of: field, in: function.code)
    }

    private static func value(of field: (offset: Int, byteCount: Int), in code: [UInt8]) -> Int64 {
        var value: UInt64 = 0
        for index in 0..<field.byteCount { value |= UInt64(code[field.offset + index]) << UInt64(8 * index) }
        let unused = Int64(64 - 8 * field.byteCount)
        return (Int64(bitPattern: value) << unused) >> unused
    }

    /// An instruction replaced by bytes and NOPs; `nil` where they do not fit or change nothing.
    func replaced(_ instruction: DecodedInstruction, with bytes: [UInt8]) -> [UInt8]? {
        guard bytes.count <= instruction.byteCount else { return nil }
        var code = function.code
        let padding = [UInt8](repeating: Self.nop, count: instruction.byteCount - bytes.count)
        code.replaceSubrange(instruction.offset..<instruction.end, with: bytes + padding)
        return code == function.code ? nil : code
    }

    /// Single bytes exchanged.
    func exchanged(_ bytes: [(offset: Int, value: UInt8)]) -> [UInt8]? {
        var code = function.code
        for byte in bytes { code[byte.offset] = byte.value }
        return code == function.code ? nil : code
    }

    /// The function with bytes put in front of the instruction at an offset; `nil` where a short jump no longer
    /// reaches.
    func inserted(_ bytes: [UInt8], at offset: Int) -> [UInt8]? {
        var code = function.code
        let moved = { (place: Int) in place > offset ? place + bytes.count : place }
        for instruction in function.instructions {
            guard let field = relativeField(of: instruction) else { continue }
            let old = Self.value(of: field, in: code)
            let end = instruction.end + (instruction.offset >= offset ? bytes.count : 0)
            let target = instruction.end + Int(old)
            let new = instruction.target != nil ? moved(target) - end : target - end
            let most = Int(1) << (8 * field.byteCount - 1)
            guard new >= -most, new < most else { return nil }
            for index in 0..<field.byteCount {
                code[field.offset + index] = UInt8(truncatingIfNeeded: new >> (8 * index))
            }
        }
        code.insert(contentsOf: bytes, at: offset)
        return code
    }

    /// The field that counts from the end of an instruction: a jump's distance, or a displacement from RIP.
    private func relativeField(of instruction: DecodedInstruction) -> (offset: Int, byteCount: Int)? {
        if instruction.target != nil { return instruction.immediate }
        return instruction.isRelativeToInstruction ? instruction.displacement : nil
    }

    /// A jump that leads elsewhere; `nil` where it does not reach.
    func retargeted(_ jump: DecodedInstruction, to target: Int) -> [UInt8]? {
        guard let field = jump.immediate else { return nil }
        let distance = Int64(target - jump.end)
        let most = Int64(1) << Int64(8 * field.byteCount - 1)
        guard distance >= -most, distance < most else { return nil }
        return patched(field, distance)
    }

    /// A memory operand that leads to an address, its index apart; `nil` where it has no field for it.
    func readdressed(_ instruction: DecodedInstruction, to address: UInt64) -> [UInt8]? {
        guard let field = instruction.displacement, field.byteCount == 4 else { return nil }
        let base = instruction.isRelativeToInstruction ? function.address &+ UInt64(instruction.end) : 0
        let displacement = Int64(bitPattern: address &- base)
        guard displacement == Int64(Int32(truncatingIfNeeded: displacement)) else { return nil }
        return patched(field, displacement)
    }
}
