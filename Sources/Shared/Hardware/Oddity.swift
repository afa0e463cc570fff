// What discovery found wrong with a machine and went on without. An oddity is neither a fact nor a failure: the thing
// it names was skipped or put right, and whoever started discovery decides what to say of it.

/// Something of a machine that breaks its standard and was skipped, or that firmware left as nobody can use it.
public struct Oddity: Hashable, Sendable {
    /// What is wrong.
    public enum Kind: UInt8, Sendable, CaseIterable {
        case rangeEmpty
        case rangeWraps
        case rangesOverlap
        case tooManyRanges
        case noRootPointer
        case rootPointerChecksum
        case noRootTable
        case noFixedTable
        case tableLength
        case tableChecksum
        case tooManyTables
        case configurationMap
        case tooManyFunctions
        case functionNotReady
        case headerType
        case bridgeNumbers
        case interruptPin
        case capabilityLoop
        case capabilityPlace
        case capabilityLength
        case registerKind
        case registerPair
        case registerSize
        case registerNotRestored
        case commandNotRestored
        case noRoom
        case bridgeAsleep
        case segmentUnseen
        case controllerHeld
        case watchdogStopped
        case watchdogRuns
        case translationStopped
        case translationStays
        case disksHidden
        case timerStandsStill
        case timerUnsteady
        case frequencyImplausible

        /// The sentence that stands for the oddity in a report.
        public var words: StaticString {
            switch self {
            case .rangeEmpty: "memory range of no length"
            case .rangeWraps: "memory range passes the end of the address space"
            case .rangesOverlap: "memory ranges overlap"
            case .tooManyRanges: "more memory ranges than are kept"
            case .noRootPointer: "no ACPI root pointer"
            case .rootPointerChecksum: "ACPI root pointer: wrong checksum"
            case .noRootTable: "no ACPI root table"
            case .noFixedTable: "ACPI root table names no usable FADT"
            case .tableLength: "ACPI table: length out of range"
            case .tableChecksum: "ACPI table: wrong checksum"
            case .tooManyTables: "more ACPI tables than are kept"
            case .configurationMap: "PCI is not in memory where ACPI says"
            case .tooManyFunctions: "more PCI functions than are kept"
            case .functionNotReady: "PCI function is not ready"
            case .headerType: "PCI header of an unknown type"
            case .bridgeNumbers: "bridge with impossible bus numbers"
            case .interruptPin: "interrupt pin out of range"
            case .capabilityLoop: "capability list loops"
            case .capabilityPlace: "capability points into the header"
            case .capabilityLength: "capability of a length that cannot be"
            case .registerKind: "BAR of a reserved kind"
            case .registerPair: "64-bit BAR in the last slot"
            case .registerSize: "BAR does not hold what is written"
            case .registerNotRestored: "BAR did not take its value back"
            case .commandNotRestored: "command did not take its value back"
            case .noRoom: "no room for a BAR without an address"
            case .bridgeAsleep: "bridge sleeps, what is behind it is not seen"
            case .segmentUnseen: "PCI segment above 0 is not looked at"
            case .controllerHeld: "USB controller: firmware does not let go"
            case .watchdogStopped: "watchdog ran and was stopped"
            case .watchdogRuns: "watchdog runs and may reset the machine"
            case .translationStopped: "IOMMU was on and is off now"
            case .translationStays: "IOMMU is on: devices may not reach memory"
            case .disksHidden: "disks behind VMD or RST: choose AHCI in setup"
            case .timerStandsStill: "timer stands still"
            case .timerUnsteady: "timer and time-stamp counter disagree"
            case .frequencyImplausible: "time-stamp frequency is implausible"
            }
        }
    }

    public var kind: Kind
    /// Where it was found: a physical address for ACPI, what it names and the memory map, a port number or a physical address for
    /// a timer, and for PCI the place in configuration space.
    ///
    /// Layout: of the last, bits 27:12 the function's address, 11:0 the offset.
    public var place: UInt64

    public init(_ kind: Kind, at place: UInt64) {
        self.kind = kind
        self.place = place
    }

    /// An oddity of a PCI function.
    init(_ kind: Kind, _ function: FunctionAddress, _ offset: UInt16) {
        self.init(kind, at: UInt64(function.rawValue) << 12 | UInt64(offset))
    }
}
