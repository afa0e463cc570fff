// The stages of generation, as a refusal names them.

/// Stage of the pipeline.
public enum GenerationStage: UInt8, Sendable, CaseIterable {
    case probe, evaluate, optimise, encode, place, verify

    /// The word that stands for the stage in a report.
    public var word: StaticString {
        switch self {
        case .probe: "probe"
        case .evaluate: "evaluate"
        case .optimise: "optimise"
        case .encode: "encode"
        case .place: "place"
        case .verify: "verify"
        }
    }
}
