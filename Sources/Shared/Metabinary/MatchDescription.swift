// One way in which a description finds its functions. Matching by class code joins it when a device needs it.

import Hardware

/// Vendor and device that a description is for.
public struct MatchDescription: Hashable, Sendable {
    public var vendor: UInt16
    public var device: UInt16

    /// Whether a function has that identity.
    public func covers(_ function: PCIFunction) -> Bool {
        function.vendor == vendor && function.device == device
    }
}
