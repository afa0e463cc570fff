// Writes instructions as NASM would have them, but for one thing: memory prints as `[rip+0x10]`, which NASM calls
// `[rel next+0x10]`, and a branch as `jb rip+0x10`, which NASM calls `jb next+0x10`. Called by the observers of the
// pipeline and by the tests; the kernel prints bytes only.

import Program

/// Prints instructions.
public struct AssemblyPrinter {
    private let regionNames: [[UInt8]]

    /// - Parameter regionNames: names for memory that has no address yet; one without a name prints as `region` and its
    ///   number.
    public init(regionNames: [[UInt8]] = []) { self.regionNames = regionNames }

    /// Writes one instruction, without a line feed: `mov eax, [rip+0x10000002]`.
    public func print<Sink: ByteSink>(_ instruction: Instruction, into sink: inout Sink) {
        sink.write(instruction.mnemonic.word)
        guard instruction.destination != .none else { return }
        sink.write(" ")
        write(instruction.destination, beside: instruction.source, into: &sink)
        guard instruction.source != .none else { return }
        sink.write(", ")
        write(instruction.source, beside: instruction.destination, into: &sink)
    }

    private func write<Sink: ByteSink>(_ operand: Operand, beside other: Operand, into sink: inout Sink) {
        if operand.isMemory { writeSize(operand.width, beside: other, into: &sink) }
        switch operand.kind {
        case .none:
            break
        case .register:
            write(operand.register, operand.width, into: &sink)
        case .immediate:
            write(operand.number, into: &sink)
        case .label:
            sink.write("L")
            sink.write(decimal: operand.number)
        case .distance:
            sink.write("rip")
            writeSigned(operand.displacement, into: &sink)
        case .address:
            writePlace(operand, into: &sink)
        case .region, .indexedRegion, .scaledRegion:
            sink.write("[")
            writePlace(operand, into: &sink)
            sink.write("]")
        case .relative:
            sink.write("[rip")
            writeSigned(operand.displacement, into: &sink)
            sink.write("]")
        case .based, .scaled:
            sink.write("[")
            writeIndex(operand, into: &sink)
            writeSigned(operand.displacement, into: &sink)
            sink.write("]")
        }
    }

    /// A place in a region by its name: `regs+8+rcx`.
    private func writePlace<Sink: ByteSink>(_ operand: Operand, into sink: inout Sink) {
        if Int(operand.region) < regionNames.count {
            sink.write(regionNames[Int(operand.region)])
        } else {
            sink.write("region")
            sink.write(decimal: UInt64(operand.region))
        }
        sink.write("+")
        write(operand.number, into: &sink)
        if operand.kind == .indexedRegion || operand.kind == .scaledRegion {
            sink.write("+")
            writeIndex(operand, into: &sink)
        }
    }

    /// What is added to an address: `rcx*4`.
    private func writeIndex<Sink: ByteSink>(_ operand: Operand, into sink: inout Sink) {
        write(operand.register, .quadWord, into: &sink)
        guard operand.scale > 0 else { return }
        sink.write("*")
        sink.write(decimal: 1 << UInt64(operand.scale))
    }

    private func writeSigned<Sink: ByteSink>(_ displacement: Int32, into sink: inout Sink) {
        if displacement == 0 { return }
        sink.write(displacement < 0 ? "-" : "+")
        write(UInt64(displacement.magnitude), into: &sink)
    }

    /// The size of memory, where no register beside it tells.
    private func writeSize<Sink: ByteSink>(_ size: OperandSize, beside other: Operand, into sink: inout Sink) {
        if other.size == size { return }
        switch size {
        case .byte: sink.write("byte ")
        case .word: sink.write("word ")
        case .doubleWord: sink.write("dword ")
        case .quadWord: sink.write("qword ")
        }
    }

    /// One digit as it is, anything longer in base sixteen.
    private func write<Sink: ByteSink>(_ number: UInt64, into sink: inout Sink) {
        if number < 10 { sink.write(decimal: number) } else { sink.write(hexadecimal: number) }
    }

    private func write<Sink: ByteSink>(_ register: Register, _ size: OperandSize, into sink: inout Sink) {
        let number = register.rawValue
        if number >= 8 {
            sink.write("r")
            sink.write(decimal: UInt64(number))
            switch size {
            case .byte: sink.write("b")
            case .word: sink.write("w")
            case .doubleWord: sink.write("d")
            case .quadWord: break
            }
            return
        }
        switch size {
        case .doubleWord: sink.write("e")
        case .quadWord: sink.write("r")
        case .byte, .word: break
        }
        let names: StaticString = size == .byte ? "al cl dl bl splbplsildil" : "ax cx dx bx sp bp si di "
        for index in 0..<3 {
            let letter = names.utf8Start[Int(number) * 3 + index]
            if letter != 0x20 { sink.write(letter) }
        }
    }
}
