// The text of one record while it is put together. The row of the record's form says what comes next, whoever writes hands
// over the values in its order. It knows nothing of sequence numbers, checksums or where the record goes.

import Checksum
import Hardware
import Program

/// The growing text of a record.
///
/// Text beyond `limit` bytes is dropped: a record ends in a defined size whatever a machine feeds into it.
public struct RecordText {
    /// Units: bytes.
    public static let limit = 640
    /// Most bytes of one quoted text, so that two of them and what is between fit a record.
    ///
    /// Units: bytes.
    public static let quotedLimit = 120

    /// The text and then its frame: as many bytes as both may have. Fixed, so that a fault is reported even when
    /// there is no memory left.
    private(set) var bytes = [662 of UInt8](repeating: 0)
    /// How many of `bytes` are in use.
    private(set) var count = 0
    private var capacity = Self.limit
    /// What of the form's row is still to come. It ends with a zero, as all fixed text does.
    private var row: UnsafePointer<UInt8>

    @inline(never)
    init(_ form: RecordForm) { row = form.row.utf8Start }

    /// Ends the text and adds the frame: sequence number and checksum, which begins as `seed`. Returns how many bytes are
    /// text.
    @inline(never)
    mutating func seal(sequence: UInt64, _ seed: CRC32) -> Int {
        advance()
        precondition(row.pointee == 0, "a record lacks a field")
        let textCount = count
        capacity += RecordFrame.byteCountLimit
        put(" # ")
        put(decimal: sequence)
        put(UInt8(ascii: " "))
        var checksum = seed
        for index in 0..<count { checksum.update(bytes[index]) }
        put(hexadecimal: UInt64(checksum.value), digits: 8)
        return textCount
    }

    // MARK: The row

    /// Puts the row's own text, up to the next field or what may be absent.
    @inline(never)
    private mutating func advance() {
        while row.pointee != 0, row.pointee != UInt8(ascii: "%"), row.pointee != UInt8(ascii: "[") {
            if row.pointee != UInt8(ascii: "]") { put(row.pointee) }
            row += 1
        }
    }

    /// Opens the next field, of which the caller puts the characters itself. Returns its kind.
    @inline(never)
    @discardableResult
    public mutating func open() -> UInt8 {
        advance()
        precondition(row.pointee == UInt8(ascii: "%"), "no field stands here in the row")
        row += 2
        return row[-1]
    }

    /// Opens what may be absent, or passes over it. Returns `isPresent`.
    @inline(never)
    @discardableResult
    public mutating func option(_ isPresent: Bool) -> Bool {
        advance()
        precondition(row.pointee == UInt8(ascii: "["), "what may be absent stands elsewhere in the row")
        row += 1
        if !isPresent {
            while row.pointee != UInt8(ascii: "]") { row += 1 }
        }
        return isPresent
    }

    // MARK: Fields

    /// Adds the values of one or more fields. There is one of these for each count, because Embedded Swift has no list of
    /// values of several types; texts and sources alone besides, so that a literal can be one.
    @inline(__always)
    public mutating func add<A: RecordValue>(_ first: A) { first.add(to: &self) }

    @inline(__always)
    public mutating func add(_ text: StaticString) { text.add(to: &self) }

    @inline(__always)
    public mutating func add(_ source: FactSource) { source.add(to: &self) }

    @inline(__always)
    public mutating func add<A: RecordValue, B: RecordValue>(_ first: A, _ second: B) {
        first.add(to: &self)
        second.add(to: &self)
    }

    @inline(__always)
    public mutating func add<A: RecordValue, B: RecordValue, C: RecordValue>(_ first: A, _ second: B, _ third: C) {
        add(first, second)
        third.add(to: &self)
    }

    @inline(__always)
    public mutating func add<A: RecordValue, B: RecordValue, C: RecordValue, D: RecordValue>(
        _ first: A, _ second: B, _ third: C, _ fourth: D
    ) {
        add(first, second)
        add(third, fourth)
    }

    /// Adds text in quotes that the caller puts piece by piece.
    public mutating func addQuoted(_ content: (inout RecordText) -> Void) {
        open()
        quote(content)
    }

    mutating func quote(_ content: (inout RecordText) -> Void) {
        put(UInt8(ascii: "\""))
        content(&self)
        put(UInt8(ascii: "\""))
    }

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

    /// Puts the place of a PCI function, `bus:device.function`.
    @inline(never)
    public mutating func put(_ function: FunctionAddress) {
        put(hexadecimal: UInt64(function.bus), digits: 2)
        put(UInt8(ascii: ":"))
        put(hexadecimal: UInt64(function.device), digits: 2)
        put(UInt8(ascii: "."))
        put(hexadecimal: UInt64(function.function), digits: 1)
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

extension RecordText: ByteSink {
    /// Takes a byte of quoted text that other stages write.
    public mutating func write(_ byte: UInt8) { put(byte == UInt8(ascii: "\"") ? UInt8(ascii: "'") : byte) }
}
