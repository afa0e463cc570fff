// What generation returns: per PCI function a driver, or the reason why there is none. The kernel maps and reports it,
// the host prints it; both from this one description.

import Hardware
import Metabinary
import Program
import Verification

/// A window of a driver, with the place that it is mapped at, or its ports or configuration space, which nobody has to map.
public struct PlacedWindow: Hashable, Sendable {
    /// Name in the rule, ASCII.
    public var name: [UInt8]
    /// Number of the base address register; 0 in configuration space.
    public var bar: UInt8
    /// Where the window begins in what that register decodes, or in the function's configuration space. Units: bytes.
    public var offset: UInt64
    /// What the addresses of the window are.
    public var space: Grant.Space
    /// Address, or first port, that the base address register decodes; in configuration space as `virtual`.
    public var physical: PhysicalAddress
    /// Address by which code reaches the window, its first port, or its place in configuration space.
    public var virtual: VirtualAddress
    /// Units: bytes.
    public var byteCount: UInt64

    public init(
        name: [UInt8], bar: UInt8, offset: UInt64 = 0, space: Grant.Space = .memory, physical: PhysicalAddress,
        virtual: VirtualAddress, byteCount: UInt64
    ) {
        self.name = name
        self.bar = bar
        self.offset = offset
        self.space = space
        self.physical = physical
        self.virtual = virtual
        self.byteCount = byteCount
    }
}

/// A ring, a pool or state of a driver, with the place that it was allotted and what is kept free after it.
public struct PlacedMemory: Hashable, Sendable {
    /// Name in the rule, ASCII.
    public var name: [UInt8]
    /// What the memory is: anything but a window.
    public var kind: Region.Kind
    public var physical: PhysicalAddress
    public var virtual: VirtualAddress
    /// Units: bytes.
    public var byteCount: UInt64
    /// Distance of one slot or buffer to the next; 0 for state.
    ///
    /// Units: bytes.
    public var stride: UInt64
    /// Where the data of buffer n begins: so far behind n strides.
    ///
    /// Units: bytes.
    public var headroom: UInt64
    /// Guard space from its last byte to a page boundary, which nothing uses; 0 for state, and where another memory follows
    /// that tells the device addresses.
    ///
    /// Units: bytes.
    public var guardByteCount: UInt64

    public init(
        name: [UInt8], kind: Region.Kind, physical: PhysicalAddress, virtual: VirtualAddress, byteCount: UInt64,
        stride: UInt64 = 0, headroom: UInt64 = 0, guardByteCount: UInt64 = 0
    ) {
        self.name = name
        self.kind = kind
        self.physical = physical
        self.virtual = virtual
        self.byteCount = byteCount
        self.stride = stride
        self.headroom = headroom
        self.guardByteCount = guardByteCount
    }
}

/// Where an instruction of a generated function starts, and the line of the rule that asked for it.
public struct InstructionMark: Hashable, Sendable {
    /// Units: bytes from the function's entry.
    public var offset: UInt32
    /// Line of the function's rule file, counted from 1.
    public var line: UInt16

    public init(offset: UInt32, line: UInt16) {
        self.offset = offset
        self.line = line
    }
}

/// A generated function: a unit of replacement with a stable entry.
public struct GeneratedFunction: Hashable, Sendable {
    /// What the rule says to whoever calls it: of a result, a record tells the name alone.
    public var signature: FunctionSignature
    /// Highest value of each argument, at most six, which the caller passes in integer registers. The code relies on it:
    /// whoever calls proves it. A report says how many there are and not how high: what is read back from one is `.max`.
    public var parameterBounds: [UInt64]
    /// Address of the first byte.
    public var entry: VirtualAddress
    public var bytes: [UInt8]
    /// All lines are lines of the rule's file.
    public var marks: [InstructionMark]
    /// Conditional branches among the instructions.
    public var branchCount: Int
    /// Most time that a call takes. No record says it.
    public var longest: TimeBound

    public init(
        _ signature: FunctionSignature, parameterBounds: [UInt64] = [], entry: VirtualAddress, bytes: [UInt8],
        marks: [InstructionMark], branchCount: Int, longest: TimeBound = TimeBound()
    ) {
        self.signature = signature
        self.parameterBounds = parameterBounds
        self.entry = entry
        self.bytes = bytes
        self.marks = marks
        self.branchCount = branchCount
        self.longest = longest
    }

    public var name: [UInt8] { signature.name }
    public var ruleFile: [UInt8] { signature.ruleFile }
}

/// A fact that a description names, and what it is of this device.
public struct NamedFact: Hashable, Sendable {
    /// Name in the rule, ASCII.
    public var name: [UInt8]
    public var value: UInt64

    public init(name: [UInt8], value: UInt64) {
        self.name = name
        self.value = value
    }
}

/// All that was generated for one PCI function.
///
/// Its code fills pages of its own: each driver starts on a page boundary, and int3 fills the gaps.
public struct GeneratedDriver: Hashable, Sendable {
    public var function: FunctionAddress
    /// Name of the description, ASCII.
    public var name: [UInt8]
    /// Name of the class that the description belongs to, ASCII.
    public var className: [UInt8]
    /// Names of the classes that this one is besides, the nearest first, ASCII. No record says them.
    public var ancestors: [[UInt8]]
    public var windows: [PlacedWindow]
    /// Rings, pools and state, in the order of the description.
    public var memories: [PlacedMemory]
    /// All that its code may touch, in rising order of space and address; none overlaps another.
    public var grants: [Grant]
    public var functions: [GeneratedFunction]
    /// The facts of the description that have a name, in its order.
    public var facts: [NamedFact]
    /// What was kept of each choice of the description.
    public var choices: [KeptChoice]

    public init(
        function: FunctionAddress, name: [UInt8], className: [UInt8], ancestors: [[UInt8]] = [],
        windows: [PlacedWindow],
        memories: [PlacedMemory] = [], grants: [Grant] = [], functions: [GeneratedFunction],
        facts: [NamedFact] = [], choices: [KeptChoice] = []
    ) {
        self.function = function
        self.name = name
        self.className = className
        self.ancestors = ancestors
        self.windows = windows
        self.memories = memories
        self.grants = grants
        self.functions = functions
        self.facts = facts
        self.choices = choices
    }

    /// Bytes of all functions, without the padding between them.
    public var byteCount: Int { functions.reduce(0) { $0 + $1.bytes.count } }
}
