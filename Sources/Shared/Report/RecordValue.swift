// The types of values that fields take, each with the kinds of fields that take it. A value that its field does not take is a
// mistake of ours, and trips.

import Hardware
import Pipeline

/// The value of a field, or of several that go together.
public protocol RecordValue {
    /// Adds it where the row of `text` has come to.
    func add(to text: inout RecordText)
}

extension UInt64: RecordValue {
    /// Adds a number, in the digits that its field has.
    @inline(never)
    public func add(to text: inout RecordText) {
        let kind = text.open()
        switch kind {
        case UInt8(ascii: "d"): text.put(decimal: self)
        case UInt8(ascii: "x"): text.put(address: self)
        case UInt8(ascii: "h"): text.put(hexadecimal: self)
        case UInt8(ascii: "n"): text.put(hexadecimal: self, digits: BootNonce.digitCount)
        default:
            precondition(UInt8(ascii: "1")...UInt8(ascii: "8") ~= kind, "this field takes no number")
            text.put(hexadecimal: self, digits: Int(kind - UInt8(ascii: "0")))
        }
    }
}

extension RecordValue where Self: FixedWidthInteger {
    @inline(__always)
    public func add(to text: inout RecordText) { UInt64(truncatingIfNeeded: self).add(to: &text) }
}

extension Int: RecordValue {}
extension UInt8: RecordValue {}
extension UInt16: RecordValue {}
extension UInt32: RecordValue {}

extension StaticString: RecordValue {
    /// Adds fixed text: a word, or what is in quotes.
    @inline(never)
    public func add(to text: inout RecordText) {
        let kind = text.open()
        precondition(kind == UInt8(ascii: "w") || kind == UInt8(ascii: "q"), "this field takes no text")
        if kind == UInt8(ascii: "q") { text.quote { $0.put(self) } } else { text.put(self) }
    }
}

extension [UInt8]: RecordValue {
    /// Adds ASCII text, a word or what is in quotes, or bytes. What would break the field becomes `'`, and quoted text
    /// beyond `quotedLimit` is left out.
    @inline(never)
    public func add(to text: inout RecordText) {
        let kind = text.open()
        switch kind {
        case UInt8(ascii: "b"):
            for byte in self { text.put(hexadecimal: UInt64(byte), digits: 2) }
        case UInt8(ascii: "q"):
            text.quote { text in for byte in prefix(RecordText.quotedLimit) { text.put(byte, isWord: false) } }
        default:
            precondition(kind == UInt8(ascii: "w"), "this field takes no text")
            for byte in self { text.put(byte, isWord: true) }
        }
    }
}

extension RecordText {
    /// Puts a byte that comes from the machine as what it is, or `'` where it would break the field.
    fileprivate mutating func put(_ byte: UInt8, isWord: Bool) {
        let isBreaking = byte < 0x20 || byte > 0x7E || byte == UInt8(ascii: "\"")
        let isBreakingWord = isWord && (byte == UInt8(ascii: " ") || byte == UInt8(ascii: "="))
        put(isBreaking || isBreakingWord ? UInt8(ascii: "'") : byte)
    }
}

extension FunctionAddress: RecordValue {
    @inline(never)
    public func add(to text: inout RecordText) {
        let kind = text.open()
        precondition(kind == UInt8(ascii: "f"), "this field takes no function")
        text.put(self)
    }
}

extension FactSource: RecordValue {
    /// Adds how a fact was learned.
    @inline(never)
    public func add(to text: inout RecordText) {
        let kind = text.open()
        precondition(kind == UInt8(ascii: "s"), "this field takes no source")
        text.put(word)
    }
}

extension GeneratedDriver: RecordValue {
    /// Adds the function and the name of the driver.
    @inline(never)
    public func add(to text: inout RecordText) { text.add(function, name) }
}
