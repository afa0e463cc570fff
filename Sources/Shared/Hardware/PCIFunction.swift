// One PCI function as discovery found it. Plain data: the scan that fills it in is elsewhere.

/// A range that a base address register decodes.
public struct BaseAddressRegister: Hashable, Sendable {
    /// What the register decodes.
    ///
    /// Source: PCI Local Bus Specification, revision 3.0, section 6.2.5.1.
    public enum Kind: UInt8, Sendable, CaseIterable {
        case memory32
        case memory64
        case io
    }

    /// Number of the register, 0 to 5; a 64-bit one occupies this and the next.
    public var index: UInt8
    public var kind: Kind
    public var isPrefetchable: Bool
    /// First address, in memory or I/O space; 0 where nobody assigned one.
    public var base: UInt64
    /// How much it decodes, a power of two; 0 where nobody asked: of a function that nobody is to use.
    ///
    /// Units: bytes.
    public var byteCount: UInt64
    /// Whether the kernel gave it its address, where firmware had left it without one.
    public var isChosen = false

    public init(index: UInt8, kind: Kind, isPrefetchable: Bool, base: UInt64, byteCount: UInt64) {
        self.index = index
        self.kind = kind
        self.isPrefetchable = isPrefetchable
        self.base = base
        self.byteCount = byteCount
    }

    /// Whether the range has an address.
    public var isAssigned: Bool { base != 0 }
}

/// A PCI function: identity, ranges, capabilities and interrupt.
///
/// Source: PCI Local Bus Specification, revision 3.0, section 6.1; bridges: PCI-to-PCI Bridge Architecture
/// Specification, revision 1.2, section 3.2.
public struct PCIFunction: Hashable, Sendable {
    public var address: FunctionAddress
    public var vendor: UInt16
    public var device: UInt16
    public var revision: UInt8
    /// Layout: bits 23:16 base class, 15:8 subclass, 7:0 programming interface.
    public var classCode: UInt32
    /// Header type without the multi-function bit: 0 a device, 1 a PCI-to-PCI bridge.
    public var headerType: UInt8
    public var subsystemVendor: UInt16
    public var subsystem: UInt16
    /// Interrupt line that firmware noted, 0xFF for none and for a function without a pin.
    public var interruptLine: UInt8
    /// 0 for none, 1 to 4 for INTA to INTD.
    public var interruptPin: UInt8
    /// Bus behind a bridge, 0 for everything else.
    public var secondaryBus: UInt8
    /// Highest bus behind a bridge, 0 for everything else.
    public var subordinateBus: UInt8
    /// Whether discovery gave the bridge its buses, where firmware had left it without.
    public var isNumbered: Bool
    /// Whether it is a bridge that firmware left without memory decode: nothing behind it answers in memory.
    public var isClosed: Bool
    public var baseAddressRegisters: [BaseAddressRegister]
    public var capabilities: [Capability]
    /// What PCI Express has beyond the first 256 bytes; empty where these could not be reached.
    public var extendedCapabilities: [ExtendedCapability]

    public init(address: FunctionAddress, vendor: UInt16, device: UInt16) {
        self.address = address
        self.vendor = vendor
        self.device = device
        revision = 0
        classCode = 0
        headerType = 0
        subsystemVendor = 0
        subsystem = 0
        interruptLine = 0xFF
        interruptPin = 0
        secondaryBus = 0
        subordinateBus = 0
        isNumbered = false
        isClosed = false
        baseAddressRegisters = []
        capabilities = []
        extendedCapabilities = []
    }

    /// Whether it is a PCI-to-PCI bridge on the way to a bus.
    public func leads(to bus: UInt8) -> Bool {
        headerType == 1 && secondaryBus > 0 && secondaryBus <= bus && bus <= subordinateBus
    }

    /// The first capability of an ID whose byte at `markOffset` is `mark`; the first of that ID where the offset is 0.
    public func capability(_ identifier: UInt8, markOffset: UInt8, mark: UInt8) -> Capability? {
        capabilities.first { $0.isOf(identifier, markOffset: markOffset, mark: mark) }
    }

    /// The range of a base address register, or `nil` where the function has none of that number.
    public func baseAddressRegister(_ index: UInt8) -> BaseAddressRegister? {
        baseAddressRegisters.first { $0.index == index }
    }
}
