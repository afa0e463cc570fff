// A machine that runs in QEMU: started by a description, listened to live and within a time limit, and never left behind.
// Tests and the metaos command start every machine through it. It judges nothing; BootResult does.

import Glibc
import ReportReading

/// A running machine.
///
/// Whatever happens, QEMU is ended and reaped when the machine is let go. One thread at a time may use it.
public final class Machine {
    /// What was started: as described, but for a nonce on the command line.
    public let description: MachineDescription
    /// The nonce that the machine was told, where one can be.
    private let nonce: UInt64?
    private let process: ChildProcess
    private let started: ContinuousClock.Instant
    private let outputLimit: Int
    private var directory: TemporaryDirectory?
    private var connection: MonitorConnection?
    private var capture: CaptureFile?
    private var log: AccessLog?
    private var injury: SerialInjury?
    private var reader = RecordReader()
    /// Records that whoever listens was told of; what `attend()` took comes when somebody listens again.
    private var toldCount = 0
    private var serial: [UInt8] = []
    private var diagnostics: [UInt8] = []
    private var ending: Ending?
    private var lastScreen: ScreenText?
    /// When the machine last said something, or was looked at for whether it will again.
    private var lastSign = ContinuousClock.now
    private var timeToFirstRecord: Duration?
    private var timeToVerdict: Duration?

    /// Starts a machine, with an injured serial line if wanted. A machine that says more than `outputLimit` bytes, by
    /// default far more than any report, is stopped.
    ///
    /// Throws: `emulatorMissing`, `imageMissing`, `imageUnsuitable`, `captureUnwritable`, `systemCall`.
    public init(
        starting description: MachineDescription, injury: SerialInjury? = nil, outputLimit: Int = 8 << 20,
        emulator: Emulator? = nil
    ) throws(MachineError) {
        try description.medium.check()
        var description = description
        nonce = description.medium.giveNonce()
        let program = if let emulator { emulator } else { try Emulator() }
        let isVisited = description.hasMonitor || description.capture != nil || description.tracesAccesses
        let directory = isVisited ? try TemporaryDirectory() : nil
        var pipe: String?
        if let wanted = description.capture, let directory {
            pipe = directory.file("capture")
            capture = try CaptureFile(path: wanted.path, pipe: directory.file("capture"))
        }
        let trace = description.tracesAccesses ? directory?.file("trace") : nil
        log = try trace.map { path throws(MachineError) in try AccessLog(path: path) }
        let arguments = description.arguments(
            monitorSocket: description.hasMonitor ? directory?.file("monitor") : nil, capturePipe: pipe,
            tracePipe: trace)
        self.description = description
        self.directory = directory
        self.injury = injury
        self.outputLimit = outputLimit
        started = ContinuousClock.now
        process = try Self.start(program, arguments, endsWithParent: description.endsWithParent)
    }

    deinit { stop() }

    /// Starts QEMU; through setpriv where it is to end with us, which has the kernel see to that and becomes QEMU.
    private static func start(
        _ program: Emulator, _ arguments: [String], endsWithParent: Bool
    ) throws(MachineError) -> ChildProcess {
        let setter = "/usr/bin/setpriv"  // of util-linux
        guard endsWithParent, access(setter, X_OK) == 0 else {
            return try ChildProcess(path: program.path, arguments: arguments)
        }
        return try ChildProcess(path: setter, arguments: ["--pdeathsig", "KILL", program.path] + arguments)
    }

    /// Boots a machine and listens to its end, or to its verdict where nothing ends it.
    ///
    /// Throws: `emulatorMissing`, `imageMissing`, `imageUnsuitable`, `captureUnwritable`, `systemCall`; `refused` where QEMU
    /// does not take the description.
    public static func boot(
        _ description: MachineDescription, within timeLimit: Duration, injury: SerialInjury? = nil,
        onRecord: (Record) -> Void = { _ in }
    ) throws(MachineError) -> BootResult {
        let machine = try Machine(starting: description, injury: injury)
        machine.listen(within: timeLimit, onRecord: onRecord)
        return try machine.finish()
    }

