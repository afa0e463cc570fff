// Standard output and standard error. Nothing else in the command writes to them.

import Glibc
import MachineFiles

/// Where a command writes.
enum Output {
    /// The error of the first write that did not succeed; that a reader is gone is none. One thread writes.
    nonisolated(unsafe) private(set) static var errorNumber: Int32?

    /// Writes a line to standard output, or several.
    static func line(_ text: String) { write(1, fitted(text, 1)) }

    /// Writes bytes to standard output as they are.
    static func bytes(_ bytes: [UInt8]) { remember(write(1, bytes[...])) }

    /// Writes a line for people to standard error.
    static func note(_ text: String) { write(2, fitted(text, 2)) }

    /// Writes text without a line end to standard error.
    static func status(_ text: String) { write(2, text) }

    /// Whether standard output (1) or standard error (2) is a terminal.
    static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

    /// Lines as they are for a program, and in the columns of a terminal for a person.
    private static func fitted(_ text: String, _ descriptor: Int32) -> String {
        guard isTerminal(descriptor) else { return text + "\n" }
        return text.split(separator: "\n", omittingEmptySubsequences: false).flatMap { line in
            String(line).wrapped(rest: line.prefix { $0 == " " } + "  ")
        }.map { $0 + "\n" }.joined()
    }

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
