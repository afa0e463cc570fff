// The pipeline of one generated function, from its program to bytes in their place: `run` has a stage a line. What comes
// before, windows and the evaluation of rules, and what comes after, evidence and the verifier, is the generator's.

import Optimiser
import Encoding
import Hardware
import Metabinary
import Program

/// Turns programs into code, one after the other, and gives each its place.
struct FunctionPipeline {
    /// Functions start at multiples of this, because processors fetch code in such blocks.
    ///
    /// Source: Intel 64 and IA-32 Architectures Optimization Reference Manual, section 3.4.1.4 (code alignment).
    static let functionAlignment: UInt64 = 16

    private var area: AddressArea
    private var nextAlignment = WindowPlanner.pageByteCount
    /// Of the time-stamp counter, 0 without one. Units: hertz.
    private let clockFrequency: UInt64
    private let encoder = Encoder()

    /// - Parameters:
    ///   - area: where code may lie.
    ///   - clockFrequency: of the time-stamp counter, by which waits end; 0 without one. Units: hertz.
    init(area: AddressArea, clockFrequency: UInt64) {
        self.area = area
        self.clockFrequency = clockFrequency
    }

    /// Puts the next function on a page of its own: drivers share none.
    mutating func startPage() { nextAlignment = WindowPlanner.pageByteCount }

    /// Takes a program through all stages; `rule` and `line` name it in errors.
    mutating func run<Observer: PipelineObserver>(
        _ program: Program, of rule: [UInt8], line: UInt16 = 0, observer: inout Observer
    ) throws(GenerationError) -> (function: EncodedFunction, entry: VirtualAddress, time: TimeBound) {
        let time = try check(program, of: rule)  // form, types and bounds; what a call takes at most
        let optimised = optimise(program)  // the same meaning for less
        observer.optimised(optimised)
        try recheck(optimised, of: rule)
        let encoded = try encoded(optimised, of: rule)  // instructions, registers, bytes
        observer.encoded(encoded)
        let entry = try allot(encoded, of: rule)
        let placed = try placed(encoded, at: entry, optimised.regions, of: rule)  // displacements
        observer.placed(placed, at: entry)
        return (placed, entry, time)
    }

    /// What the code of a program costs; nothing gets a place.
    func cost(of program: Program, _ rule: FunctionDescription) throws(GenerationError) -> CodeCost {
        _ = try check(program, of: rule.name)
        let optimised = optimise(program)
        try recheck(optimised, of: rule.name)
        do throws(EncodingError) {
            let count = try encoder.measure(optimised)
            return CodeCost(byteCount: count.byteCount, instructionCount: count.instructionCount)
        } catch {
            throw Self.refusal(optimised, rule.name, error)
        }
    }

    // MARK: Stages, with their errors told apart

    @inline(never)
    private func check(_ program: Program, of rule: [UInt8]) throws(GenerationError) -> TimeBound {
        do throws(ProgramError) {
            try ProgramChecker.check(program)
        } catch {
            throw .illFormed(function: rule, error)
        }
        let meter = program.time(clockFrequency: clockFrequency)
        if let excess = meter.excess { throw .runsTooLong(function: rule, excess) }
        return meter.bound
    }

    /// The optimiser is trusted no more than the evaluator.
    @inline(never)
    private func recheck(_ program: Program, of rule: [UInt8]) throws(GenerationError) {
        do throws(ProgramError) {
            try ProgramChecker.check(program)
        } catch {
            throw .illFormedByOptimiser(function: rule, error)
        }
    }

    @inline(never)
    private func encoded(_ program: Program, of rule: [UInt8]) throws(GenerationError) -> EncodedFunction {
        do throws(EncodingError) {
            return try encoder.encode(program)
        } catch {
            throw Self.refusal(program, rule, error)
        }
    }

    /// Code that is too long names the line at which it was.
    private static func refusal(_ program: Program, _ rule: [UInt8], _ error: EncodingError) -> GenerationError {
        guard case .tooLong(let item) = error else { return .encoding(function: rule, error) }
        let line = program.origins[Int(program.items[item].origin)].line
        return .codeTooLong(function: rule, line: line, isSum: false)
    }

    private mutating func allot(_ function: EncodedFunction, of rule: [UInt8]) throws(GenerationError) -> VirtualAddress
    {
        guard let entry = area.take(UInt64(function.bytes.count), alignment: nextAlignment) else {
            throw .noRoomForCode(function: rule)
        }
        nextAlignment = Self.functionAlignment
        return entry
    }

    private func placed(
        _ function: EncodedFunction, at entry: VirtualAddress, _ regions: [Region], of rule: [UInt8]
    ) throws(GenerationError) -> EncodedFunction {
        do throws(EncodingError) {
            return try function.placed(at: entry, regions: regions)
        } catch {
            throw .placement(function: rule, error)
        }
    }
}
