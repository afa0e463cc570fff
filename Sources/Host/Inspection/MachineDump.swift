// The stages that rules go through for one machine, as text: facts, programs, assembly, bytes, evidence. It prints what a
// StageRecord kept; `metaos dump` shows it, and tests compare it and read it back.

import Interpretation
import MachineFiles

/// Prints the stages of the pipeline.
public struct MachineDump {
    private let record: StageRecord
    private let machine: MachineFile

    public init(of record: StageRecord, _ machine: MachineFile) {
        self.record = record
        self.machine = machine
    }

    /// What a stage made of the functions of that name, or of all; facts are the whole machine's.
    ///
    /// - Precondition: the stage is one of a machine.
    public func blocks(_ stage: Stage, function: String? = nil) -> [DumpBlock] {
        if stage == .facts {
            let lines = machine.text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(
                String.init)
            return [DumpBlock(.facts, of: "", lines, remark: "#")]
        }
        return record.devices.flatMap { device in
            device.functions(named: function).compactMap { function in
                Self.lines(stage, of: function).map { DumpBlock(stage, of: device.title(of: function), $0) }
            }
        }
    }

    /// The lines of a function's stage, `nil` where it did not come so far.
    private static func lines(_ stage: Stage, of function: FunctionRecord) -> [String]? {
        switch stage {
        case .program: lines(of: function.namedProgram)
        case .optimised: function.namedOptimised.map(lines)
        case .assembly: function.encoded.map { _ in function.assemblyLines() }
        case .bytes: function.generated.map { _ in function.byteLines }
        case .evidence: function.evidence.map { _ in function.evidenceLines }
        case .tokens, .syntax, .checked, .bytecode, .facts: preconditionFailure("\(stage) is no stage of a function")
        }
    }

    private static func lines(of program: NamedProgram) -> [String] {
        program.text.split(separator: "\n").map(String.init)
    }
}
