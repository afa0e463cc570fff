// The records of what keeps devices from what is not theirs: the private region, the guard spaces, and each time that one was
// found written to.

import Hardware
import Pipeline

extension RecordWriter {
    /// Writes where state lies, and how much guard space follows.
    public mutating func write(_ region: PrivateRegion) {
        record("private") { text in
            text.word(address: region.start.rawValue)
            text.word(size: region.byteCount)
            text.field("physical", address: region.physical.rawValue)
            text.field("guard", address: region.guardByteCount)
        }
    }

    /// Writes the guard space behind a memory of a driver, where there is one.
    mutating func writeGuard(behind memory: PlacedMemory, of driver: GeneratedDriver) {
        guard memory.guardByteCount > 0 else { return }
        record("guard") { text in
            text.word(driver.function)
            text.word(driver, memory.name)
            text.word(address: memory.virtual.rawValue + memory.byteCount)
            text.word(size: memory.guardByteCount)
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
        record("overrun") { text in
            text.word(driver.function)
            text.word(driver.name)
            text.word(address: start.rawValue + change.start)
            text.word(size: change.end - change.start)
            text.field("changed", change.byteCount)
            text.key("behind")
            text.put(memory)
            if let owner {
                text.word("of")
                text.word(owner)
            }
        }
    }
}
