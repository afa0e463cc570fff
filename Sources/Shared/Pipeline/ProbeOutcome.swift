// What a probe gave, or why it gave nothing.

/// Outcome of running a probe.
public enum ProbeOutcome: Sendable {
    /// What the probe's function returned.
    case returned(UInt64)
    case failed(ProbeFailure)
}

/// Why a probe did not find out its fact.
public enum ProbeFailure: UInt8, Hashable, Sendable {
    /// Nothing ran it: a host has no device to ask, and neither a record nor an assumption.
    case notRun
    /// Its code gave up.
    case gaveUp
    /// Its code raised an exception.
    case faulted
    /// Its code did not return, and the watchdog ended it.
    case endless
    /// Its code or its windows could not be mapped.
    case notMapped
    /// It would write a register that tells of memory: there is none yet, and what was there is not known to be harmless.
    case takesMemory
    /// What was recorded or assumed of it is none of its values.
    case impossible

    /// What became of it, in a few words that follow the probe's name.
    public var words: StaticString {
        switch self {
        case .notRun: "no device to ask, no record of an answer, and none is assumed"
        case .gaveUp: "found nothing"
        case .faulted: "raised an exception"
        case .endless: "did not return"
        case .notMapped: "could not be mapped"
        case .takesMemory: "would write what tells of memory"
        case .impossible: "cannot have found that"
        }
    }
}
