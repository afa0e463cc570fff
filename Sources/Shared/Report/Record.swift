// One record of a report, once its frame has been checked and taken off. RecordReader makes it; FactsReader and
// MachineReport give it a meaning.

/// A record: its place in the report and its text.
public struct Record: Hashable, Sendable {
    /// Sequence number, 0 for the first record of a report.
    public var number: Int
    /// The text without its frame, ASCII.
    public var text: [UInt8]

    public init(number: Int, text: [UInt8]) {
        self.number = number
        self.text = text
    }

    /// The first word of the text.
    public var kind: ArraySlice<UInt8> { text.prefix { $0 != 0x20 } }

    /// Whether the first word of the text is `kind`.
    public func isKind(_ kind: StaticString) -> Bool { self.kind.isSpelled(kind) }

    /// The text for people.
    public var line: String { String(decoding: text, as: UTF8.self) }
}

extension Collection where Element == UInt8 {
    /// The number that hexadecimal digits in lower case write, of which there are sixteen at most; `nil` for other bytes.
    var hexadecimalNumber: UInt64? {
        var number: UInt64 = 0
        for digit in self {
            switch digit {
            case 0x30...0x39: number = number << 4 | UInt64(digit - 0x30)
            case 0x61...0x66: number = number << 4 | UInt64(digit - 0x61 + 10)
            default: return nil
            }
        }
        return number
    }

    /// Whether the bytes are those of `word`.
    func isSpelled(_ word: StaticString) -> Bool {
        guard count == word.utf8CodeUnitCount else { return false }
        var byte = word.utf8Start
        for element in self {
            if element != byte.pointee { return false }
            byte += 1
        }
        return true
    }
}
