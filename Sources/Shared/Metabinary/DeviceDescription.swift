// The description of a family of devices as a metabinary carries it: everything but the code of its functions. The rule
// compiler makes it from the text, the image parser from an image, both field by field as the layout goes; from then on nobody
// changes it, nor anything in it, which is what lets it be shared.

import Hardware

/// Description of a family of devices.
public final class DeviceDescription: @unchecked Sendable {
    /// Index in its image.
    var index = 0
    /// Name in the rule, ASCII.
    public package(set) var name: [UInt8] = []
    /// The class that the device belongs to.
    public package(set) var itsClass = ClassDescription()
    /// File that the rule is in, without its folder, ASCII.
    public package(set) var ruleFile: [UInt8] = []
    public package(set) var matches: [MatchDescription] = []
    public package(set) var windows: [WindowDescription] = []
    /// Rings, pools and state, in the order in which they are allotted.
    public package(set) var memories: [MemoryDescription] = []
    public package(set) var functions: [FunctionDescription] = []
    /// What the functions remember between calls, in the state's memory.
    public package(set) var cells: [CellDescription] = []
    /// Numbers of the static stage, by table and entry.
    public package(set) var tables: [[UInt64]] = []
    /// Each depends on facts before it alone.
    public package(set) var facts: [FactDescription] = []
    public package(set) var choices: [ChoiceDescription] = []
    public package(set) var quantities: [QuantityDescription] = []
    public package(set) var probes: [ProbeDescription] = []

    package init() {}

    /// Name of the class that the device belongs to, ASCII.
    public var className: [UInt8] { itsClass.name }
    /// Version of the contract of that class.
    public var classVersion: UInt8 { itsClass.version }
}
