// What generation returns for one device that the rules describe.

/// A driver, or the reason why there is none. By reference: copies of it would be a KiB of the kernel.
public indirect enum GenerationOutcome: Equatable, Sendable {
    case driver(GeneratedDriver)
    case refused(Refusal)
}
