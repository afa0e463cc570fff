// The forms that records have: a case a form. A kind, which is the first word of a record, has several where its records say
// different things. RecordForm+Schema.swift tells what each looks like, RECORDS.md what each means.

/// A form of records, in the order in which RECORDS.md shows them.
public enum RecordForm: UInt8, CaseIterable, Sendable {
    // The boot
    case start, step, oddity, heap, privateRegion, watchdog, noWatchdog, rules, woken
    // Facts
    case cpuid, memory, acpi, core, system, clock, configuration, pci, subsystem, interrupt, bridge, bar, capability
    case extended, place, data, probe
    // Facts in words
    case cpu, brand, cache, power, msi, msix, express
    // Generation
    case driver, fact, choice, window, configurationWindow, region, guardSpace, grant, verified, function, code, refused
    case undescribed, drivers, result
    // Exchange
    case bringup, link, resolution, echo, volume, counts
    // Overruns and quarantine
    case overrun
    case quarantineBringup, quarantineFault, quarantineEndless, quarantineBreach, quarantineArgument, quarantineOverrun
    case quarantineMissing, quarantineInstallation, quarantineCalled
    // Verdict
    case tests, plan, passed, failed, exception, fault, verdict
}
