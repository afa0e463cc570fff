// One case of the fuzzer: made of a seed and a number, sent through all stages, and judged. A trap or a loop without end
// is for `Watch` to tell.

import Hardware
import Metabinary
import Pipeline
import RuleCompiler
import Support

/// What a seed and a number give.
package struct FuzzCase {
    /// What goes in.
    package enum Input {
        case text([RuleSource])
        case image([UInt8])
    }

    /// What came out.
    package struct Outcome {
        /// The last stage that had something to say, for the count.
        package var summary: String
        /// What must not have happened.
        package var findings: [String] = []
    }

    package let input: Input

    /// - Parameters:
    ///   - images: metabinaries to make mutants of.
    package init(seed: UInt64, number: Int, _ files: RuleFiles, _ images: [[UInt8]]) {
        var random = SeededGenerator(seed: seed &+ UInt64(number) &* 0x2545_F491_4F6C_DD1D)
        if random.next() % 10 < 6 {
            var mutator = TextMutator(files, random)
            input = .text(mutator.next())
        } else {
            var mutator = ImageMutator(images, random)
            input = .image(mutator.next())
        }
    }

    package init(_ input: Input) { self.input = input }

    /// Sends the case through all stages.
    ///
    /// - Parameter machines: facts of recorded machines, on which anything may be refused.
    package func run(_ machines: [MachineFacts]) -> Outcome {
        switch input {
        case .text(let sources): return run(sources, machines)
        case .image(let bytes):
            do throws(MetabinaryError) {
                return run(try MetabinaryImage(bytes), machines, isAccepted: false)
            } catch {
                return Outcome(summary: "image refused by its reader")
            }
        }
    }

    private func run(_ sources: [RuleSource], _ machines: [MachineFacts]) -> Outcome {
        let compilation = RuleCompiler.compileAndTry(sources)
        var findings = Self.findings(of: compilation.diagnostics, sources)
        guard let bytes = compilation.metabinary else {
            if compilation.diagnostics.isEmpty { findings.append("refused without a diagnostic") }
            return Outcome(summary: "text refused by the compiler", findings: findings)
        }
        do throws(MetabinaryError) {
            var outcome = run(try MetabinaryImage(bytes), machines, isAccepted: true)
            outcome.findings += findings
            return outcome
        } catch {
            return Outcome(summary: "text", findings: ["accepted text is no metabinary: \(error)"])
        }
    }

    /// Why a text may be right and yet get no driver: its code is too large, or where its windows come to lie, they might show
    /// one register twice.
    private static let capacities = [
        "out of registers", "bytes of code", "room in configuration space", "may be, in another BAR",
    ]

    /// What is wrong with diagnostics themselves.
    private static func findings(of diagnostics: [Diagnostic], _ sources: [RuleSource]) -> [String] {
        diagnostics.compactMap { diagnostic in
            let width = diagnostic.sourceLine.unicodeScalars.count
            let isInside =
                diagnostic.line >= 1 && diagnostic.column >= 1 && diagnostic.column <= width + 1
                && diagnostic.length >= 1 && diagnostic.column + diagnostic.length <= max(2, width + 2)
                && sources.contains { $0.name == diagnostic.file }
            let isWhole = !diagnostic.message.isEmpty && !diagnostic.fixIt.isEmpty
            if diagnostic.identifier == .notGenerated, !capacities.contains(where: diagnostic.message.contains) {
                return "the checker has not seen: \(diagnostic.message)"
            }
            return isInside && isWhole ? nil : "diagnostic without place or fix-it: \(diagnostic)"
        }
    }

    // MARK: Generation

    /// Sends an image through generation.
    ///
    /// - Parameter isAccepted: whether the compiler has accepted it, so that nothing of it may be refused for what it says.
    package func run(_ image: MetabinaryImage, _ machines: [MachineFacts], isAccepted: Bool) -> Outcome {
        var outcome = Outcome(summary: isAccepted ? "text without a device" : "image without a device")
        let all = [TruthfulMachine.facts(for: image)] + machines
        for (index, facts) in all.enumerated() {
            var observer = SilentObserver()
            for result in generate(facts, image, observer: &observer) {
                switch result {
                case .driver:
                    if index == 0 { outcome.summary = (isAccepted ? "text" : "image") + " to a driver" }
                case .refused(let refusal):
                    let reason = Self.reason(refusal)
                    if index == 0 {
                        outcome.summary = (isAccepted ? "text" : "image") + " refused: \(refusal.error.stage)"
                    }
                    if Self.isFault(refusal.error, isAccepted: isAccepted, isTruthful: index == 0) {
                        outcome.findings.append(reason)
                    }
                }
            }
        }
        return outcome
    }

    /// Whether a refusal tells of a mistake of ours: whatever the machine, no program is ill-formed; and no rule that the
    /// compiler has accepted is refused for what it says itself.
    private static func isFault(_ error: GenerationError, isAccepted: Bool, isTruthful: Bool) -> Bool {
        switch error {
        case .illFormed, .illFormedByOptimiser, .placement, .placementNotAligned, .outOfMemory: true
        case .evaluation, .encoding, .verification: isAccepted
        case .window, .capability, .configuration, .memory: isAccepted && isTruthful
        case .codeTooLong, .runsTooLong: isAccepted
        case .closedBridge, .noClock, .noRoomForCode, .fact, .probe, .register: false
        }
    }

    private static func reason(_ refusal: Refusal) -> String {
        var bytes: [UInt8] = []
        refusal.error.writeReason(into: &bytes)
        return "\(refusal.error.stage) \(String(decoding: refusal.deviceName, as: UTF8.self)): "
            + String(decoding: bytes, as: UTF8.self)
    }
}
