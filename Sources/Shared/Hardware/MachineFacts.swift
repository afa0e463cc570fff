// Everything that discovery learned of one machine: the static input of generation. It is plain data, so that a report
// can carry it and the host can generate for a machine that is not there.

/// A range of the physical address space, as firmware describes it.
public struct MemoryRange: Hashable, Sendable {
    /// What a range is for.
    ///
    /// Source: ACPI Specification, version 6.5, section 15.4 (address range types).
    public enum Kind: UInt8, Sendable, CaseIterable {
        case usable = 1
        case reserved = 2
        case acpiReclaimable = 3
        case acpiNonVolatile = 4
        case defective = 5
    }

    public var base: PhysicalAddress
    /// Units: bytes.
    public var byteCount: UInt64
    public var kind: Kind

    public init(base: PhysicalAddress, byteCount: UInt64, kind: Kind) {
        self.base = base
        self.byteCount = byteCount
        self.kind = kind
    }
}

/// A description table that ACPI lists, with its checksum verified.
///
/// Source: ACPI Specification, version 6.5, section 5.2.6.
public struct ACPITable: Hashable, Sendable {
    /// Layout: the four signature characters, the first in bits 7:0.
    public var signature: UInt32
    public var address: PhysicalAddress
    /// Units: bytes.
    public var byteCount: UInt32

    public init(signature: UInt32, address: PhysicalAddress, byteCount: UInt32) {
        self.signature = signature
        self.address = address
        self.byteCount = byteCount
    }

    /// Whether it tells of an IOMMU: `DMAR` (Intel Virtualization Technology for Directed I/O, section 8.1), `IVRS` (AMD I/O
    /// Virtualization Technology, section 5.2) or `VIOT` (ACPI Specification, version 6.5, section 5.2.31).
    var describesTranslation: Bool {
        signature == 0x5241_4D44 || signature == 0x5352_5649 || signature == 0x544F_4956
    }
}

/// The time-stamp counter as a clock.
public struct ClockFacts: Hashable, Sendable {
    /// Units: hertz.
    public var frequency: UInt64
    /// What the frequency was measured against.
    public var source: FactSource

    public init(frequency: UInt64, source: FactSource) {
        self.frequency = frequency
        self.source = source
    }
}

/// Where the kernel puts what it generates and maps. Bytes depend on it, so it is a fact of the report.
///
/// All regions lie below 2 GiB, hence within reach of each other by a 32-bit displacement.
public struct PlacementFacts: Hashable, Sendable {
    /// First byte of generated code; a multiple of the page size.
    public var code: VirtualAddress
    /// First byte of the area in which device windows are mapped; a multiple of the page size.
    public var windows: VirtualAddress
    /// First byte of the area for rings, pools and state; a multiple of the page size.
    public var data: VirtualAddress
    /// First byte of the physical range behind that area; a multiple of the page size.
    public var dataPhysical: PhysicalAddress
    /// Size of that range.
    ///
    /// Units: bytes.
    public var dataByteCount: UInt64

    /// What is left out is as in the kernel's own choice.
    public init(
        code: VirtualAddress, windows: VirtualAddress, data: VirtualAddress = VirtualAddress(rawValue: 0x6000_0000),
        dataPhysical: PhysicalAddress = PhysicalAddress(rawValue: 0x40_0000), dataByteCount: UInt64 = 0x80_0000
    ) {
        self.code = code
        self.windows = windows
        self.data = data
        self.dataPhysical = dataPhysical
        self.dataByteCount = dataByteCount
    }

    /// The kernel's own choice, for a machine with memory enough.
    public static let standard = PlacementFacts(
        code: VirtualAddress(rawValue: 0x4000_0000), windows: VirtualAddress(rawValue: 0x5000_0000))
}

/// What an experiment on a device has found out.
public struct ProbedFact: Hashable, Sendable {
    public var function: FunctionAddress
    /// Name of the description whose rule the experiment is, ASCII.
    public var device: [UInt8]
    /// Name of the probe, ASCII.
    public var name: [UInt8]
    public var value: UInt64
    /// `probe`, or `assumed` for a machine that is not there.
    public var source: FactSource

    public init(function: FunctionAddress, device: [UInt8], name: [UInt8], value: UInt64, source: FactSource = .probe) {
        self.function = function
        self.device = device
        self.name = name
        self.value = value
        self.source = source
    }
}

/// All facts of a machine.
public struct MachineFacts: Hashable, Sendable {
    public var processor = ProcessorFacts()
    public var memory: [MemoryRange] = []
    /// Who handed the memory map over: `multiboot2` or `pvh`.
    public var memorySource = FactSource.multiboot2
    public var tables: [ACPITable] = []
    /// Enabled processors; empty where ACPI does not list them.
    public var cores: [ProcessorCore] = []
    /// Addresses and ports of the machine's own, as ACPI names them.
    public var system: [SystemRange] = []
    public var clock: ClockFacts?
    /// How the functions were reached.
    public var configuration = ConfigurationReach.ports
    public var functions: [PCIFunction] = []
    public var placement = PlacementFacts.standard
    /// What probes have found out, in the order in which they ran.
    public var probes: [ProbedFact] = []

    public init() {}

    /// Whether firmware tells of an IOMMU, behind which a device may find other memory at an address than the processor.
    public var hasTranslation: Bool { tables.contains { $0.describesTranslation } }
}
