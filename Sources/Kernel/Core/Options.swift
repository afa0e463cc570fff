// The kernel's command line: blank-separated words, of which it knows one. Tests use it; nobody else has to.

/// A word of the command line that the kernel does not know.
struct OptionError: Error {
    var word: [UInt8]
}

/// What the command line asks for.
struct Options {
    /// The fault to provoke after everything else is done, `fault=NAME`.
    private(set) var fault: DeliberateFault?

    init(_ line: [UInt8]) throws(OptionError) {
        for word in line.split(separator: UInt8(ascii: " ")) {
            guard let known = DeliberateFault.allCases.first(where: { Self.equals(word, "fault=", $0.name) }) else {
                throw OptionError(word: [UInt8](word))
            }
            fault = known
        }
    }

    private static func equals(_ word: ArraySlice<UInt8>, _ key: StaticString, _ value: StaticString) -> Bool {
        let keyCount = key.utf8CodeUnitCount
        guard word.count == keyCount + value.utf8CodeUnitCount else { return false }
        for (index, byte) in word.enumerated() {
            let expected = index < keyCount ? key.utf8Start[index] : value.utf8Start[index - keyCount]
            if byte != expected { return false }
        }
        return true
    }
}
