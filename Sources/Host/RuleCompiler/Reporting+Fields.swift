// Checks the fields of a register, of a part of a layout or of an outcome: they lie in it side by side.

extension Reporting {
    func checkFields(_ fields: [Field], _ what: String, _ owner: Name, _ bitCount: UInt8) {
        reportDuplicates(fields.names, "\(what) \(owner)")
        var placed: [(name: String, low: UInt64, high: UInt64)] = []
        for field in fields {
            guard let low = field.low.value, let high = field.high.value else { continue }
            let span = field.low.span.joined(with: field.high.span)
            if low > high {
                report(
                    .fieldReversed, span, "field \(field.name) runs from bit \(low) down to bit \(high)",
                    "write `\(field.name.text): \(high)…\(low)`")
            } else if high >= UInt64(bitCount) {
                report(
                    .fieldPastRegister, span,
                    "field \(field.name) reaches bit \(high); \(owner) has bits 0…\(bitCount - 1)",
                    "correct the bit, or the \(what)'s type, which is `u\(bitCount)`")
            } else if let other = placed.first(where: { low <= $0.high && $0.low <= high }) {
                let bits = other.low == other.high ? "bit \(other.low)" : "bits \(other.low)…\(other.high)"
                report(
                    .fieldsOverlap, span, "fields `\(other.name)` and \(field.name) share bit \(max(low, other.low))",
                    "`\(other.name)` has \(bits); give each bit to one field")
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
