// What a program that is interpreted reaches: the interpreter checks that accesses stay inside of their regions, and this
// says what is there.

/// Regions of a program that runs.
public protocol ProgramMemory {
    /// What is read at a byte offset of a region.
    mutating func load(_ region: UInt8, _ offset: UInt64, _ byteCount: UInt64) -> UInt64
    /// Takes what is written at a byte offset of a region.
    mutating func store(_ region: UInt8, _ offset: UInt64, _ byteCount: UInt64, _ value: UInt64)
    /// What was stored is visible before what is stored next.
    mutating func publish()
}

/// Regions that hold what was written to them, a byte a byte.
public struct RegionBytes: ProgramMemory, Sendable {
    /// Contents of the regions, in the program's order.
    public var contents: [[UInt8]]

    public init(_ contents: [[UInt8]]) { self.contents = contents }

    public mutating func load(_ region: UInt8, _ offset: UInt64, _ byteCount: UInt64) -> UInt64 {
        (0..<byteCount).reduce(0) { $0 | UInt64(contents[Int(region)][Int(offset + $1)]) << (8 * $1) }
    }

    public mutating func store(_ region: UInt8, _ offset: UInt64, _ byteCount: UInt64, _ value: UInt64) {
        for byte in 0..<byteCount {
            contents[Int(region)][Int(offset + byte)] = UInt8(truncatingIfNeeded: value >> (8 * byte))
        }
    }

    public mutating func publish() {}
}
