// A driver as a report tells of it. GenerationReader gathers it; tests and the host tools look at it.

import Pipeline

/// A generated driver, as a report tells of it.
///
/// A report names the result of a function where it was called and says nothing of its width: the name is empty
/// for a function that was not called, and it has no bits and no outcomes.
public struct ReportedDriver: Hashable, Sendable {
    public var driver: GeneratedDriver
    /// What generation took. Units: time-stamp counts.
    public var ticks: UInt64
    /// What the verifier took of that, `nil` where the report does not say that it accepted the driver. Units: time-stamp
    /// counts.
    public var verificationTicks: UInt64?
    /// Instructions of each function, in the order of `driver.functions`.
    public var instructionCounts: [Int] { driver.functions.map { $0.marks.count } }
}
