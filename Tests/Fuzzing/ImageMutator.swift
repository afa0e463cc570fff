// Edits of metabinaries, by seed: bytes of the tables and of the code set, taken out, put in and brought from other
// images. Size, sizes of code and checksum are mended in most, so that the reader after them is reached.

import Checksum
import Metabinary
import Support

/// Makes mutants of metabinaries.
struct ImageMutator {
    private let images: [[UInt8]]
    private var random: SeededGenerator

    init(_ images: [[UInt8]], _ random: SeededGenerator) {
        self.images = images
        self.random = random
    }

    /// An image with one to four edits.
    mutating func next() -> [UInt8] {
        var bytes = pick(images)
        for _ in 0..<(number(below: 2) == 0 ? 1 : 1 + number(below: 4)) {
            if number(below: 3) == 0 { editTables(&bytes) } else { editCode(&bytes) }
        }
        return number(below: 50) == 0 ? bytes : Self.mended(bytes)
    }

    /// The image with its size and its checksum set right.
    static func mended(_ image: [UInt8]) -> [UInt8] {
        guard image.count >= 13 else { return image }
        var bytes = image
        for index in 0..<4 { bytes[5 + index] = UInt8(truncatingIfNeeded: bytes.count >> (8 * index)) }
        let checksum = CRC32.checksum(of: bytes.dropLast(4))
        for index in 0..<4 {
            bytes[bytes.count - 4 + index] = UInt8(truncatingIfNeeded: checksum >> UInt32(8 * index))
        }
        return bytes
    }

    private mutating func editTables(_ bytes: inout [UInt8]) {
        guard bytes.count > 14 else { return }
        let place = 4 + number(below: bytes.count - 8)
        edit(&bytes, at: place)
    }

    /// Edits the code of a function; where that makes it longer or shorter, the size that is before it follows.
    private mutating func editCode(_ bytes: inout [UInt8]) {
        guard let image = try? MetabinaryImage(Self.mended(bytes)) else { return editTables(&bytes) }
        let functions = image.devices.flatMap(\.functions).filter { $0.codeByteCount > 0 }
        guard !functions.isEmpty else { return editTables(&bytes) }
        let function = pick(functions)
        let range = function.codeOffset..<function.codeOffset + function.codeByteCount
        var code = Array(bytes[range])
        edit(&code, at: number(below: code.count))
        let before = Self.number(function.codeByteCount)
        bytes.replaceSubrange(range.lowerBound - before.count..<range.upperBound, with: Self.number(code.count) + code)
    }

    private mutating func edit(_ bytes: inout [UInt8], at place: Int) {
        switch number(below: 10) {
        case 0: bytes[place] ^= 1 << UInt8(number(below: 8))
        case 1: bytes[place] = UInt8(truncatingIfNeeded: random.next())
        case 2: bytes[place] = UInt8(number(below: 16))
        case 3: bytes[place] &+= number(below: 2) == 0 ? 1 : 255
        case 4: bytes[place] = pick(Opcode.allCases).rawValue
        case 5: bytes.insert(pick(Opcode.allCases).rawValue, at: place)
        case 6: bytes.insert(UInt8(number(below: 64)), at: place)
        case 7: bytes.removeSubrange(place..<min(bytes.count, place + 1 + number(below: 3)))
        case 8:
            let run = Array(bytes[place..<min(bytes.count, place + 1 + number(below: 8))])
            bytes.insert(contentsOf: run, at: number(below: bytes.count))
        default:
            let other = pick(images)
            let start = number(below: other.count)
            bytes.insert(contentsOf: other[start..<min(other.count, start + 1 + number(below: 8))], at: place)
        }
    }

    /// A number as images carry it: seven bits a byte.
    private static func number(_ value: Int) -> [UInt8] {
        value < 0x80 ? [UInt8(value)] : [UInt8(value & 0x7F) | 0x80] + number(value >> 7)
    }

    private mutating func number(below limit: Int) -> Int { Int(random.next() % UInt64(max(1, limit))) }

    private mutating func pick<Element>(_ list: [Element]) -> Element { list[number(below: list.count)] }
}
