// One way in which a description finds its functions: by who made them, or by what they are.

import Hardware

/// Functions that a description is for.
public enum MatchDescription: Hashable, Sendable {
    case identity(vendor: UInt16, device: UInt16)
    /// Base class in bits 23:16, subclass in 15:8, interface in 7:0.
    case classCode(UInt32)

    /// Whether a function is one of them.
    public func covers(_ function: PCIFunction) -> Bool {
        switch self {
        case .identity(let vendor, let device): function.vendor == vendor && function.device == device
        case .classCode(let code): function.classCode == code
        }
    }

    /// The number that stands for its kind, and what it is made of; of the other kind, zeros.
    var numbers: (kind: UInt8, vendor: UInt16, device: UInt16, code: (base: UInt8, sub: UInt8, interface: UInt8)) {
        switch self {
        case .identity(let vendor, let device): (0, vendor, device, (0, 0, 0))
        case .classCode(let code):
            (
                1, 0, 0,
                (
                    UInt8(truncatingIfNeeded: code >> 16), UInt8(truncatingIfNeeded: code >> 8),
                    UInt8(truncatingIfNeeded: code)
                )
            )
        }
    }

    /// Whether it names the maker: such a match is more specific than one by class.
    var namesMaker: Bool { if case .identity = self { true } else { false } }
}
