// The guard spaces of the machine: mapped for the kernel alone, filled with a pattern, used by nothing. A device that writes
// past its memory writes here, and shows. What is done about it is CardExchange's.

import Hardware
import Pipeline
import Platform

/// All guard spaces.
struct GuardSpace {
    /// One of them.
    struct Part {
        var start: VirtualAddress
        /// Units: bytes.
        var byteCount: UInt64
        /// The driver's whose memory it follows; `nil` behind the private region.
        var function: FunctionAddress?
        /// Name of that memory, ASCII.
        var memory: [UInt8]

        fileprivate var bytes: UnsafeMutableRawBufferPointer {
            UnsafeMutableRawBufferPointer(
                start: UnsafeMutableRawPointer(bitPattern: UInt(start.rawValue)), count: Int(byteCount))
        }
    }

    /// In rising order of address.
    private(set) var parts: [Part] = []
    private let placement: PlacementFacts
    private let pattern = GuardPattern(seed: timestamp())

    init(_ placement: PlacementFacts) { self.placement = placement }

    /// Maps and fills the guard spaces of a driver, and with the first of all that behind the private region.
    mutating func add(_ driver: GeneratedDriver) throws(InstallationError) {
        for memory in driver.memories where memory.guardByteCount > 0 {
            if parts.isEmpty {
                let region = placement.privateRegion
                try add(
                    Part(
                        start: VirtualAddress(rawValue: region.start.rawValue + region.byteCount),
                        byteCount: region.guardByteCount, function: nil, memory: ascii("private")))
            }
            try add(
                Part(
                    start: VirtualAddress(rawValue: memory.virtual.rawValue + memory.byteCount),
                    byteCount: memory.guardByteCount, function: driver.function, memory: memory.name))
        }
    }

    private mutating func add(_ part: Part) throws(InstallationError) {
        // It begins where a memory ends, in that memory's last page.
        let first = part.start.rawValue & ~(pageByteCount - 1)
        let physical = placement.dataPhysical.rawValue + (first - placement.data.rawValue)
        do throws(MappingError) {
            try addressSpace.map(
                VirtualAddress(rawValue: first), to: PhysicalAddress(rawValue: physical),
                byteCount: part.start.rawValue + part.byteCount - first, .readWrite)
        } catch {
            throw .mapping(error)
        }
        fill(part)
        var place = parts.count
        parts.append(part)
        while place > 0, parts[place].start < parts[place - 1].start {
            parts.swapAt(place, place - 1)
            place -= 1
        }
    }

    /// Those that adjoin the memories of a driver: behind each, and before the first.
    func parts(beside driver: GeneratedDriver) -> [Part] {
        var beside: [Part] = []
        var isBelow = true
        for part in parts {
            if part.function == driver.function {
                beside.append(part)
                isBelow = false
            } else if isBelow {
                // Parts rise, so that the last one before the driver's own stays.
                beside = [part]
            }
        }
        return isBelow ? [] : beside
    }

    /// Puts the pattern there.
    func fill(_ part: Part) { pattern.fill(part.bytes, at: part.start.rawValue) }

    /// What of it is not the pattern; `nil` where it is whole.
    func change(of part: Part) -> GuardChange? {
        pattern.change(of: UnsafeRawBufferPointer(part.bytes), at: part.start.rawValue)
    }

    /// Whether all are whole.
    var isWhole: Bool {
        for part in parts where change(of: part) != nil { return false }
        return true
    }

    /// A word of guard space, and what it holds.
    struct Edge {
        let address, word: UInt64

        var isWhole: Bool { memoryRead(address, 8) == word }
    }

    /// The first and the last whole word of one: what runs over the end of memory, upward or downward, goes over one.
    func edges(of part: Part) -> [Edge] {
        let first = (part.start.rawValue + 7) & ~7
        let last = (part.start.rawValue + part.byteCount - 8) & ~7
        return [Edge(address: first, word: pattern.word(at: first)), Edge(address: last, word: pattern.word(at: last))]
    }
}
