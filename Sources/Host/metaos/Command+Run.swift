// metaos run: boots an image in QEMU and shows its report as it comes.

import Glibc
import Inspection
import Machines
import ReportReading
import RuleCompiler

extension Command {
    static var run: Command {
        Command(
            name: "run", summary: "boots an image in QEMU and shows its report",
            operands: "[IMAGE] [-- QEMU'S OPTIONS]", operandLimit: 1, takesRest: true,
            options: RunOptions.options + [
                Option(name: "--raw", help: "the serial line as it is, to be saved as a report"),
                Option(name: "--brief", help: "tests, results, exchanges and the verdict alone"),
                Option(name: "--quiet", help: "the last line alone: what came of it"),
                Option(name: "--junit", placeholder: "FILE", help: "writes the tests as JUnit XML too"),
                Option(
                    name: "--volume", placeholder: "COUNT",
                    help: "sends so many frames, and checks that each comes back"),
                Option(
                    name: "--trace", placeholder: "FILE",
                    help: "what drivers read and wrote; - is standard output"),
                Option(
                    name: "--atlas", placeholder: "DIR", help: "the rules, for --trace; \(Atlas.standardDirectory)"),
            ],
            notes: [
                "IMAGE is .build/metaos.iso by default; an .elf image boots by QEMU's -kernel,",
                "anything else as a disk.",
                "Exit status 1: the run failed, its report is damaged, a card of the command line",
                "got no driver, or an output could not be written; of the volume test, that",
                "frames came back twice, late or changed, or none did. A card may drop some.",
                "Exit status 5: nothing failed, but nobody answered through a card, or its link",
                "did not come up.",
                "",
                "--trace tells each access of a device by register and field, in the order of",
                "the boot, which takes several times as long: its time limit is 120 seconds.",
                "What repeats is told once.",
                "",
                "--volume puts a peer behind the only card, whose kernel returns what it sends,",
                "and boots .build/metaos.elf by default. Lost, repeated, reordered, damaged and",
                "foreign frames are counted apart.",
                "",
                "What the kernel takes as --options, several with blanks between them:",
                "  address=A.B.C.D/N    our address, and how many bits its network shares; with",
                "                       peer=, for a network that is not QEMU's; 10.0.2.15/24",
                "  peer=A.B.C.D         who is asked and has to answer; 10.0.2.2",
                "  exchange=none        no frame goes through the cards",
                "  exchange=count:N     N frames come and go back; --volume has the peer for it",
                "  report=first         facts and code before the tests, for a machine that hangs",
                "  watchdog=SECONDS     ends a call of generated code after so long; 90",
                "  fault=NAME           a fault, to see it told: page-fault, invalid-opcode,",
                "                       divide-error, swift-trap, expired-wait, double-fault,",
                "                       stack-overflow, write-to-text, execute-data",
                "                       or one of the first driver: driver-page-fault,",
                "                       driver-general-protection, driver-endless,",
                "                       driver-endless-after-interrupts, driver-breach,",
                "                       driver-argument, driver-missing, driver-installation,",
                "                       decode-off, overrun, overrun-passing,",
                "                       probe-page-fault, probe-endless",
                "  nonce=16 DIGITS      what proves the report to be of this boot; drawn",
            ],
            run: runImage)
    }

    private static func runImage(_ arguments: Arguments) throws -> ExitStatus {
        let options = try RunOptions(arguments, image: arguments.operands.first)
        let isRaw = arguments.has("--raw")
        let extent = try Extent(arguments)
        let trace = arguments.value("--trace")
        if isRaw, trace == InputFile.standardInput { throw UsageError.exclusive("--raw", "--trace -") }
        var progress = Progress(options.description, isRaw: isRaw || arguments.has("--quiet"))
        let result: BootResult
        do {
            // What is said next must not stand behind the status.
            defer { progress.clear() }
            result = try options.boot { record in
                progress.show(record)
                if !isRaw, extent.shows(record) { Output.line(record.line) }
            }
        }
        if isRaw { Output.bytes(result.serial) }
        let traceLines = trace == nil ? [] : traceLines(of: result, arguments)
        if trace == InputFile.standardInput { traceLines.forEach(Output.line) }
        note(result)
        let outcome = Self.outcome(of: result, options.description)
        // The raw line is for programs: the summary must not be in it.
        let summary = Self.summary(result, outcome)
        if isRaw { Output.note(summary) } else { Output.line(summary) }
        if let trace, trace != InputFile.standardInput {
            try OutputFiles.writeIfChanged(Array(traceLines.map { $0 + "\n" }.joined().utf8), to: trace)
        }
        if let path = arguments.value("--junit") {
            let report = JUnitReport(result, hasPassed: outcome == .passed, summary: summary)
            try OutputFiles.writeIfChanged(Array(report.text.utf8), to: path)
        }
        if let number = result.captureErrorNumber, let capture = options.description.capture {
            Output.note("metaos: cannot write \(capture.path): \(String(cString: strerror(number)))")
            if outcome == .passed { return .failed }
        }
        return status(of: outcome)
    }

    /// What generated code accessed. Without the rules that it was generated by, bits have no names.
    private static func traceLines(of result: BootResult, _ arguments: Arguments) -> [String] {
        var stages: RuleStages?
        switch rules(of: result.report, MachineOptions.directory(arguments)) {
        case .found(let sources): stages = RuleStages(sources)
        case .missing(let reason): Output.note("metaos: no bits are named in the trace: \(reason)")
        }
        return AccessListing(of: result.accesses, in: result.report, stages).lines
    }

