// One way in which a description finds its functions: by who made them, or by what they are.

import Hardware

/// Functions that a description is for.
public enum MatchDescription: Hashable, Sendable {
    /// By maker and device; `without` the capability of an ID, those alone that have none.
    case identity(vendor: UInt16, device: UInt16, without: UInt8?)
    /// Base class in bits 23:16, subclass in 15:8, interface in 7:0.
    case classCode(UInt32)

    /// Whether a function is one of them.
    public func covers(_ function: PCIFunction) -> Bool {
        switch self {
        case .identity(let vendor, let device, let missing):
            function.vendor == vendor && function.device == device
                && !function.capabilities.contains { $0.identifier == missing }
        case .classCode(let code): function.classCode == code
        }
    }

    /// The number that stands for its kind, and what it is made of; of the other kinds, zeros.
    var numbers:
        (
            kind: UInt8, vendor: UInt16, device: UInt16, missing: UInt8,
            code: (base: UInt8, sub: UInt8, interface: UInt8)
        )
    {
        switch self {
        case .identity(let vendor, let device, let missing):
            (missing == nil ? 0 : 2, vendor, device, missing ?? 0, (0, 0, 0))
        case .classCode(let code):
            (
                1, 0, 0, 0,
                (
                    UInt8(truncatingIfNeeded: code >> 16), UInt8(truncatingIfNeeded: code >> 8),
                    UInt8(truncatingIfNeeded: code)
                )
            )
        }
    }

    /// The larger, the more specific: by class, by maker, by what else a function of that maker has not.
    var specificity: Int {
        switch self {
        case .classCode: 1
        case .identity(_, _, let missing): missing == nil ? 2 : 3
        }
    }
}
