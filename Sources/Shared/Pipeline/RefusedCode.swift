// Code that the verifier refused: which function, and which line of a rule asked for the instruction.

import Program
import Verification

/// A refusal of the verifier, told in terms of the rules.
public final class RefusedCode: Sendable {
    /// Name in the rule, ASCII.
    public let function: [UInt8]
    /// File that the function's rule is in, without its folder, ASCII.
    public let ruleFile: [UInt8]
    /// Line of that file, counted from 1; 0 where no line asked for the code.
    public let line: UInt16
    public let error: VerificationError

    init(function: [UInt8], ruleFile: [UInt8], line: UInt16, error: VerificationError) {
        self.function = function
        self.ruleFile = ruleFile
        self.line = line
        self.error = error
    }

    /// Writes the refusal in a few ASCII words: `transmit +0x74 (rings.meta:44): writes what the grant's limit does not
    /// allow; found 0x0...0xffff, allowed 0x0...0x800, grant tx`.
    func write<Sink: ByteSink>(into sink: inout Sink) {
        sink.write(function)
        sink.write(" +")
        sink.write(hexadecimal: UInt64(error.offset))
        sink.write(" (")
        sink.write(ruleFile)
        sink.write(":")
        sink.write(decimal: UInt64(line))
        sink.write("): ")
        sink.write(error.reason.words)
        write("; found ", error.found, into: &sink)
        write(", allowed ", error.allowed, into: &sink)
        if !error.grant.isEmpty {
            sink.write(", grant ")
            sink.write(error.grant)
        }
    }

    private func write<Sink: ByteSink>(_ word: StaticString, _ range: ValueRange?, into sink: inout Sink) {
        guard let range else { return }
        sink.write(word)
        sink.write(hexadecimal: range.low)
        guard range.high != range.low else { return }
        sink.write("...")
        sink.write(hexadecimal: range.high)
    }
}

extension RefusedCode: Hashable {
    public static func == (left: RefusedCode, right: RefusedCode) -> Bool {
        left.function == right.function && left.ruleFile == right.ruleFile && left.line == right.line
            && left.error == right.error
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(function)
        hasher.combine(line)
        hasher.combine(error)
    }
}
