// The verdict of a report. VerdictReader gathers it, and MachineReport weighs it.

import Report

/// The last record of a report.
public struct ReportedVerdict: Hashable, Sendable {
    public var outcome: Verdict
    /// The nonce of the boot.
    public var nonce: UInt64
    public var testCount: Int
    public var failedCount: Int
    /// From the kernel's start to the verdict; `nil` where the machine had no clock, and in older reports.
    public var milliseconds: Int?
    /// Why not, ASCII; empty where it passed.
    public var reason: [UInt8]
}
