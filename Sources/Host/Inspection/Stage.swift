// The stages that can be shown by themselves, in the order in which a rule goes through them. RuleDump and MachineDump print
// them; `metaos dump` takes their names.

/// A stage of the way from a rule's text to code that is proven.
public enum Stage: String, Sendable, CaseIterable {
    case tokens
    case syntax
    case checked
    case bytecode
    case facts
    case program
    case optimised
    case assembly
    case bytes
    case evidence

    /// Whether the stage is about one machine; the others are about rules alone.
    public var isOfMachine: Bool {
        switch self {
        case .tokens, .syntax, .checked, .bytecode: false
        case .facts, .program, .optimised, .assembly, .bytes, .evidence: true
        }
    }

    /// Whether it can be shown of rules that have mistakes.
    public var takesMistakes: Bool { self == .tokens || self == .syntax }

    /// What is shown, in a few words.
    public var summary: String {
        switch self {
        case .tokens: "words of the rules, each with its line and column"
        case .syntax: "the tree of what the text says, before names mean anything"
        case .checked: "devices with every name resolved and every type decided"
        case .bytecode: "code of rules as a metabinary carries it"
        case .facts: "the machine as a machine file, which reads back"
        case .program: "the residual program of a rule, which reads back"
        case .optimised: "the same after the optimiser, which reads back too"
        case .assembly: "instructions, with memory still by name"
        case .bytes: "the bytes at their address, sixteen a line"
        case .evidence: "what the verifier is told about each block"
        }
    }
}
