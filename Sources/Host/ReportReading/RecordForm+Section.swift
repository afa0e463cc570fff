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

extension RecordForm {
    /// When a reader takes the form's records: after those that they refer to. A kernel tells what matters first, and most
    /// facts and what was generated at the end; older ones told everything in its order.
    var pass: Int {
        switch self {
        case .probe: 1
        case .driver, .refused, .undescribed, .drivers: 2
        case .result: 4
        default: section == .facts ? 0 : section == .generation ? 3 : 5
        }
    }

    /// Whether a kernel tells it at the end, and on the serial line alone.
    var isToldLater: Bool {
        pass == 0 || pass == 3 || section == .factsInWords || self == .privateRegion
    }
}

extension Record {
    /// The form of the record's text as far as its kind tells; `nil` for a kind that this version does not know.
    var form: RecordForm? { RecordLayout.candidates(for: text).first?.form }

    /// Whether a kernel tells the record at the end, and on the serial line alone.
    public var isToldLater: Bool { form?.isToldLater ?? false }

    /// The section of the record's kind; `nil` for one that this version does not know.
    var section: RecordSection? { form?.section }

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

extension [Record] {
    /// The records in the order in which a reader takes them: each after those that it refers to.
    var inReadingOrder: [Record] {
        // Records of a kind that nobody knows are told of in their place among the last.
        enumerated().map { (pass: $1.form?.pass ?? .max, place: $0, record: $1) }
            .sorted { ($0.pass, $0.place) < ($1.pass, $1.place) }.map(\.record)
    }
}
