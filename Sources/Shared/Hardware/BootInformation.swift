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
    /// Ranges of memory in the order of their addresses, as the loader gave them: not without overlaps, and merged only where
    /// there are more than are kept.
    public var memory: [MemoryRange] = []
    /// What is wrong with the memory map, the first of each kind.
    public private(set) var oddities: [Oddity] = []
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

    /// Adds a range at its place in the order of addresses. One that cannot be costs no more than itself: what is usable by a
    /// range that wraps is not used, and of anything else there is as much as can be.
    ///
    /// - Parameter place: where the information says so, for oddities.
    @inline(never)
    mutating func insert(base: UInt64, byteCount: UInt64, type: UInt32, statedAt place: PhysicalAddress) {
        guard byteCount > 0 else { return note(.rangeEmpty, place) }
        // Types that the standard does not define are reserved (ACPI 6.5, section 15.4).
        let kind = MemoryRange.Kind(rawValue: UInt8(truncatingIfNeeded: type <= 0xFF ? type : 0)) ?? .reserved
        var range = MemoryRange(base: PhysicalAddress(rawValue: base), byteCount: byteCount, kind: kind)
        if base.addingReportingOverflow(byteCount - 1).overflow {
            note(.rangeWraps, place)
            guard kind != .usable else { return }
            range.byteCount = 0 &- base
        }
        guard var index = room(for: range, statedAt: place) else { return }
        while index > 0 && memory[index - 1].base > range.base {
            memory.swapAt(index, index - 1)
            index -= 1
        }
        while index + 1 < memory.count && memory[index + 1].base < range.base {
            memory.swapAt(index, index + 1)
            index += 1
        }
        if index > 0 && memory[index - 1].reaches(range)
            || index + 1 < memory.count && range.reaches(memory[index + 1])
        {
            note(.rangesOverlap, place)
        }
    }

    /// Puts a range in, wherever there is room: behind the others, where neighbours of one kind become one if they have to,
    /// or else, where it is not usable and so has to be known, in the place of the smallest usable range.
    ///
    /// - Returns: Its index; `nil` where it is left out.
    private mutating func room(for range: MemoryRange, statedAt place: PhysicalAddress) -> Int? {
        if memory.count >= Self.rangeLimit {
            note(.tooManyRanges, place)
            mergeNeighbours()
        }
        if memory.count < Self.rangeLimit {
            memory.append(range)
            return memory.count - 1
        }
        guard range.kind != .usable else { return nil }
        var smallest = -1
        for index in memory.indices where memory[index].kind == .usable {
            if smallest < 0 || memory[index].byteCount < memory[smallest].byteCount { smallest = index }
        }
        guard smallest >= 0 else { return nil }
        memory[smallest] = range
        return smallest
    }

    private mutating func mergeNeighbours() {
        let count = memory.withUnsafeMutableBufferPointer { ranges in
            var count = 0
            for index in ranges.indices {
                let next = ranges[index]
                if count > 0, ranges[count - 1].isBefore(next) {
                    ranges[count - 1].byteCount += next.byteCount
                } else {
                    ranges[count] = next
                    count += 1
                }
            }
            return count
        }
        while memory.count > count { memory.removeLast() }
    }

    /// Notes what is wrong with the memory map, where nothing of the kind was.
    private mutating func note(_ kind: Oddity.Kind, _ place: PhysicalAddress) {
        if !oddities.contains(where: { $0.kind == kind }) { oddities.append(Oddity(kind, at: place.rawValue)) }
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

extension MemoryRange {
    /// Whether a range that begins no sooner begins within this one.
    fileprivate func reaches(_ next: MemoryRange) -> Bool { next.base.rawValue - base.rawValue < byteCount }

    /// Whether a range that begins no sooner goes on with the same where this one ends.
    fileprivate func isBefore(_ next: MemoryRange) -> Bool {
        next.kind == kind && next.base.rawValue - base.rawValue == byteCount && byteCount <= .max - next.byteCount
    }
}
