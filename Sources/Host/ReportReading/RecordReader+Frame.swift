// The frame of a record, as RECORDS.md defines it: a sequence number and a checksum after the text.

import Checksum
import Report

extension RecordReader {
    /// The frame at the end of a line, found by its form alone.
    struct Frame {
        /// The bytes before ` # `.
        var text: ArraySlice<UInt8>
        var number: Int
        var checksum: UInt32
        /// The bytes that the checksum covers: text, ` # `, number and the blank after it.
        var covered: ArraySlice<UInt8>

        /// Finds a frame at the end of `line`, or `nil` where the line has not the form of one.
        init?(_ line: ArraySlice<UInt8>) {
            guard line.count > 11, let checksum = line.suffix(8).number(radix: 16) else { return nil }
            let covered = line.dropLast(8)
            guard covered.last == UInt8(ascii: " ") else { return nil }
            let digits = covered.dropLast().reversed().prefix { (0x30...0x39).contains($0) }
            guard let number = Self.number(digits.reversed()) else { return nil }
            let mark = covered.dropLast(1 + digits.count)
            guard mark.count > 3, mark.suffix(3).isSpelled(" # ") else { return nil }
            self.covered = covered
            self.number = number
            self.checksum = UInt32(truncatingIfNeeded: checksum)
            text = mark.dropLast(3)
        }

        /// Whether the checksum, begun as `seed`, holds and the text is printable ASCII.
        func holds(from seed: CRC32) -> Bool {
            isPrintable && Self.checksum(of: covered, from: seed) == checksum
        }

        /// The seed with which the checksum holds: there is exactly one, whatever the bytes are. That two records of a
        /// line have the same is no chance.
        var impliedSeed: CRC32? { isPrintable ? .before(covered, value: checksum) : nil }

        /// The seed that the first record of a report sets, where this is one and holds with it. One of version 1 has no
        /// nonce, and its seed is that of nothing.
        var startingSeed: CRC32? {
            guard number == 0, text.prefix(7).isSpelled("metaos ") else { return nil }
            var seed = CRC32()
            let words = text.split(separator: 0x20)
            if let word = words.first(where: { $0.prefix(6).isSpelled("nonce=") }) {
                guard let value = BootNonce.value(of: word.dropFirst(6)) else { return nil }
                seed.update(value)
            }
            return holds(from: seed) ? seed : nil
        }

        private var isPrintable: Bool { text.allSatisfy { (0x20...0x7E).contains($0) } }

        /// Whether the checksum would hold if the number were `number`: then it is the number that was damaged.
        func holds(as number: Int, from seed: CRC32) -> Bool {
            Self.checksum(of: text + Array(" # \(number) ".utf8), from: seed) == checksum
        }

        private static func checksum(of bytes: some Sequence<UInt8>, from seed: CRC32) -> UInt32 {
            var checksum = seed
            for byte in bytes { checksum.update(byte) }
            return checksum.value
        }

        /// A decimal number of at most nine digits, without leading zeros.
        private static func number(_ digits: [UInt8]) -> Int? {
            guard (1...9).contains(digits.count), digits.count == 1 || digits[0] != 0x30 else { return nil }
            return digits.number(radix: 10).map { Int($0) }
        }
    }
}
