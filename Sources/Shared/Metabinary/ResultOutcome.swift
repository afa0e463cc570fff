// How a function's result is laid out: which bits say what came of the call, and where each outcome carries what. Rules
// decide it, the metabinary holds it, and whoever calls generated functions takes their results apart by it alone.

/// One of the things that may come of a call.
///
/// Layout: bits that no field of the outcome has are the same in every result that is this outcome, and no other outcome of
/// the function has them so.
public final class ResultOutcome: Sendable {
    /// Bits of a result that are a number.
    public struct Field: Hashable, Sendable {
        /// Name in the rule, ASCII.
        public package(set) var name: [UInt8]
        public package(set) var firstBit: UInt8
        /// At least one.
        public package(set) var bitCount: UInt8
        /// Index of the memory of which the number is a buffer's; `nil` for any other number.
        public package(set) var memory: Int?

        public init(name: [UInt8], firstBit: UInt8, bitCount: UInt8, memory: Int? = nil) {
            self.name = name
            self.firstBit = firstBit
            self.bitCount = bitCount
            self.memory = memory
        }

        /// The bits of the field, in their places.
        public var mask: UInt64 { (.max &>> UInt64(64 &- bitCount)) &<< UInt64(firstBit) }

        /// The number that a result has there.
        public func value(in result: UInt64) -> UInt64 { (result & mask) &>> UInt64(firstBit) }
    }

    /// Name in the rule, ASCII.
    public let name: [UInt8]
    /// The result with all fields zero.
    public let pattern: UInt64
    public let fields: [Field]
    /// All bits that fields have.
    public let fieldMask: UInt64

    /// - Precondition: no field shares a bit with another or with the pattern.
    public init(name: [UInt8], pattern: UInt64, fields: [Field] = []) {
        self.name = name
        self.pattern = pattern
        self.fields = fields
        var mask: UInt64 = 0
        for field in fields { mask |= field.mask }
        fieldMask = mask
    }

    /// Whether a result is this outcome; one with a bit set that nothing explains is none.
    public func matches(_ result: UInt64) -> Bool { result & ~fieldMask == pattern }

    /// Whether some result would be both outcomes.
    func overlaps(_ other: ResultOutcome) -> Bool {
        (pattern ^ other.pattern) & ~(fieldMask | other.fieldMask) == 0
    }
}

extension ResultOutcome: Hashable {
    public static func == (left: ResultOutcome, right: ResultOutcome) -> Bool {
        left.name == right.name && left.pattern == right.pattern && left.fields == right.fields
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(name)
        hasher.combine(pattern)
    }
}
