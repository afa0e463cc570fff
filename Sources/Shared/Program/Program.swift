// A program and what is beside its items: the memory it may touch and where each item comes from.

import Hardware

/// Memory or ports that a program touches. Memory is named until placement gives it an address; ports are where the
/// facts say.
public struct Region: Hashable, Sendable {
    /// What the region is.
    public enum Kind: UInt8, Sendable, CaseIterable {
        /// Registers of a device, mapped uncached.
        case window
        /// Descriptors that a device reads and writes.
        case ring
        /// Buffers that a device reads and writes.
        case pool
        /// Private to the driver.
        case state
        /// Registers of a device in port space.
        case ports
    }

    public var kind: Kind
    /// Where the region is mapped; of ports, the first one's number.
    public var address: VirtualAddress
    /// Where a device finds the region; 0 for what no device has to find.
    public var physical: PhysicalAddress
    /// Units: bytes.
    public var byteCount: UInt64
    /// Of ports that lead to configuration space: what the first of them takes for the place at which a window begins there;
    /// 0 for all others.
    ///
    /// Source: PCI Local Bus Specification, revision 3.0, section 3.2.2.3.2.
    public var selection: UInt32

    public init(
        kind: Kind, address: VirtualAddress, physical: PhysicalAddress = PhysicalAddress(rawValue: 0),
        byteCount: UInt64, selection: UInt32 = 0
    ) {
        self.kind = kind
        self.address = address
        self.physical = physical
        self.byteCount = byteCount
        self.selection = selection
    }
}

/// Facts that an item depends on.
///
/// Layout: bits 5:0 the base address registers 0 to 5 of the function, bit 6 its identity, bit 7 the clock,
/// bit 8 the placement of memory, bit 9 the function's place on its bus.
public struct FactSet: OptionSet, Hashable, Sendable {
    public var rawValue: UInt32

    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// The base address register of that number.
    public static func baseAddressRegister(_ index: UInt8) -> FactSet { FactSet(rawValue: 1 << UInt32(index)) }

    /// Vendor, device and class of the function.
    public static let identity = FactSet(rawValue: 1 << 6)

    /// Frequency of the time-stamp counter.
    public static let clock = FactSet(rawValue: 1 << 7)

    /// Where rings, pools and state were placed.
    public static let placement = FactSet(rawValue: 1 << 8)

    /// The function's address, and where its capabilities stand.
    public static let location = FactSet(rawValue: 1 << 9)
}

/// Where an item comes from: the line of the rule that asked for it, and the facts that decided it.
public struct Origin: Hashable, Sendable {
    /// Line of the rule's file, counted from 1.
    public var line: UInt16
    public var facts: FactSet

    public init(line: UInt16, facts: FactSet) {
        self.line = line
        self.facts = facts
    }
}

/// The residual program of one generated function.
public struct Program: Hashable, Sendable {
    /// Most items that a program may have; the rooms of the stages are as large.
    public static let itemLimit = 2048

    public var items: [Item] = []
    public var regions: [Region] = []
    public var origins: [Origin] = []
    /// Type of the value that `returnValue` returns.
    public var result: ValueType

    public init(result: ValueType) { self.result = result }

    /// Whether an item reads or writes a port.
    ///
    /// - Precondition: the item is well formed.
    public func reachesPort(_ item: Item) -> Bool {
        let effect = item.operation.row.effect
        return (effect == .deviceRead || effect == .deviceWrite) && regions[Int(item.region)].kind == .ports
    }
}