    /// Ends the machine if it still runs, and returns what came of it.
    ///
    /// Throws: `refused` where QEMU did not take the description.
    public func finish() throws(MachineError) -> BootResult {
        stop()
        let result = result
        if case .exited(let status) = result.ending, status != 0, result.serial.isEmpty, !result.diagnostics.isEmpty {
            throw .refused(message: result.diagnostics)
        }
        return result
    }

    /// Process that QEMU is, for whoever must end it from a signal handler.
    public var processIdentifier: Int32 { process.identifier }

    /// Listens until QEMU ends, the verdict has come on a machine that nothing ends, `isEnough` says so, the processor of a
    /// machine with a monitor has halted for good, or the time is up. Returns whether it ended before the time was up.
    @discardableResult
    public func listen(
        within timeLimit: Duration, until isEnough: (Record) -> Bool = { _ in false },
        onRecord: (Record) -> Void = { _ in }
    ) -> Bool {
        let deadline = ContinuousClock.now + timeLimit
        while ending == nil {
            let left = deadline - ContinuousClock.now
            guard left > .zero else {
                // Firmware and GRUB complain on the screen only.
                if description.hasMonitor, description.showsScreen { lastScreen = try? screen(within: .seconds(1)) }
                ending = .timedOut
                process.end()
                return false
            }
            process.waitForOutput(
                milliseconds: min(Int32(clamping: left.wholeMilliseconds + 1), 100),
                or: [capture?.descriptor, log?.descriptor].compactMap { $0 })
            takeOutput()
            let new = reader.records[toldCount...]
            toldCount = reader.records.count
            for record in new { onRecord(record) }
            if new.contains(where: isEnough) { return true }
            if serial.count > outputLimit {
                ending = .flooded
                process.end()
            } else if !process.output.isOpen {
                if let status = process.poll() { end(status) }
            } else if reader.isComplete, !description.hasDebugExit {
                return true
            } else if hasHalted() {
                if !reader.isComplete { endHalted() }
                return true
            }
        }
        return true
    }

    /// Time of silence after which a machine is looked at. Its processor is asked while it runs, which costs it little.
    private static let silence = Duration.milliseconds(300)

