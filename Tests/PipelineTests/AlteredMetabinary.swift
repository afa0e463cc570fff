// Changes in the bytes of a metabinary, as no compiler would make them.

import Checksum
import Testing

extension [UInt8] {
    /// Puts bytes in the place of a run, which occurs once in a metabinary, and sets its size and its checksum right.
    mutating func replaceOnly(_ run: [UInt8], with other: [UInt8]) throws {
        let places = indices.filter { self[$0...].starts(with: run) }
        #expect(places.count == 1)
        let place = try #require(places.first)
        replaceSubrange(place..<place + run.count, with: other)
        let sizeOffset = 5
        for index in 0..<4 { self[sizeOffset + index] = UInt8(truncatingIfNeeded: count >> (8 * index)) }
        let checksum = CRC32.checksum(of: dropLast(4))
        for index in 0..<4 { self[count - 4 + index] = UInt8(truncatingIfNeeded: checksum >> UInt32(8 * index)) }
    }
}
