// How the checker builds the operations that it hands to the emitter.

import Metabinary

extension CheckedAtlas.Expression {
    static func number(_ value: UInt64, _ span: SourceSpan) -> Self { .init(operation: .number(value), span: span) }

    /// Reads a place of the stack.
    static func local(_ place: Int, _ span: SourceSpan) -> Self { .init(operation: .local(place), span: span) }

    static func get(_ cell: Int, _ span: SourceSpan, index: Self? = nil) -> Self {
        .init(operation: .get(cell: cell, index: index), span: span)
    }

    /// An operation of two values, asked for at the place of the first one unless another is named.
    static func binary(_ opcode: Opcode, _ left: Self, _ right: Self, _ span: SourceSpan? = nil) -> Self {
        .init(operation: .binary(opcode, left, right), span: span ?? left.span)
    }

    static func binary(_ opcode: Opcode, _ left: TypedValue, _ right: TypedValue, _ span: SourceSpan) -> Self {
        .binary(opcode, left.expression, right.expression, span)
    }

    /// The low bits, carried by that type.
    func truncated(to bitCount: UInt8, _ span: SourceSpan) -> Self {
        .init(operation: .truncate(self, bitCount: bitCount), span: span)
    }

    /// Moved up to the place of a field.
    func shifted(left places: UInt64) -> Self { places == 0 ? self : .binary(.shiftLeft, self, .number(places, span)) }

    /// Bits put together with others, where there are any.
    func joined(to others: Self?) -> Self { others.map { .binary(.or, $0, self, span) } ?? self }

    /// The byte offset of an element by its index.
    func offset(ofElementsOf bitCount: UInt8, _ span: SourceSpan) -> Self {
        guard bitCount > 8 else { return self }
        return .binary(.shiftLeft, self, .number(UInt64((bitCount / 8).trailingZeroBitCount), span), span)
    }
}
