// Reads back which guard space follows a memory of a driver.

import Hardware
import Pipeline

extension GenerationReader {
    /// `guard 00:03.0 e1.rx 0x6011a000 +0x12000`
    mutating func readGuard(_ start: RecordFields) throws(ReportError) {
        var fields = start
        let (index, name) = try driverPart(&fields, "driver.region")
        let address: UInt64 = try fields.prefixed("the address of guard space")
        let byteCount: UInt64 = try fields.size("the size of guard space")
        try fields.end()
        // It follows the record of its memory.
        let memories = drivers[index].driver.memories
        guard let last = memories.indices.last, memories[last].name == name,
            memories[last].virtual.rawValue &+ memories[last].byteCount == address
        else { throw fields.malformed("the guard space behind the region before") }
        drivers[index].driver.memories[last].guardByteCount = byteCount
    }
}
