// The text of one record while it is put together: words with one blank between them. It formats numbers and names as
// RECORDS.md defines them and knows nothing of sequence numbers, checksums or where the record goes.

import Checksum
import Hardware

/// The growing text of a record.
///
/// Text beyond `limit` bytes is dropped: a record ends in a defined size whatever a machine feeds into it.
public struct RecordText {
    /// Units: bytes.
    public static let limit = 640
    /// Most bytes of one quoted text, so that two of them and what stands between fit a record.
    ///
    /// Units: bytes.
    public static let quotedLimit = 120

    /// The text and then its frame: as many bytes as both may have. Fixed, so that a fault is reported even when
    /// there is no memory left.
    private(set) var bytes = [662 of UInt8](repeating: 0)
    /// How many of `bytes` are in use.
    private(set) var count = 0
    private var capacity = Self.limit

    /// Starts with the record's kind.
    @inline(never)
    init(_ kind: StaticString) { put(kind) }

    /// Adds the frame: sequence number and checksum, which begins as `seed`.
    @inline(never)
    mutating func seal(sequence: UInt64, _ seed: CRC32) {
        capacity += RecordFrame.byteCountLimit
        word("# ")
        put(decimal: sequence)
        put(UInt8(ascii: " "))
        var checksum = seed
        for index in 0..<count { checksum.update(bytes[index]) }
        put(hexadecimal: UInt64(checksum.value), digits: 8)
    }

    // MARK: Words and fields

    /// Adds a bare word.
    @inline(never)
    public mutating func word(_ text: StaticString) {
        put(UInt8(ascii: " "))
        put(text)
    }

    /// Adds a bare word of ASCII text that has no blanks.
    @inline(never)
    public mutating func word(_ text: [UInt8]) {
        put(UInt8(ascii: " "))
        put(text)
    }

    /// Adds the place of a PCI function as a bare word.
    @inline(never)
    public mutating func word(_ function: FunctionAddress) {
        put(UInt8(ascii: " "))
        put(hexadecimal: UInt64(function.bus), digits: 2)
        put(UInt8(ascii: ":"))
        put(hexadecimal: UInt64(function.device), digits: 2)
        put(UInt8(ascii: "."))
        put(hexadecimal: UInt64(function.function), digits: 1)
    }

    /// Adds a count as a bare word.
    @inline(never)
    public mutating func word(decimal value: UInt64) {
        put(UInt8(ascii: " "))
        put(decimal: value)
    }

    /// Adds an address or offset as a bare word, `0x...`.
    @inline(never)
    public mutating func word(address value: UInt64) {
        put(UInt8(ascii: " "))
        put(address: value)
    }

    /// Adds the size of a range or an offset into one as a bare word, `+0x...`.
    @inline(never)
    public mutating func word(size value: UInt64) {
        word("+")
        put(address: value)
    }

    /// Adds two identifiers of 16 bits as a bare word, `vendor:device`.
    @inline(never)
    public mutating func word(identifiers first: UInt16, _ second: UInt16) {
        put(UInt8(ascii: " "))
        put(hexadecimal: UInt64(first), digits: 4)
        put(UInt8(ascii: ":"))
        put(hexadecimal: UInt64(second), digits: 4)
    }

    /// Adds ` key=`, after which the caller puts the value.
    @inline(never)
    public mutating func key(_ key: StaticString) {
        word(key)
        put(UInt8(ascii: "="))
    }

    /// Adds a field with a fixed value.
    @inline(never)
    public mutating func field(_ name: StaticString, _ value: StaticString) {
        key(name)
        put(value)
    }

    /// Adds a field with a count.
    @inline(never)
    public mutating func field(_ name: StaticString, _ value: UInt64) {
        key(name)
        put(decimal: value)
    }

    /// Adds a field with an address or offset, `0x...`.
    @inline(never)
    public mutating func field(_ name: StaticString, address value: UInt64) {
        key(name)
        put(address: value)
    }

    /// Adds the nonce of a boot.
    @inline(never)
    public mutating func nonce(_ value: UInt64) {
        key("nonce")
        put(hexadecimal: value, digits: BootNonce.digitCount)
    }

    /// Adds how a fact was learned.
    @inline(never)
    public mutating func by(_ source: FactSource) { field("by", source.word) }

    // MARK: Characters

    /// Puts one character.
    @inline(never)
    public mutating func put(_ byte: UInt8) {
        guard count < capacity else { return }
        bytes[count] = byte
        count += 1
    }

    @inline(never)
    public mutating func put(_ text: StaticString) {
        for index in 0..<text.utf8CodeUnitCount { put(text.utf8Start[index]) }
    }

    @inline(never)
    public mutating func put(_ text: [UInt8]) {
        for byte in text { put(byte) }
    }

    /// Puts text in double quotes; what would break the frame becomes `'`, and text beyond `quotedLimit` is left out.
    @inline(never)
    public mutating func put(quoted text: [UInt8]) {
        put(UInt8(ascii: "\""))
        for byte in text.prefix(Self.quotedLimit) {
            put(byte < 0x20 || byte > 0x7E || byte == UInt8(ascii: "\"") ? UInt8(ascii: "'") : byte)
        }
        put(UInt8(ascii: "\""))
    }

    /// Puts text that comes from the machine as a word; what would break the word or the frame becomes `'`.
    @inline(never)
    public mutating func put(word text: [UInt8]) {
        for byte in text {
            let isBreaking = byte <= 0x20 || byte > 0x7E || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "=")
            put(isBreaking ? UInt8(ascii: "'") : byte)
        }
    }

    /// Puts fixed text in double quotes.
    @inline(never)
    public mutating func put(quoted text: StaticString) {
        put(UInt8(ascii: "\""))
        put(text)
        put(UInt8(ascii: "\""))
    }

    @inline(never)
    public mutating func put(decimal value: UInt64) {
        var divisor: UInt64 = 1
        while value / divisor >= 10 { divisor *= 10 }
        while divisor > 0 {
            put(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value / divisor % 10))
            divisor /= 10
        }
    }

    /// Puts `digits` hexadecimal digits, lower case, without a prefix.
    @inline(never)
    public mutating func put(hexadecimal value: UInt64, digits: Int) {
        for place in stride(from: (digits - 1) * 4, through: 0, by: -4) {
            let digit = UInt8(truncatingIfNeeded: value >> UInt64(place)) & 15
            put(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        }
    }

    /// Puts `0x` and as many hexadecimal digits as the value needs.
    @inline(never)
    public mutating func put(address value: UInt64) {
        put("0x")
        put(hexadecimal: value)
    }

    /// Puts as many hexadecimal digits as the value needs, lower case, without a prefix.
    @inline(never)
    public mutating func put(hexadecimal value: UInt64) {
        put(hexadecimal: value, digits: max(1, (67 - value.leadingZeroBitCount) / 4))
    }
}
