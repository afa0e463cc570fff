// What the fields of each form hold, in the order of its row: what an error says was expected. The words are the host's alone.

import Report

extension RecordForm {
    /// What the fields hold, one for each in the row.
    var fields: [String] { words.isEmpty ? [] : words.split(separator: ", ").map(String.init) }

    /// What is expected where a word of the row's own text should stand.
    func expectation(of word: String) -> String {
        self == .start && word == "2" ? "version 2 of the format, which proves its boot by a nonce" : word
    }

    private static let source = "a source that is known"
    private static let function = "bus:device.function"
    private static let driver = "bus:device.function, the name of a description"
    private static let time = "a time in microseconds"
    private static let activity = "an activity"
    private static let instruction = "an address, a function, an offset, a line"

    private var words: String {
        switch self {
        // The boot
        case .start: "how the kernel was entered, sixteen hexadecimal digits, option rdrand or clock, options"
        case .step: "a step"
        case .oddity: "a place, what is wrong"
        case .heap: "the start of the heap, the size of the heap, a count of page tables, \(Self.source)"
        case .privateRegion: "an address, the size of a range, an address, a size"
        case .watchdog: "a number of seconds, a frequency"
        case .noWatchdog: "why there is none"
        case .rules: "the size of the rules, a checksum"
        case .woken: "\(Self.function), a power state, a power state, \(Self.source)"
        // Facts
        case .cpuid: "a leaf, a subleaf, EAX, EBX, ECX, EDX"
        case .memory: "the base of a range, the size of a range, a kind of memory, \(Self.source)"
        case .acpi: "a signature, the address of a table, the size of a table, \(Self.source)"
        case .core: "the number of an interrupt controller, \(Self.source)"
        case .system: "a kind of range, the base of a range, the size of a range, \(Self.source)"
        case .clock: "a frequency, \(Self.source)"
        case .configuration: "a way to configuration space, \(Self.source)"
        case .pci:
            "\(Self.function), vendor:device, vendor:device, a class of three bytes, a class of three bytes, "
                + "a class of three bytes, a revision, a header type, \(Self.source)"
        case .subsystem: "\(Self.function), vendor:device, vendor:device, \(Self.source)"
        case .interrupt: "\(Self.function), an interrupt line, a pin from A to D, \(Self.source)"
        case .bridge: "\(Self.function), a bus number, a bus number, \(Self.source)"
        case .bar:
            "\(Self.function), the number of a BAR, a kind of range, the base of a range, the size of a range, \(Self.source)"
        case .capability:
            "\(Self.function), a place in configuration space, a capability ID, pairs of digits, \(Self.source)"
        case .extended:
            "\(Self.function), a place in configuration space, a capability ID, a version, \(Self.source)"
        case .place: "an address, an address, \(Self.source)"
        case .data: "an address, the size of a range, an address, \(Self.source)"
        case .probe: "\(Self.driver), the name of a probe, a number, \(Self.source)"
        // Facts in words
        case .cpu: "a vendor, a family, a model, a stepping, \(Self.source)"
        case .brand: "a brand, \(Self.source)"
        case .cache: "a level, a kind of cache, a size, a size of lines, a count of ways, \(Self.source)"
        case .power: "\(Self.function), a power state, \(Self.source)"
        case .msi: "\(Self.function), a count of messages, \(Self.source)"
        case .msix: "\(Self.function), a count of messages, a BAR, an offset, a BAR, an offset, \(Self.source)"
        case .express: "\(Self.function), a type of function, a payload, a payload, \(Self.source)"
        // Generation
        case .driver: "\(Self.driver), the name of a class, a count, a count, a count of ticks"
        case .fact: "\(Self.driver), the name of a fact, a number"
        case .choice: "\(Self.driver), the name of a choice, a line, a count, bytes/instructions or none"
        case .window:
            "\(Self.driver), the name of a window, the number of a BAR, an offset in a BAR, "
                + "the address of a window, the size of a window"
        case .configurationWindow:
            "\(Self.driver), the name of a window, a place in configuration space, the size of a window"
        case .region:
            "\(Self.driver), the name of a region, a kind of region, the address of a region, the size of a region, "
                + "an address, a number of bytes, a number of bytes"
        case .guardSpace:
            "\(Self.driver), the name of a region, the address of guard space, the size of guard space"
        case .grant:
            "\(Self.driver), the name of a grant, the address of a grant, the size of a grant, rights, "
                + "the size of an element, limits"
        case .verified: "\(Self.driver), a count of grants, a count of ticks"
        case .function:
            "\(Self.driver), the name of a function, the address of a function, a count, a count, a count, "
                + "the name of a rule's file, a count of parameters"
        case .code: "\(Self.driver), the name of a function, an offset, instructions or @line"
        case .refused: "\(Self.driver), a stage, a reason"
        case .undescribed: "\(Self.function), vendor:device, vendor:device, a kind of function"
        case .drivers: "a count, a count"
        case .result: "\(Self.driver), the name of a function, the name of a result, a result"
        // Exchange
        case .bringup: "\(Self.driver), an outcome, \(Self.time)"
        case .link: "\(Self.driver), up or down, \(Self.time)"
        case .resolution: "\(Self.driver), the address of a host, the address of a station, a count, \(Self.time)"
        case .echo: "\(Self.driver), the address of a host, a count, a count, \(Self.time)"
        case .volume: "\(Self.driver), a count, a count, a count, \(Self.time)"
        case .counts: "\(Self.driver), a count, a count, a count, a count, a count, a count, a count, a count"
        // Overruns and quarantine
        case .overrun:
            "\(Self.driver), an address, the size of a range, a count, the name of a memory, \(Self.function)"
        case .quarantineBringup: "\(Self.driver), an outcome, \(Self.activity)"
        case .quarantineFault:
            "\(Self.driver), the name of a fault, a vector, an error code, \(Self.instruction), an address, \(Self.activity)"
        case .quarantineEndless: "\(Self.driver), a function, \(Self.instruction), \(Self.activity)"
        case .quarantineBreach, .quarantineArgument: "\(Self.driver), a function, a value, \(Self.activity)"
        case .quarantineOverrun: "\(Self.driver), the name of a memory, \(Self.activity)"
        case .quarantineMissing: "\(Self.driver), a part of a contract, \(Self.activity)"
        case .quarantineInstallation: "\(Self.driver), a reason, \(Self.activity)"
        case .quarantineCalled: "\(Self.driver), \(Self.activity)"
        // Verdict
        case .tests: ""
        case .plan: "a count of tests"
        case .passed, .failed: "the number of a test, the name of a test"
        case .exception: "the name of a fault, a vector, an error code, an address, an address, \(Self.activity)"
        case .fault: "the name of a fault, a subject, a bound in us, \(Self.activity)"
        case .verdict: "passed or failed, sixteen hexadecimal digits, a count, a count, a time in ms, a reason"
        }
    }
}
