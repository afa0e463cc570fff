// Addresses and ports that are the machine's own, as ACPI names them: where no device of a driver may be. Plain data;
// `SystemRange+Discovery.swift` reads the tables.

/// A range of the machine's own.
public struct SystemRange: Hashable, Sendable {
    /// What is there.
    public enum Kind: UInt8, Sendable, CaseIterable {
        /// The interrupt controller of each processor.
        case localController
        /// An interrupt controller that devices are wired to.
        case inputController
        /// The high precision event timers.
        case eventTimers
        /// Configuration space of all functions of some buses.
        case configuration
        /// The trusted platform module.
        case securityModule
        /// Ports of power management and of reset.
        case ports

        /// The word that stands for the kind in a report.
        public var word: StaticString {
            switch self {
            case .localController: "local-apic"
            case .inputController: "io-apic"
            case .eventTimers: "hpet"
            case .configuration: "ecam"
            case .securityModule: "tpm"
            case .ports: "ports"
            }
        }
    }

    public var kind: Kind
    /// First address, or first port of `ports`.
    public var base: UInt64
    /// Units: bytes.
    public var byteCount: UInt64

    public init(kind: Kind, base: UInt64, byteCount: UInt64) {
        self.kind = kind
        self.base = base
        self.byteCount = byteCount
    }
}
