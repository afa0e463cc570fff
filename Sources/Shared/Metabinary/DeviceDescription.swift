// The description of a family of devices as a metabinary carries it: everything but the code of its functions.

import Hardware

/// Description of a family of devices.
public final class DeviceDescription: Sendable {
    /// Name in the rule, ASCII.
    public let name: [UInt8]
    /// The class that the device belongs to.
    public let itsClass: ClassDescription
    /// File that the rule is in, without its folder, ASCII.
    public let ruleFile: [UInt8]
    public let matches: [MatchDescription]
    public let windows: [WindowDescription]
    /// Rings, pools and state, in the order in which they are allotted.
    public let memories: [MemoryDescription]
    public let functions: [FunctionDescription]
    /// What the functions remember between calls, in the state's memory.
    public let cells: [CellDescription]
    /// Numbers of the static stage, by table and entry.
    public let tables: [[UInt64]]
    /// Each depends on facts before it alone.
    public let facts: [FactDescription]
    public let choices: [ChoiceDescription]
    public let quantities: [QuantityDescription]
    public let probes: [ProbeDescription]

    @inline(never)
    init(
        name: [UInt8], itsClass: ClassDescription, ruleFile: [UInt8], matches: [MatchDescription],
        windows: [WindowDescription], memories: [MemoryDescription], functions: [FunctionDescription],
        cells: [CellDescription], tables: [[UInt64]] = [], facts: [FactDescription] = [],
        choices: [ChoiceDescription] = [], quantities: [QuantityDescription] = [], probes: [ProbeDescription] = []
    ) {
        self.name = name
        self.itsClass = itsClass
        self.ruleFile = ruleFile
        self.matches = matches
        self.windows = windows
        self.memories = memories
        self.functions = functions
        self.cells = cells
        self.tables = tables
        self.facts = facts
        self.choices = choices
        self.quantities = quantities
        self.probes = probes
    }

    /// Name of the class that the device belongs to, ASCII.
    public var className: [UInt8] { itsClass.name }
    /// Version of the contract of that class.
    public var classVersion: UInt8 { itsClass.version }
}
