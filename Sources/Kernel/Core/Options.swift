// The kernel's command line: blank-separated words, of which it knows two. Tests use it; nobody else has to.

/// A word of the command line that the kernel does not know.
struct OptionError: Error {
    var word: [UInt8]
}

/// What the kernel exchanges through a card that it can send and receive with.
enum ExchangeOption {
    /// Address resolution and an echo with the gateway of the network.
    case gateway
    /// Nothing, `exchange=none`: for a card with no network behind it.
    case none
    /// So many frames that a peer sends and gets back, `exchange=count:N`.
    case volume(UInt32)
}

/// What the command line asks for.
struct Options {
    /// The fault to provoke after everything else is done, `fault=NAME`.
    private(set) var fault: DeliberateFault?
    private(set) var exchange = ExchangeOption.gateway

    init(_ line: [UInt8]) throws(OptionError) {
        for word in line.split(separator: UInt8(ascii: " ")) {
            if Self.begins(word, "exchange=none") && word.count == 13 {
                exchange = .none
            } else if Self.begins(word, "exchange=count:") {
                guard let count = Self.number(word.dropFirst(15)) else { throw OptionError(word: [UInt8](word)) }
                exchange = .volume(count)
            } else {
                fault = try Self.fault(word)
            }
        }
    }

    private static func fault(_ word: ArraySlice<UInt8>) throws(OptionError) -> DeliberateFault {
        if begins(word, "fault=") {
            let name = word.dropFirst(6)
            for fault in DeliberateFault.allCases
            where begins(name, fault.name) && name.count == fault.name.utf8CodeUnitCount {
                return fault
            }
        }
        throw OptionError(word: [UInt8](word))
    }

    @inline(never)
    private static func begins(_ word: ArraySlice<UInt8>, _ text: StaticString) -> Bool {
        guard word.count >= text.utf8CodeUnitCount else { return false }
        for index in 0..<text.utf8CodeUnitCount where word[word.startIndex + index] != text.utf8Start[index] {
            return false
        }
        return true
    }

    /// A decimal number from 1 to 9,999,999.
    private static func number(_ digits: ArraySlice<UInt8>) -> UInt32? {
        guard (1...7).contains(digits.count) else { return nil }
        var value: UInt32 = 0
        for digit in digits {
            guard digit >= 0x30, digit <= 0x39 else { return nil }
            value = value * 10 + UInt32(digit - 0x30)
        }
        return value > 0 ? value : nil
    }
}
