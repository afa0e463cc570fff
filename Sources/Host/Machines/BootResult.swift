// What came of a boot: how QEMU ended, what the report says, and the one judgement over both.

import Report
import ReportReading

/// How a machine ended.
public enum Ending: Hashable, Sendable {
    /// QEMU ended with this status.
    case exited(status: Int32)
    /// A signal ended QEMU.
    case signalled(Int32)
    /// The machine gave its verdict, and was then stopped.
    case stopped
    /// The processor halted for good before the verdict; the machine was stopped.
    case halted
    /// The time was up first.
    case timedOut
    /// The machine said more than any report; it was stopped.
    case flooded

    /// What `isa-debug-exit` makes of what the kernel writes at its end (QEMU, hw/misc/debugexit.c).
    public static func status(of verdict: Verdict) -> Int32 { Int32(verdict.exitValue) << 1 | 1 }
}

/// A boot, judged.
public enum BootOutcome: Hashable, Sendable {
    case passed
    case failed(reason: String)
    /// All that the machine could do alone it did, but nobody answered through a card.
    case noPeer(reason: String)
    case timedOut
}

/// Everything that a boot gave.
public struct BootResult: Sendable {
    public var ending: Ending
    public var report: MachineReport
    /// The serial line as the reader got it.
    public var serial: [UInt8]
    /// What QEMU itself said.
    public var diagnostics: String
    /// What stood on the screen when the time was up, or the machine had halted, of a machine with a monitor.
    public var screen: ScreenText?
    /// Why not all frames were written to the file of a capture; `nil` where they were, or a reader wanted no more.
    public var captureErrorNumber: Int32?
    /// What generated code accessed, of a machine that tells it.
    public var accesses: [DeviceAccess] = []
    /// From QEMU's start to the arrival of record 0.
    public var timeToFirstRecord: Duration?
    /// From QEMU's start to the arrival of the verdict.
    public var timeToVerdict: Duration?

    /// What the peer of a volume test saw, where the boot had one.
    public var volume: VolumeResult?

    /// The judgement: passed only if the report says so, whole and unharmed, and QEMU ended as it should, and where frames
    /// went to a peer and back, those that came back are those that went out.
    public var outcome: BootOutcome {
        if ending == .timedOut { return .timedOut }
        if ending == .flooded { return .failed(reason: "the serial line was flooded with \(serial.count) bytes") }
        var outcome = BootOutcome.passed
        var verdict = Verdict.passed
        switch report.outcome {
        case .passed: break
        case .noPeer(let reason): (outcome, verdict) = (.noPeer(reason: reason), .noPeer)
        case .incomplete where report.records.isEmpty: return .failed(reason: "no report; " + endingText)
        case .incomplete: return .failed(reason: "\(report.outcome); " + endingText)
        case .failed(let reason): return .failed(reason: reason)
        case .damaged, .unreadable: return .failed(reason: "\(report.outcome)")
        }
        switch ending {
        case .exited(Ending.status(of: verdict)), .stopped: break
        default: return .failed(reason: "the report says \(verdict.word), but " + endingText)
        }
        if let volume, !volume.isSound { return .failed(reason: volume.description) }
        return outcome
    }

    private var endingText: String {
        switch ending {
        case .exited(0): "QEMU ended by itself, as after a triple fault"
        case .exited(let status): "QEMU ended with status \(status)"
        case .signalled(let signal): "QEMU was ended by signal \(signal)"
        case .stopped: "the machine was stopped"
        case .halted: "the machine has halted"
        case .timedOut: "the time was up"
        case .flooded: "the line was flooded"
        }
    }
}
