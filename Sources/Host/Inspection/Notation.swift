// Numbers and names as people read them, for every text of this module.

/// ASCII of the rules.
func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

/// A number in hexadecimal digits, with what says so before it.
func hex(_ number: some BinaryInteger) -> String { "0x" + hexadecimal(number) }

/// A number of which nobody knows whether it is a count or a mask.
func plain(_ number: some BinaryInteger) -> String { number > 9 ? hex(number) : "\(number)" }

/// A number in hexadecimal digits.
func hexadecimal(_ number: some BinaryInteger) -> String { String(number, radix: 16) }

/// All hexadecimal digits of a number, as many as its type has.
func digits(_ value: some FixedWidthInteger) -> String {
    let digits = hexadecimal(value)
    return String(repeating: "0", count: value.bitWidth / 4 - digits.count) + digits
}

/// A number and what it counts.
func counted(_ count: Int, _ noun: String, _ plural: String = "s") -> String {
    "\(count) \(noun)\(count == 1 ? "" : plural)"
}

extension String {
    /// The text with blanks after it up to a width.
    func padded(to width: Int) -> String {
        count < width ? self + String(repeating: " ", count: width - count) : self
    }
}
