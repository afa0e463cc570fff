// The frame of a record, as RECORDS.md defines it: a sequence number and a checksum behind the text.

import Checksum

extension RecordReader {
    /// The frame at the end of a line, found by its form alone.
    struct Frame {
        /// The bytes before ` # `.
        var text: ArraySlice<UInt8>
        var number: Int
        var checksum: UInt32
        /// The bytes that the checksum covers: text, ` # `, number and the blank behind it.
        var covered: ArraySlice<UInt8>

        /// Finds a frame at the end of `line`, or `nil` where the line has not the form of one.
        init?(_ line: ArraySlice<UInt8>) {
            guard line.count > 11, let checksum = Self.checksum(line.suffix(8)) else { return nil }
            let covered = line.dropLast(8)
            guard covered.last == UInt8(ascii: " ") else { return nil }
            let digits = covered.dropLast().reversed().prefix { (0x30...0x39).contains($0) }
            guard let number = Self.number(digits.reversed()) else { return nil }
            let mark = covered.dropLast(1 + digits.count)
            guard mark.count > 3, mark.suffix(3).isSpelled(" # ") else { return nil }
            self.covered = covered
            self.number = number
            self.checksum = checksum
            text = mark.dropLast(3)
        }

        /// Whether the checksum holds and the text is printable ASCII.
        var holds: Bool {
            text.allSatisfy { (0x20...0x7E).contains($0) } && CRC32.checksum(of: covered) == checksum
        }

        /// Whether the checksum would hold if the number were `number`: then it is the number that was damaged.
        func holds(as number: Int) -> Bool {
            var bytes = Array(text)
            bytes += [0x20, 0x23, 0x20]
            bytes += Self.digits(number)
            bytes.append(0x20)
            return CRC32.checksum(of: bytes) == checksum
        }

        /// Eight hexadecimal digits in lower case.
        private static func checksum(_ digits: ArraySlice<UInt8>) -> UInt32? {
            var value: UInt32 = 0
            for digit in digits {
                switch digit {
                case 0x30...0x39: value = value << 4 | UInt32(digit - 0x30)
                case 0x61...0x66: value = value << 4 | UInt32(digit - 0x61 + 10)
                default: return nil
                }
            }
            return value
        }

        private static func digits(_ number: Int) -> [UInt8] {
            var digits: [UInt8] = []
            var rest = number
            repeat {
                digits.insert(0x30 + UInt8(rest % 10), at: 0)
                rest /= 10
            } while rest > 0
            return digits
        }

        /// A decimal number of at most nine digits, without leading zeros.
        private static func number(_ digits: [UInt8]) -> Int? {
            guard (1...9).contains(digits.count), digits.count == 1 || digits[0] != 0x30 else { return nil }
            return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
        }
    }
}
