// The number that tells one boot from every other: it is in the first and in the last record of a report, and every
// checksum begins with it. The kernel draws it or takes it from its command line; the host harness passes one and demands
// it back.

/// The nonce of a boot.
public struct BootNonce: Hashable, Sendable {
    /// Where a nonce is from.
    public enum Source: CaseIterable, Hashable, Sendable {
        /// The command line, `nonce=`: whoever booted the machine knows it.
        case option
        /// The processor's source of random numbers.
        case processor
        /// The clocks, on a processor without one: no two boots have it by chance, but it can be guessed.
        case clock

        /// The word that stands for the source in a report.
        public var word: StaticString {
            switch self {
            case .option: "option"
            case .processor: "rdrand"
            case .clock: "clock"
            }
        }
    }

    /// Digits of the value wherever it is written.
    public static let digitCount = 16

    public var value: UInt64
    public var source: Source

    public init(value: UInt64, source: Source) {
        self.value = value
        self.source = source
    }

    /// The nonce of a command line, from the first of its words that is `nonce=` and sixteen hexadecimal digits in lower
    /// case, and the line without that word. What only resembles such a word stays, for others to refuse.
    public static func taken(from line: [UInt8]) -> (nonce: BootNonce?, rest: [UInt8]) {
        let blank = UInt8(ascii: " ")
        var start = 0
        while start < line.count {
            var end = start
            while end < line.count, line[end] != blank { end += 1 }
            if let value = value(ofWord: line[start..<end]) {
                var rest = Array(line[..<start])
                // One of the blanks around the word goes with it.
                rest += end < line.count ? line[(end + 1)...] : []
                if end == line.count, rest.last == blank { rest.removeLast() }
                return (BootNonce(value: value, source: .option), rest)
            }
            start = end + 1
        }
        return (nil, line)
    }

    private static func value(ofWord word: ArraySlice<UInt8>) -> UInt64? {
        guard word.count == 6 + digitCount, word.prefix(6).isSpelled("nonce=") else { return nil }
        return value(of: word.dropFirst(6))
    }

    /// The value that sixteen hexadecimal digits in lower case write.
    public static func value(of digits: ArraySlice<UInt8>) -> UInt64? {
        digits.number(radix: 16, digitCount: digitCount)
    }
}
