// A function as bytes, with what is needed to move it, to map it and to explain it. Regions have no address in it
// until it is placed, last of all, so the same function runs in the kernel, in a process on the host and in a
// simulator.

import Hardware
import Program

/// A function as bytes.
public struct EncodedFunction: Hashable, Sendable {
    /// Most bytes that a function may have. Units: bytes.
    public static let byteLimit = 16_384
    /// Most instructions that a function may have.
    public static let instructionLimit = 3072
    /// Most blocks that a function may have.
    static let blockLimit = 1024
    /// Most places of a function in which an address is missing.
    static let relocationLimit = 1024

    public internal(set) var bytes: [UInt8]
    public internal(set) var instructions: [EncodedInstruction]
    public internal(set) var relocations: [Relocation]
    /// Where branches lead, in rising order of offset.
    public internal(set) var blocks: [EncodedBlock]
    /// Conditional branches among the instructions.
    public var branchCount: Int { instructions.count { $0.instruction.mnemonic.isConditionalBranch } }

    /// The function with its displacements filled in, for `entry` as the address of its first byte.
    ///
    /// Throws: `EncodingError.outOfReach` where a region is farther than 2 GiB from the instruction that touches it, or
    /// where an address that waits in a register, or that one is added to, does not lie below 2 GiB.
    ///
    /// Source: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2A, section 2.2.1.6 (RIP-relative
    /// addressing).
    public func placed(at entry: VirtualAddress, regions: [Region]) throws(EncodingError) -> EncodedFunction {
        var placed = self
        for relocation in relocations {
            let target = regions[relocation.region].address.rawValue &+ relocation.addend
            let origin = relocation.isAbsolute ? 0 : entry.rawValue &+ UInt64(relocation.end)
            let distance = Int64(bitPattern: target &- origin)
            guard let displacement = Int32(exactly: distance) else {
                throw .outOfReach(item: instructions[relocation.instruction].item, region: relocation.region)
            }
            placed.fill(relocation, displacement)
        }
        placed.relocations = []
        return placed
    }

    private mutating func fill(_ relocation: Relocation, _ displacement: Int32) {
        for index in 0..<4 {
            bytes[relocation.offset + index] = UInt8(truncatingIfNeeded: displacement >> Int32(8 * index))
        }
        let instruction = instructions[relocation.instruction].instruction
        instructions[relocation.instruction].instruction.destination = instruction.destination.placed(displacement)
        instructions[relocation.instruction].instruction.source = instruction.source.placed(displacement)
    }
}

extension Operand {
    /// The operand with its region's distance, where it names a region.
    fileprivate func placed(_ displacement: Int32) -> Operand {
        switch kind {
        case .region: .relative(displacement, width)
        case .address: .immediate(UInt64(UInt32(bitPattern: displacement)))
        case .indexedRegion: .based(register, displacement, width)
        case .scaledRegion: .scaled(register, scale, displacement, width)
        default: self
        }
    }
}
