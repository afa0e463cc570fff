// The description of a family of devices as a metabinary carries it: everything but the code of its functions.

import Hardware

/// Description of a family of devices.
public struct DeviceDescription: Hashable, Sendable {
    /// Name in the rule, ASCII.
    public var name: [UInt8]
    /// Name of the class that the device belongs to, ASCII.
    public var className: [UInt8]
    /// Version of the contract of that class.
    public var classVersion: UInt8
    /// File that the rule stands in, without its folder, ASCII.
    public var ruleFile: [UInt8]
    public var matches: [MatchDescription]
    public var windows: [WindowDescription]
    /// Rings, pools and state, in the order in which they are allotted.
    public var memories: [MemoryDescription]
    public var functions: [FunctionDescription]
    /// What the functions remember between calls, in the state's memory.
    public var cells: [CellDescription]

    /// Whether the description is for that function.
    public func covers(_ function: PCIFunction) -> Bool {
        for match in matches where match.covers(function) {
            return true
        }
        return false
    }
}
