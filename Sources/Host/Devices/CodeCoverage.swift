// Which generated instructions were executed and which ways their conditional branches went: the second acceptance rule
// of the design asks for all of them. Instructions come from the driver's marks, so nothing is decoded here but the
// opcodes of conditional branches.

import Pipeline

/// Coverage of a driver's functions.
public struct CodeCoverage {
    /// What was left out of one function.
    public struct Gap: Hashable, Sendable, CustomStringConvertible {
        /// What did not happen.
        public enum Kind: Hashable, Sendable {
            case notExecuted
            case neverJumped
            case alwaysJumped
        }

        public var place: CodePlace
        /// Line of the rule.
        public var line: UInt16
        public var kind: Kind

        public var description: String { "\(place) (line \(line)): \(kind)" }
    }

    private var ways: [UInt8] = []

    public init() {}

    /// Adds what a processor has executed.
    public mutating func add(_ processor: SimulatedProcessor) {
        let more = processor.coverage
        if ways.isEmpty { ways = [UInt8](repeating: 0, count: more.count) }
        for index in more.indices { ways[index] |= more[index] }
    }

    /// All gaps of a driver, in the order of its code.
    public func gaps(in driver: GeneratedDriver) -> [Gap] {
        guard let start = driver.codeStart?.rawValue else { return [] }
        var gaps: [Gap] = []
        for function in driver.functions {
            let name = String(decoding: function.name, as: UTF8.self)
            for mark in function.marks {
                let place = CodePlace(function: name, offset: Int(mark.offset))
                let index = Int(function.entry.rawValue - start) + Int(mark.offset)
                let way = index < ways.count ? ways[index] : 0
                let note = { (kind: Gap.Kind) in gaps.append(Gap(place: place, line: mark.line, kind: kind)) }
                if way & 1 == 0 {
                    note(.notExecuted)
                } else if Self.isConditionalBranch(function.bytes, at: Int(mark.offset)) {
                    if way & 2 == 0 { note(.alwaysJumped) }
                    if way & 4 == 0 { note(.neverJumped) }
                }
            }
        }
        return gaps
    }

    /// Jcc with an 8-bit or a 32-bit displacement; no prefixes are generated.
    ///
    /// Source: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2A, Jcc.
    private static func isConditionalBranch(_ bytes: [UInt8], at offset: Int) -> Bool {
        if bytes[offset] & 0xF0 == 0x70 { return true }
        return bytes[offset] == 0x0F && offset + 1 < bytes.count && bytes[offset + 1] & 0xF0 == 0x80
    }
}
