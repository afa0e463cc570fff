// The kernel's command line: blank-separated words, of which it knows one. Tests use it; nobody else has to.

/// What the command line asks for.
struct Options {
    /// The fault to provoke after everything else is done, `fault=NAME`.
    var fault: DeliberateFault?
    /// A word that the kernel does not know, or `nil`.
    var unknownWord: [UInt8]?

    init(_ line: [UInt8]) {
        for word in line.split(separator: UInt8(ascii: " ")) {
            if let known = DeliberateFault.allCases.first(where: { Self.equals(word, "fault=", $0.name) }) {
                fault = known
            } else {
                unknownWord = [UInt8](word)
            }
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
