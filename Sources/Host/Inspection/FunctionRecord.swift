// One function on its way through the pipeline: what each stage made of it, as far as it came. StageRecord fills it in,
// FunctionRecord+Text says it in words.

import Encoding
import Hardware
import Interpretation
import Metabinary
import Pipeline
import Program
import Verification

/// What the stages made of a function of a driver.
public struct FunctionRecord {
    public let rule: FunctionDescription
    /// Whether it is a probe's, which runs once and is no part of the driver.
    public let isProbe: Bool
    /// The program that the rule left behind.
    public let program: Program
    /// Names of the regions of its programs and of its code before that has a place.
    let regionNames: [[UInt8]]
    public internal(set) var optimised: Program?
    /// The code without addresses.
    public internal(set) var encoded: EncodedFunction?
    /// The code where it lies.
    public internal(set) var placed: EncodedFunction?
    public internal(set) var entry: VirtualAddress?
    public internal(set) var generated: GeneratedFunction?
    /// What the verifier was told of it.
    public internal(set) var evidence: Evidence?

    init(_ rule: FunctionDescription, isProbe: Bool, _ program: Program, regionNames: [[UInt8]]) {
        self.rule = rule
        self.isProbe = isProbe
        self.program = program
        self.regionNames = regionNames
    }

    /// Name in the rule.
    public var name: String { text(rule.name) }

    /// The program with the names of its regions, as text writes it.
    public var namedProgram: NamedProgram { named(program) }

    /// The optimiser's program likewise.
    public var namedOptimised: NamedProgram? { optimised.map(named) }

    private func named(_ program: Program) -> NamedProgram {
        let names = program.regions.indices.map {
            regionNames.indices.contains($0) ? text(regionNames[$0]) : "region\($0)"
        }
        return NamedProgram(program, regionNames: names)
    }

    /// The program that was encoded.
    var last: Program { optimised ?? program }

    /// The line of the rule behind an instruction.
    func line(of instruction: EncodedInstruction) -> UInt16 {
        last.origins[Int(last.items[instruction.item].origin)].line
    }
}
