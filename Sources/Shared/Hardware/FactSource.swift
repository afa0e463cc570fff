// How a fact was learned. Every fact of a report names one of these.

/// The way in which a fact was learned.
public enum FactSource: UInt8, Sendable, CaseIterable {
    /// The CPUID instruction.
    case cpuid
    /// PCI configuration space.
    case configuration
    /// An ACPI table.
    case acpi
    /// The Multiboot2 information that the boot loader handed over.
    case multiboot2
    /// The PVH start information that the boot loader handed over.
    case pvh
    /// Calibration against channel 2 of the programmable interval timer.
    case intervalTimer
    /// Calibration against the ACPI power-management timer.
    case powerManagementTimer
    /// Calibration against the main counter of the high precision event timers.
    case eventTimer
    /// Chosen by the kernel itself: placement, seeds.
    case chosen
    /// An experiment on the device, which its description asks for.
    case probe
    /// Not learned at all but assumed, for a machine that is not there: in machine files only, no kernel writes it.
    case assumed

    /// The word that stands for the source in a report.
    public var word: StaticString {
        switch self {
        case .cpuid: "cpuid"
        case .configuration: "pci"
        case .acpi: "acpi"
        case .multiboot2: "multiboot2"
        case .pvh: "pvh"
        case .intervalTimer: "pit"
        case .powerManagementTimer: "pmtimer"
        case .eventTimer: "hpet"
        case .chosen: "chosen"
        case .probe: "probe"
        case .assumed: "assumed"
        }
    }
}
