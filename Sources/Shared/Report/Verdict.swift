// How a run ended, as the last record of its report says it. The kernel decides and writes it, and tells an emulator by its
// exit; the host's reader takes it back.

/// How a run ended.
public enum Verdict: UInt8, Sendable, CaseIterable {
    case passed
    case failed
    /// Nothing failed that this machine could do alone, but no peer answered through one of its cards: whether frames go
    /// through that card, the run does not tell.
    case noPeer

    /// The word that stands for the verdict in a report.
    public var word: StaticString {
        switch self {
        case .passed: "passed"
        case .failed: "failed"
        case .noPeer: "no-peer"
        }
    }

    /// What the kernel writes to the port that ends an emulator.
    public var exitValue: UInt8 { 0x10 + rawValue }
}