    /// Says on standard error what is behind a boot that did not pass.
    private static func note(_ result: BootResult) {
        let report = result.report
        for damage in report.damage { Output.note("metaos: \(damage)") }
        for error in report.errors { Output.note("metaos: \(error)") }
        for function in report.undescribed { Output.note("metaos: \(function.undescribedLine)") }
        for quarantine in report.quarantines {
            Output.note("metaos: \(quarantine.function.busDeviceFunction) \(quarantine)")
        }
        guard report.records.isEmpty else { return }
        let end = result.ending == .halted ? "it halted" : "the time was up"
        let screen = result.screen?.lines.filter { !$0.isEmpty } ?? []
        if !screen.isEmpty {
            Output.note("metaos: on the screen when \(end):")
        } else if !result.serial.isEmpty {
            Output.note("metaos: on the serial line when \(end), without a record:")
        }
        for line in screen.isEmpty ? lines(of: result.serial) : screen { Output.note(line) }
    }

    /// The last lines of what a serial line gave, fit to be shown.
    private static func lines(of serial: [UInt8]) -> [String] {
        let lines = serial.split { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }.suffix(25)
        return lines.map { line in
            let shown = line.prefix(80).map { (0x20...0x7E).contains($0) ? $0 : UInt8(ascii: "?") }
            return String(decoding: shown, as: UTF8.self)
        }
    }

    /// How a boot is to be judged that was to drive the cards of a command line: where each has a driver.
    private static func outcome(of result: BootResult, _ description: MachineDescription) -> BootOutcome {
        let driverCount = result.report.drivers.count
        switch result.outcome {
        case .passed where driverCount < description.cardCount, .noPeer where driverCount < description.cardCount: break
        default: return result.outcome
        }
        let cards = counted(description.cardCount, "card")
        return .failed(reason: "\(cards) asked for, \(counted(driverCount, "driver")) generated")
    }

    /// The exit status for what came of a boot.
    private static func status(of outcome: BootOutcome) -> ExitStatus {
        switch outcome {
        case .passed: .passed
        case .failed: .failed
        case .noPeer: .noPeer
        case .timedOut: .timedOut
        }
    }

    /// What came of a boot, in a line.
    static func summary(_ result: BootResult) -> String { summary(result, result.outcome) }

    private static func summary(_ result: BootResult, _ outcome: BootOutcome) -> String {
        let report = result.report
        let volume = result.volume.map { "; \($0)" } ?? ""
        switch outcome {
        case .passed:
            let byteCount = report.drivers.reduce(0) { $0 + $1.driver.byteCount }
            let time = result.timeToVerdict.map { " in \($0.wholeMilliseconds) ms" } ?? ""
            return "passed\(time): \(counted(report.facts.functions.count, "PCI function")), "
                + "\(counted(report.drivers.count, "driver")), \(counted(byteCount, "byte")) generated, "
                + counted(report.tests.count, "test")
                + answers(report.exchanges) + recoveries(report.exchanges) + volume
        case .noPeer(let reason): return "no peer: \(reason)"
        case .failed(let reason): return "failed: \(reason)" + (volume.hasSuffix(reason) ? "" : volume)
        case .timedOut:
            if let last = report.records.last { return "timed out; the last record was \(last.number) (\(last.line))" }
            return "timed out; no record came"
        }
    }

    /// What was answered through the cards, where something was asked.
    private static func answers(_ exchanges: [ReportedExchange]) -> String {
        let echoes = exchanges.compactMap(\.echo).filter(\.isAnswered)
        guard let last = echoes.last else { return "" }
        return ", \(counted(echoes.count, "echo")) from \(String(decoding: last.peer, as: UTF8.self))"
    }

    /// What the cards had to be brought up anew for, where they had to.
    private static func recoveries(_ exchanges: [ReportedExchange]) -> String {
        let counts = exchanges.compactMap(\.counts)
        let bringupCount = counts.reduce(0) { $0 + $1.bringups }
        guard bringupCount > 0 else { return "" }
        return ", \(counted(Int(counts.reduce(0) { $0 + $1.overruns }), "overrun")) and "
            + counted(Int(bringupCount), "new bring-up")
    }
}

/// How much of a report is shown.
private enum Extent {
    case whole
    case brief
    case nothing

    init(_ arguments: Arguments) throws(UsageError) {
        let words = ["--raw", "--brief", "--quiet"].filter(arguments.has)
        guard words.count < 2 else { throw .exclusive(words[0], words[1]) }
        self = arguments.has("--brief") ? .brief : arguments.has("--quiet") ? .nothing : .whole
    }

    func shows(_ record: Record) -> Bool {
        switch self {
        case .whole: true
        case .brief: record.isOfOutcome
        case .nothing: false
        }
    }
}

/// What a person sees on standard error while a machine boots; nothing where that is no terminal.
private struct Progress {
    private let isShown: Bool
    /// Whether standard output shows the records on the same terminal: then they are the progress.
    private let showsRecords: Bool
    private let started = ContinuousClock.now
    private var isStatusThere = false

    /// - Parameter isRaw: whether standard output has no record while the machine boots.
    init(_ description: MachineDescription, isRaw: Bool) {
        isShown = Output.isTerminal(2)
        showsRecords = Output.isTerminal(1) && !isRaw
        show("booting on \(description.board.rawValue), \(description.memoryMebibytes) MiB ...")
    }

    mutating func show(_ record: Record) {
        if showsRecords { return clear() }
        show("\((ContinuousClock.now - started).wholeMilliseconds) ms  \(record.line)")
    }

    /// Erases the status: carriage return, then "erase in line" (ECMA-48, 8.3.41).
    mutating func clear() {
        if isStatusThere { Output.status("\r\u{1B}[K") }
        isStatusThere = false
    }

    private mutating func show(_ text: String) {
        guard isShown else { return }
        clear()
        Output.status(String(text.prefix(79)))
        isStatusThere = true
    }
}
