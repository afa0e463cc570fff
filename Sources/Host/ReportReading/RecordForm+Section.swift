// The sections of a report: what its records are about, and so which reader takes them. RECORDS.md has a table for each.

import Report

/// What records are about.
enum RecordSection: String, CaseIterable, Sendable {
    case boot = "The boot"
    /// What generation may ask for.
    case facts = "Facts"
    /// For people alone: what `cpuid` and `capability` say in numbers.
    case factsInWords = "Facts in words"
    case generation = "Generation"
    case exchange = "Exchange"
    /// What a device or a driver did that it should not.
    case harm = "Overruns and quarantine"
    case verdict = "Verdict"
}

extension RecordForm {
    /// The section that the form belongs to.
    var section: RecordSection {
        switch self {
        case .start, .step, .oddity, .heap, .privateRegion, .watchdog, .noWatchdog, .rules, .woken: .boot
        case .cpuid, .memory, .acpi, .core, .system, .clock, .configuration, .pci, .subsystem, .interrupt, .bridge,
            .bar, .capability, .extended, .place, .data, .probe:
            .facts
        case .cpu, .brand, .cache, .power, .msi, .msix, .express: .factsInWords
        case .driver, .fact, .choice, .window, .configurationWindow, .region, .guardSpace, .grant, .verified,
            .function, .code, .refused, .undescribed, .drivers, .result:
            .generation
        case .bringup, .link, .resolution, .echo, .volume, .counts: .exchange
        case .overrun, .quarantineFault, .quarantineEndless, .quarantineBringup, .quarantineBreach,
            .quarantineArgument, .quarantineOverrun, .quarantineMissing, .quarantineInstallation, .quarantineCalled:
            .harm
        case .tests, .plan, .passed, .failed, .exception, .fault, .verdict: .verdict
        }
    }
}

extension Record {
    /// The section of the record's kind; `nil` for one that this version does not know.
    var section: RecordSection? { RecordLayout.candidates(for: text).first?.form.section }

    /// Whether the record tells what came of the boot, or why not more did: not what the machine is, nor what was generated.
    public var isOfOutcome: Bool {
        switch section {
        case .exchange, .harm: true
        case .verdict: !isKind("KTAP")
        case .generation: isKind("result") || isKind("refused") || isKind("undescribed")
        case .boot, .facts, .factsInWords, nil: false
        }
    }
}
