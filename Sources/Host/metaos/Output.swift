// Standard output and standard error. Nothing else in the command writes to them.

import Glibc

/// Where a command writes.
enum Output {
    /// The error of the first write that did not succeed; that a reader is gone is none. One thread writes.
    nonisolated(unsafe) private(set) static var errorNumber: Int32?

    /// Writes a line to standard output.
    static func line(_ text: String) { write(1, text + "\n") }

    /// Writes bytes to standard output as they are.
    static func bytes(_ bytes: [UInt8]) { remember(write(1, bytes[...])) }

    /// Writes a line for people to standard error.
    static func note(_ text: String) { write(2, text + "\n") }

    /// Writes text without a line end to standard error.
    static func status(_ text: String) { write(2, text) }

    /// Whether standard output (1) or standard error (2) is a terminal.
    static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

    private static func write(_ descriptor: Int32, _ text: String) {
        remember(write(descriptor, Array(text.utf8)[...]))
    }

    /// Remembers an error; what a closed pipe does not take is dropped in silence.
    private static func remember(_ number: Int32) {
        if number != 0, number != EPIPE, errorNumber == nil { errorNumber = number }
    }

    /// Writes all of it, or as much as is taken. Returns the error of what was not, 0 for none.
    static func write(_ descriptor: Int32, _ bytes: ArraySlice<UInt8>) -> Int32 {
        var rest = bytes
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return errno }
            rest = rest.dropFirst(count)
        }
        return 0
    }
}
