// Reads code that the emitter has written: opcodes and their operands as numbers, by FORMAT.md. The image reader of the target
// has checked it before, so that nothing is refused here.

import Metabinary

/// A cursor over the code of a device's function.
struct CodeReader {
    private let bytes: [UInt8]
    private let device: DeviceDescription
    /// Where the cursor stands in the image.
    var offset: Int

    /// - Precondition: the image was read whole, and the code that begins here belongs to the device.
    init(_ image: [UInt8], from offset: Int, _ device: DeviceDescription) {
        bytes = image
        self.offset = offset
        self.device = device
    }

    mutating func opcode() -> Opcode? { Opcode(rawValue: byte()) }

    /// The operands of an opcode that was just read, one number each.
    mutating func operands(of opcode: Opcode) -> [UInt64] {
        switch opcode.operands {
        case .none: []
        case .line, .number, .place, .parameter, .cell, .count, .time, .region, .fact, .table, .choice, .distance:
            [number()]
        case .type: [UInt64(byte())]
        case .refusal: [number(), number()]
        case .range: [number(), number(), number()]
        case .register: register()
        case .question: question()
        }
    }

    private mutating func register() -> [UInt64] {
        let region = number()
        let memory = Int(region) - device.windows.count
        guard memory >= 0 else { return [region, number()] }
        let part = device.memories[memory].parts.isEmpty ? [] : [number()]
        return [region] + part + [UInt64(byte()), number()]
    }

    private mutating func question() -> [UInt64] {
        let kind = byte()
        if kind == Question.byteCountKind { return [UInt64(kind), number()] }
        guard kind == Question.capabilityKind else { return [UInt64(kind)] }
        return [UInt64(kind)] + (0..<5).map { _ in UInt64(byte()) }
    }

    private mutating func byte() -> UInt8 {
        offset += 1
        return bytes[offset - 1]
    }

    /// Seven bits a byte, the low ones first; bit 7 is set in every byte but the last.
    private mutating func number() -> UInt64 {
        var number: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let next = byte()
            number |= UInt64(next & 0x7F) << shift
            guard next & 0x80 != 0 else { return number }
            shift += 7
        }
    }
}
