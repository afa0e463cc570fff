// What generation returns for one device that the rules describe.

/// A driver, or the reason why there is none.
public indirect enum GenerationOutcome: Equatable, Sendable {
    case driver(GeneratedDriver)
    case refused(Refusal)
}
