// Machines whose answers a seed decides: one answers at random from the start, the other damages what a recorded
// machine holds.

import Hardware
import Recording
import Support

/// A machine that answers at random, now and then with all ones, zero or a word that discovery looks for.
struct RandomMachine: HardwareAccess {
    private var generator: SeededGenerator
    var configurationMaps: [ConfigurationMap] = []
    /// Of 256 answers of configuration space, those that are not all ones.
    var density: UInt64
    private(set) var accessCount = 0

    init(seed: UInt64) {
        generator = SeededGenerator(seed: seed)
        density = [1, 2, 4, 255][Int(seed % 4 == 3 && seed % 16 != 3 ? 0 : seed % 4)]
    }

    private mutating func answer(_ width: AccessWidth) -> UInt64 {
        accessCount += 1
        let allOnes = UInt64.max >> (64 - 8 * UInt64(width.rawValue))
        if density == 0 { return allOnes }
        let value = generator.next()
        switch value >> 60 {
        case 0: return allOnes
        case 1: return 0
        case 2: return value & 0x3F & allOnes
        case 3: return 0x2052_5450_2044_5352 & allOnes  // "RSD PTR "
        case 4: return 0x0000_0030_5444_5352 & allOnes  // "RSDT" and a length
        default: return value & allOnes
        }
    }

    mutating func readPort(_ port: PortNumber, _ width: AccessWidth) -> UInt32 { UInt32(answer(width)) }
    mutating func writePort(_ port: PortNumber, _ width: AccessWidth, _ value: UInt32) { accessCount += 1 }
    mutating func readConfiguration(_ function: FunctionAddress, _ offset: UInt16, _ width: AccessWidth) -> UInt32 {
        let value = UInt32(answer(width))
        if offset == 0 && generator.next() & 0xFF >= density { return .max }
        return value
    }
    mutating func writeConfiguration(
        _ function: FunctionAddress, _ offset: UInt16, _ width: AccessWidth, _ value: UInt32
    ) { accessCount += 1 }
    mutating func readMemory(_ address: PhysicalAddress, _ width: AccessWidth) -> UInt64 { answer(width) }
    mutating func readProcessorLeaf(_ leaf: UInt32, _ subleaf: UInt32) -> ProcessorLeaf {
        let words = [Int](0..<4).map { _ in UInt32(answer(.doubleWord)) }
        return ProcessorLeaf(
            leaf: leaf, subleaf: subleaf, eax: words[0], ebx: words[1], ecx: words[2], edx: words[3])
    }
    mutating func readTimestamp() -> UInt64 { answer(.quadWord) }
}

/// A recorded machine whose answers have a bit flipped now and then: past every check that random answers fail.
struct DamagedMachine: HardwareAccess {
    private var memory: [UInt64: UInt8] = [:]
    private var functions: [UInt16: [UInt8]] = [:]
    private var generator = SeededGenerator(seed: 0)
    private var time: UInt64 = 0
    private(set) var accessCount = 0
    var configurationMaps: [ConfigurationMap] = []

    init(_ recording: Recording) {
        var known: Set<UInt64> = []
        for run in recording.runs where run.kind == .readMemory || run.kind == .readConfiguration {
            for index in 0..<run.count {
                for place in UInt64(0)..<UInt64(run.width) {
                    let byte = UInt8(truncatingIfNeeded: run.values[index] >> (8 * place))
                    let at = run.place(of: index) &+ place
                    if run.kind == .readMemory {
                        memory[at] = byte
                    } else if run.values[index] != 0xFFFF_FFFF && known.insert(at).inserted {
                        // The first answer is the one from before sizing.
                        let function = UInt16(at >> 12)
                        functions[function, default: [UInt8](repeating: 0, count: 4096)][Int(at & 0xFFF)] = byte
                    }
                }
            }
        }
    }

    /// The same machine with the damage of that seed.
    func damaged(by seed: UInt64) -> DamagedMachine {
        var machine = self
        machine.generator = SeededGenerator(seed: seed)
        return machine
    }

    private mutating func answer(_ value: UInt64, _ width: AccessWidth) -> UInt64 {
        accessCount += 1
        var value = value
        let dice = generator.next()
        if dice & 0xFF == 0 { value ^= 1 << (dice >> 8 & 63) & UInt64.max >> (64 - 8 * UInt64(width.rawValue)) }
        return value
    }

    mutating func readPort(_ port: PortNumber, _ width: AccessWidth) -> UInt32 {
        accessCount += 1
        time += 1 << (generator.next() & 15)
        return UInt32(truncatingIfNeeded: time) >> (32 - 8 * UInt32(width.rawValue))
    }
    mutating func writePort(_ port: PortNumber, _ width: AccessWidth, _ value: UInt32) { accessCount += 1 }
    mutating func readConfiguration(_ function: FunctionAddress, _ offset: UInt16, _ width: AccessWidth) -> UInt32 {
        var value: UInt64 = .max >> (64 - 8 * UInt64(width.rawValue))
        if let bytes = functions[function.rawValue] {
            value = (0..<Int(width.rawValue)).reduce(0) { $0 | UInt64(bytes[Int(offset) + $1]) << UInt64(8 * $1) }
        } else if offset == 0 && generator.next() & 63 != 0 {
            accessCount += 1
            return .max
        }
        return UInt32(answer(value, width))
    }
    mutating func writeConfiguration(
        _ function: FunctionAddress, _ offset: UInt16, _ width: AccessWidth, _ value: UInt32
    ) { accessCount += 1 }
    mutating func readMemory(_ address: PhysicalAddress, _ width: AccessWidth) -> UInt64 {
        let value = (0..<UInt64(width.rawValue)).reduce(UInt64(0)) {
            $0 | UInt64(memory[address.rawValue &+ $1] ?? 0xFF) << (8 * $1)
        }
        return answer(value, width)
    }
    mutating func readProcessorLeaf(_ leaf: UInt32, _ subleaf: UInt32) -> ProcessorLeaf {
        accessCount += 1
        return ProcessorLeaf(leaf: leaf, subleaf: subleaf, eax: leaf | 0x1D, ebx: 0, ecx: 0, edx: 0)
    }
    mutating func readTimestamp() -> UInt64 {
        accessCount += 1
        time += 1 << (generator.next() & 15)
        return time
    }
}