    /// Whether the processor has halted with interrupts off, after some silence: only a non-maskable interrupt would have it go
    /// on, and nothing sends one.
    private func hasHalted() -> Bool {
        guard description.hasMonitor, ContinuousClock.now - lastSign > Self.silence else { return false }
        lastSign = ContinuousClock.now
        guard let registers = try? monitor("info registers", within: .seconds(1)), registers.contains("HLT=1"),
            let flags = registers.firstMatch(of: #/[ER]FL=([0-9a-f]+)/#).flatMap({ UInt64($0.1, radix: 16) })
        else { return false }
        // Bit 9: interrupts are let in (Intel SDM, volume 1, section 3.4.3.3).
        return flags & 1 << 9 == 0
    }

    /// Ends a machine that will say nothing more.
    private func endHalted() {
        takeOutput()
        if description.showsScreen { lastScreen = try? screen(within: .seconds(1)) }
        ending = .halted
        process.end()
    }

    /// Takes what the serial line has now, without waiting. A line that nobody listens to holds few bytes; then the machine
    /// waits, and gives the line up.
    public func attend() { takeOutput() }

    /// Whether the verdict has come.
    public var hasVerdict: Bool { reader.isComplete }

    /// Ends the machine if it still runs.
    public func stop() {
        connection = nil
        if ending == nil {
            // What came with or after the verdict is part of the report.
            takeOutput()
            if let status = process.poll() { end(status) } else { ending = .stopped }
        }
        process.end()
        capture?.finish()
        while log?.relay() == true {}
        directory = nil
    }

    /// What the machine gave so far. Stop it first for a result that is final.
    public var result: BootResult {
        var finished = reader
        finished.finish(isCut: true)
        return BootResult(
            ending: ending ?? .timedOut, report: MachineReport(finished, demanding: nonce), serial: serial,
            diagnostics: Self.firstLine(diagnostics), screen: lastScreen,
            captureErrorNumber: capture.flatMap { $0.errorNumber == 0 ? nil : $0.errorNumber },
            accesses: log?.accesses ?? [],
            timeToFirstRecord: timeToFirstRecord, timeToVerdict: timeToVerdict)
    }

    private func end(_ status: ChildProcess.Status) {
        takeOutput()
        switch status {
        case .exited(let status): ending = .exited(status: status)
        case .signalled(let signal): ending = .signalled(signal)
        }
    }

    private func takeOutput() {
        let said = process.read(process.diagnostics)
        if diagnostics.count < 65536 { diagnostics += said }
        capture?.relay()
        // A machine that accesses devices has not halted.
        if log?.relay() == true { lastSign = ContinuousClock.now }
        var bytes = process.read(process.output)
        while !bytes.isEmpty {
            if injury != nil { bytes = injury?.pass(bytes) ?? bytes }
            serial += bytes
            reader.read(bytes)
            lastSign = ContinuousClock.now
            let now = ContinuousClock.now - started
            if timeToFirstRecord == nil, !reader.records.isEmpty { timeToFirstRecord = now }
            if timeToVerdict == nil, reader.isComplete { timeToVerdict = now }
            if serial.count > outputLimit { return }
            bytes = process.read(process.output)
        }
    }

    private static func firstLine(_ bytes: [UInt8]) -> String {
        var text = String(decoding: bytes.prefix { $0 != 0x0A && $0 != 0x0D }, as: UTF8.self)
        let name = "qemu-system-x86_64: "
        if text.hasPrefix(name) { text.removeFirst(name.count) }
        return text
    }

    // MARK: - The monitor

    /// Asks QEMU's monitor, while the machine runs or after it has halted, and returns its answer as text.
    ///
    /// Throws: `monitorAbsent`, `monitorSilent`, `monitorRefused`, `systemCall`.
    public func monitor(_ command: String, within timeLimit: Duration = .seconds(10)) throws(MachineError) -> String {
        guard description.hasMonitor, let directory, ending == nil else { throw .monitorAbsent }
        let open: MonitorConnection
        if let connection {
            open = connection
        } else {
            open = try MonitorConnection(path: directory.file("monitor"), within: timeLimit)
            connection = open
        }
        return try open.ask(command, within: timeLimit)
    }

    /// Reads the text that is on the screen, from the memory of the VGA card.
    ///
    /// Throws: as `monitor(_:)`; `dumpUnreadable`.
    public func screen(within timeLimit: Duration = .seconds(10)) throws(MachineError) -> ScreenText {
        guard let directory else { throw .monitorAbsent }
        let path = directory.file("screen")
        let command = "pmemsave \(ScreenText.address) \(ScreenText.byteCount) \"\(path)\""
        _ = try monitor(command, within: timeLimit)
        guard let text = ScreenText(memory: readFile(path) ?? []) else { throw .dumpUnreadable(path: path) }
        return text
    }

    /// Writes a picture of the screen: PNG where the path ends so, else PPM.
    ///
    /// Throws: as `monitor(_:)`.
    public func photograph(to path: String) throws(MachineError) {
        _ = try monitor("screendump \"\(path)\"" + (path.hasSuffix(".png") ? " -f png" : ""))
    }

    /// Reads physical memory.
    ///
    /// Throws: as `monitor(_:)`; `dumpUnreadable`.
    public func memory(at address: UInt64, byteCount: Int) throws(MachineError) -> [UInt8] {
        guard let directory else { throw .monitorAbsent }
        let path = directory.file("memory")
        _ = try monitor("pmemsave \(address) \(byteCount) \"\(path)\"")
        guard let bytes = readFile(path), bytes.count == byteCount else { throw .dumpUnreadable(path: path) }
        return bytes
    }
}

extension Duration {
    /// The duration in milliseconds, cut to whole ones.
    public var wholeMilliseconds: Int64 { components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000 }
}
