// The records of what keeps devices from what is not theirs: the private region, the guard spaces, and each time that one was
// found written to.

import Hardware
import Pipeline

extension RecordWriter {
    /// Writes where state lies, and how much guard space follows.
    public mutating func write(_ region: PrivateRegion) {
        record(.privateRegion) { text in
            text.add(region.start.rawValue, region.byteCount, region.physical.rawValue, region.guardByteCount)
        }
    }

    /// Writes the guard space after a memory of a driver, where there is one.
    mutating func writeGuard(behind memory: PlacedMemory, of driver: GeneratedDriver) {
        guard memory.guardByteCount > 0 else { return }
        record(.guardSpace) { text in
            text.add(driver, memory.name, memory.virtual.rawValue + memory.byteCount, memory.guardByteCount)
        }
    }

    /// Writes that guard space was found written to.
    ///
    /// - Parameters:
    ///   - start: Address of the guard space's first byte.
    ///   - memory: Name of the memory that it follows, ASCII.
    ///   - owner: The function whose memory that is; `nil` for the private region.
    ///   - driver: The one whose device reached memory.
    public mutating func write(
        _ change: GuardChange, in start: VirtualAddress, behind memory: [UInt8], of owner: FunctionAddress?,
        by driver: GeneratedDriver
    ) {
        record(.overrun) { text in
            text.add(driver, start.rawValue + change.start, change.end - change.start, change.byteCount)
            text.add(memory)
            text.option(owner != nil)
            if let owner { text.add(owner) }
        }
    }
}
