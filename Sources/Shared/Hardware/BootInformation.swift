// What the boot loader handed over, in one form for both boot protocols. Nothing in it is verified but its own
// structure; the kernel reads it first of all, and `discoverMachine` takes it.

/// What the boot loader handed over.
public struct BootInformation: Hashable, Sendable {
    /// Most ranges of memory that are kept.
    static let rangeLimit = 512
    /// Most bytes of the command line that are kept.
    static let commandLineByteLimit = 1024

    /// Which protocol: `multiboot2` or `pvh`.
    public var source: FactSource
    /// The command line, without its end; bytes beyond the first 1,024 are left out.
    public var commandLine: [UInt8] = []
    /// Ranges of memory in the order of their addresses, as the loader gave them: neither merged nor without overlaps.
    public var memory: [MemoryRange] = []
    /// Where the root pointer of ACPI is; `nil` where the loader does not say.
    public var rootPointer: PhysicalAddress?
    /// What the information itself occupies, in the order in which it was met.
    public var occupied: [MemoryRange] = []

    public init(source: FactSource) { self.source = source }

    /// Reads the information that a boot loader left in memory.
    ///
    /// - Parameters:
    ///   - magic: which protocol: 0x36D76289, which Multiboot2 leaves in EAX, or 0x336EC578, which is at the
    ///     start of what PVH leaves.
    ///   - address: where the information is.
    ///
    /// Throws: `BootInformationError`, all cases.
    public static func read(
        magic: UInt32, address: PhysicalAddress, _ access: inout some HardwareAccess
    ) throws(BootInformationError) -> BootInformation {
        switch magic {
        case 0x36D7_6289: try readMultiboot2(address, &access)
        case startInformationMagic: try readStartInformation(address, &access)
        default: throw .magic(magic)
        }
    }

    /// Adds a range at its place in the order of addresses.
    ///
    /// - Parameter place: where the information says so, for errors.
    @inline(never)
    mutating func insert(
        base: UInt64, byteCount: UInt64, type: UInt32, statedAt place: PhysicalAddress
    ) throws(BootInformationError) {
        guard byteCount > 0 else { return }
        guard base.addingReportingOverflow(byteCount - 1).overflow == false else { throw .rangeWraps(place) }
        guard memory.count < Self.rangeLimit else { throw .tooManyRanges(place) }
        // Types that the standard does not define are reserved (ACPI 6.5, section 15.4).
        let kind = MemoryRange.Kind(rawValue: UInt8(truncatingIfNeeded: type <= 0xFF ? type : 0)) ?? .reserved
        let range = MemoryRange(base: PhysicalAddress(rawValue: base), byteCount: byteCount, kind: kind)
        var index = memory.count
        memory.append(range)
        while index > 0 && memory[index - 1].base > range.base {
            memory.swapAt(index, index - 1)
            index -= 1
        }
    }

    /// Notes that the information occupies a range.
    @inline(never)
    mutating func occupy(_ base: PhysicalAddress, _ byteCount: UInt64) {
        occupied.append(MemoryRange(base: base, byteCount: byteCount, kind: .reserved))
    }

    /// Reads characters up to a zero byte.
    ///
    /// - Returns: how many bytes were read, the zero byte included.
    @inline(never)
    mutating func readCommandLine(
        _ address: PhysicalAddress, byteLimit: UInt64, _ access: inout some HardwareAccess
    ) -> UInt64 {
        commandLine = []
        let limit = min(byteLimit, UInt64(Self.commandLineByteLimit) + 1)
        for place in 0..<limit {
            let character = UInt8(truncatingIfNeeded: access.readMemory(address.advanced(by: place), .byte))
            if character == 0 { return place + 1 }
            if place < UInt64(Self.commandLineByteLimit) { commandLine.append(character) }
        }
        return limit
    }
}
