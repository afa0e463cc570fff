// Checks the fields of a register, of a part of a layout or of an outcome: they lie in it side by side.

extension Reporting {
    func checkFields(_ fields: [Field], _ what: String, _ owner: Name, _ bitCount: UInt8) {
        reportDuplicates(fields.names, "\(what) \(owner)")
        var placed: [(name: String, low: UInt64, high: UInt64)] = []
        for field in fields {
            guard let low = field.low.value, let high = field.high.value else { continue }
            let span = field.low.span.joined(with: field.high.span)
            if low > high {
                report(.fieldReversed, span, field.name, low, high)
            } else if high >= UInt64(bitCount) {
                report(.fieldPastRegister, span, field.name, high, owner, bitCount - 1, what, bitCount)
            } else if let other = placed.first(where: { low <= $0.high && $0.low <= high }) {
                let bits = other.low == other.high ? "bit \(other.low)" : "bits \(other.low)…\(other.high)"
                report(.fieldsShareBit, span, other.name, field.name, max(low, other.low), bits)
            } else {
                placed.append((field.name.text, low, high))
            }
        }
    }
}

extension Syntax.Field {
    /// Its lowest and its highest bit, where they are known and lie within so many.
    func range(within bitCount: UInt64) -> (low: UInt64, high: UInt64)? {
        guard let low = low.value, let high = high.value, low <= high, high < bitCount else { return nil }
        return (low, high)
    }
}
