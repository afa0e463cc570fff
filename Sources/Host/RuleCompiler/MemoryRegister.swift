// Registers by which a device learns of shared memory: where it is, how large, and how far a ring is used.

/// A register that takes something of a ring or another memory.
struct MemoryRegister {
    enum Part {
        /// Its DMA address, or a half of that.
        case address
        /// Its size, of at least so many bytes.
        case byteCount(UInt64)
        /// A slot of it.
        case position
    }

    var register: Register
    var memory: Name
    var part: Part

    init(_ register: Register, _ memory: Name, _ part: Part) {
        (self.register, self.memory, self.part) = (register, memory, part)
    }

    var isPosition: Bool { if case .position = part { true } else { false } }
}

extension RingPlan {
    var memoryRegisters: [MemoryRegister] {
        let parts: [(Register, MemoryRegister.Part)] = [
            (registers.low, .address), (registers.high, .address),
            (registers.bytes, .byteCount(sizes.byteCount.numbers.low)), (registers.head, .position),
            (registers.tail, .position),
        ]
        return parts.map { MemoryRegister($0, name, $1) }
    }
}

extension MemoryPlan {
    var memoryRegisters: [MemoryRegister] {
        let parts: [(Register?, MemoryRegister.Part)] = [
            (registers.low, .address), (registers.high, .address),
            (registers.bytes, .byteCount(count * recordByteCount)),
        ]
        return parts.compactMap { register, part in register.map { MemoryRegister($0, name, part) } }
    }
}
