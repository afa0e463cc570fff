// What instructions make of ranges. Each operation returns a range that holds every result that operands in the given
// ranges can have, in registers of the given width; it may hold more.

extension ValueRange {
    /// All bits of a number that wide, set.
    ///
    /// - Parameter width: 1 to 64. Units: bits.
    @inline(never)
    static func mask(_ width: UInt64) -> UInt64 { width >= 64 ? .max : (1 << width) - 1 }

    /// The number, where there is only one.
    var constant: UInt64? { low == high ? low : nil }

    /// Whether no number is in the range.
    var isEmpty: Bool { low > high }

    /// The range with what its parts say of each other.
    @inline(never)
    package func tightened() -> ValueRange {
        var range = self
        range.bits &= Self.mask(UInt64(64 - high.leadingZeroBitCount))
        range.high = min(high, range.bits)
        if range.low == range.high { range.bits &= range.low }
        return range
    }

    /// The bits that are clear in every number below the lowest bit that may be set.
    private var trailingMask: UInt64 { bits == 0 ? .max : (bits & (0 &- bits)) &- 1 }

    // MARK: Sums

    @inline(never)
    func adding(_ other: ValueRange, width: UInt64) -> ValueRange {
        let mask = Self.mask(width)
        let (low, lowCarries) = Self.sum(self.low, other.low, mask)
        let (high, highCarries) = Self.sum(self.high, other.high, mask)
        // What is clear at the bottom of both stays clear.
        var range = ValueRange(low: 0, high: mask, bits: mask & ~(trailingMask & other.trailingMask))
        if lowCarries == highCarries { (range.low, range.high) = (low, high) }
        if bits & other.bits == 0, !highCarries { range.bits = bits | other.bits }
        return range.tightened()
    }

    /// The sum modulo the width, and whether it left the width.
    private static func sum(_ left: UInt64, _ right: UInt64, _ mask: UInt64) -> (UInt64, Bool) {
        let (sum, overflows) = left.addingReportingOverflow(right)
        return (sum & mask, overflows || sum > mask)
    }

    @inline(never)
    func subtracting(_ other: ValueRange, width: UInt64) -> ValueRange {
        let mask = Self.mask(width)
        var range = ValueRange(low: 0, high: mask, bits: mask & ~(trailingMask & other.trailingMask))
        // Of a range that holds nothing, any answer will do, but there has to be one.
        if low >= other.high { (range.low, range.high) = (low &- other.high, high &- other.low) }
        return range.tightened()
    }

    // MARK: Bits

    @inline(never)
    func and(_ other: ValueRange) -> ValueRange {
        if let constant = other.constant, bits & ~constant == 0 { return self }
        if let left = constant, let right = other.constant { return ValueRange(left & right) }
        let bits = bits & other.bits
        return ValueRange(low: 0, high: min(high, other.high, bits), bits: bits).tightened()
    }

    @inline(never)
    func or(_ other: ValueRange) -> ValueRange {
        if bits & other.bits == 0 { return adding(other, width: 64) }
        if let left = constant, let right = other.constant { return ValueRange(left | right) }
        let bits = bits | other.bits
        return ValueRange(low: max(low, other.low), high: bits, bits: bits).tightened()
    }

    @inline(never)
    func xor(_ other: ValueRange) -> ValueRange {
        if bits & other.bits == 0 { return adding(other, width: 64) }
        if let left = constant, let right = other.constant { return ValueRange(left ^ right) }
        return ValueRange(bits: bits | other.bits)
    }

    @inline(never)
    func shiftedLeft(_ count: UInt64, width: UInt64) -> ValueRange {
        let mask = Self.mask(width)
        let bits = (bits << count) & mask
        guard high <= mask >> count else { return ValueRange(bits: bits).tightened() }
        return ValueRange(low: low << count, high: high << count, bits: bits).tightened()
    }

    func shiftedRight(_ count: UInt64) -> ValueRange {
        ValueRange(low: low >> count, high: high >> count, bits: bits >> count).tightened()
    }

    /// The low bits of the number, as a number.
    @inline(never)
    func lowBits(_ width: UInt64) -> ValueRange {
        let mask = Self.mask(width)
        if high <= mask { return self }
        let bits = bits & mask
        guard width < 64, low >> width == high >> width else { return ValueRange(bits: bits).tightened() }
        return ValueRange(low: low & mask, high: high & mask, bits: bits).tightened()
    }

    // MARK: Sets

    /// The smallest range that holds both.
    package func joined(_ other: ValueRange) -> ValueRange {
        ValueRange(low: min(low, other.low), high: max(high, other.high), bits: bits | other.bits)
    }

    /// What is in both ranges; it may be empty.
    func intersected(_ other: ValueRange) -> ValueRange {
        ValueRange(low: max(low, other.low), high: min(high, other.high), bits: bits & other.bits).tightened()
    }
}
