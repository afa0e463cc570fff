// Generation in the kernel: the rules of the image, the facts of the machine, and one driver after the other, each timed and
// announced; all that it may touch and all of its bytes are told later (Backlog.swift).

import Hardware
import Metabinary
import Pipeline
import Platform
import Report
import Verification

/// What generation gave.
struct Generation {
    var drivers: [GeneratedDriver] = []
    var refusedCount = 0
    /// Functions that are to have a driver, and that no description matches.
    var undescribedCount = 0
}

/// Takes the time between evidence and verdict, and reports what probes find out.
private struct VerificationClock: PipelineObserver {
    private var start: UInt64 = 0
    /// Of the last driver. Units: time-stamp counts.
    private(set) var ticks: UInt64 = 0

    mutating func proven(
        _ code: [UInt8], at entry: VirtualAddress, _ functions: [CodeFunction], _ grants: [Grant]
    ) {
        start = timestamp()
    }

    mutating func verified(_ driver: GeneratedDriver) { ticks = timestamp() - start }

    mutating func probed(
        _ function: FunctionAddress, _ device: DeviceDescription, _ probe: ProbeDescription, _ value: UInt64,
        by source: FactSource
    ) {
        report.write(
            ProbedFact(function: function, device: device.name, name: probe.rule.name, value: value, source: source))
    }
}

/// The generation of one function's driver, as something that can be abandoned: all that it changes.
private struct GenerationAttempt {
    var generator: Generator<VerificationClock>
    var access: ProcessorAccess
    let facts: MachineFacts
    let injury: DriverInjury?
    /// Index of the function.
    var index = 0
    var outcome: GenerationOutcome?

    /// Generates. What a probe maps and reports is the kernel's and not the attempt's.
    mutating func run() {
        outcome = generator.generate(for: generator.functions[index]) { [facts, injury] probe in
            attempt_pause()
            let outcome = runProbe(probe, facts, injury, &access)
            attempt_resume()
            return outcome
        }
    }
}

/// What `call_attempt` calls, with a pointer to a `GenerationAttempt`.
@c(runGenerationAttempt)
func runGenerationAttempt(_ context: UnsafeMutableRawPointer?) {
    context?.assumingMemoryBound(to: GenerationAttempt.self).pointee.run()
}

/// Generates the driver of one function. Where memory runs out, nothing stays of the attempt, and its device is refused.
///
/// A copy keeps all that the attempt was given: whatever both can reach is shared, so the attempt changes none of it in place,
/// and what it lets go of is not freed (memory.c). So the copy is whole wherever the attempt ends.
private func generate(_ attempt: UnsafeMutablePointer<GenerationAttempt>) -> GenerationOutcome? {
    let before = attempt.pointee
    attempt_begin()
    let reason = call_attempt(runGenerationAttempt, attempt)
    if reason == 0 {
        attempt_keep()
        let outcome = attempt.pointee.outcome
        attempt.pointee.outcome = nil
        return outcome
    }
    attempt_drop()
    // What the attempt left there is not looked at.
    attempt.initialize(to: before)
    return attempt.pointee.generator.refuse(attempt.pointee.generator.functions[before.index], .outOfMemory)
}

/// Generates and reports the driver of every function that the rules describe.
func generateDrivers(
    _ facts: MachineFacts, _ rules: MetabinaryImage, _ injury: DriverInjury?, _ access: inout ProcessorAccess
) -> Generation {
    begin("generating")
    var generation = Generation()
    let attempt = UnsafeMutablePointer<GenerationAttempt>.allocate(capacity: 1)
    attempt.initialize(
        to: GenerationAttempt(
            generator: Generator(facts, rules, observer: VerificationClock()), access: access, facts: facts,
            injury: injury))
    let functionCount = attempt.pointee.generator.functions.count
    for index in 0..<functionCount {
        let start = timestamp()
        attempt.pointee.index = index
        guard let outcome = generate(attempt) else {
            let function = attempt.pointee.generator.functions[index]
            guard let kind = function.servedKind else { continue }
            report.write(undescribed: function, kind)
            generation.undescribedCount += 1
            continue
        }
        let ticks = timestamp() - start
        switch outcome {
        case .driver(let driver):
            report.announce(driver, ticks: ticks)
            backlog.add(driver, verification: attempt.pointee.generator.observer.ticks)
            generation.drivers.append(driver)
        case .refused(let refusal):
            report.write(refusal)
            generation.refusedCount += 1
        }
    }
    access = attempt.pointee.access
    report.write(driverCount: generation.drivers.count, functionCount: functionCount)
    return generation
}

/// Runs a probe on its device, and takes away what it ran from: its code, zeroed, and the windows. The device decodes its
/// ranges from here on, and reaches no memory.
private func runProbe(
    _ probe: GeneratedDriver, _ facts: MachineFacts, _ injury: DriverInjury?, _ access: inout ProcessorAccess
) -> ProbeOutcome {
    guard let function = probe.functions.first, let start = probe.codeStart else { return .failed(.notMapped) }
    begin("probing")
    activity.subject = function.name
    access.disableBusMastering(of: probe.function)
    wake(probe.function, facts, &access)
    access.enableDecode(for: probe)
    // Frames that are taken again for the drivers: nothing of a probe stays.
    var frames = FrameAllocator(facts.memory, beyond: facts.placement)
    let target = CallTarget(function, of: probe)
    let outcome: ProbeOutcome
    do throws(InstallationError) {
        try install(injury?.prepared(probe) ?? probe, &frames)
        injury?.disturbProbe(probe)
        do throws(DriverFailure) {
            outcome = .returned(try target.call() & (ProbeDescription.failure << 1 - 1))
        } catch {
            if case .endless = error { outcome = .failed(.endless) } else { outcome = .failed(.faulted) }
        }
    } catch {
        outcome = .failed(.notMapped)
    }
    erase(start, byteCount: probe.codeByteCount, facts)
    unmapWindows(of: probe)
    activity = Activity(step: "generating")
    return outcome
}

/// Fills what was mapped for a probe's code with zeros and takes it away.
private func erase(_ start: VirtualAddress, byteCount: UInt64, _ facts: MachineFacts) {
    var frames = FrameAllocator(facts.memory, beyond: facts.placement)
    if let physical = try? frames.allocate(byteCount / pageByteCount),
        (try? addressSpace.map(start, to: physical, byteCount: byteCount, .readWrite)) != nil
    {
        for offset in stride(from: 0, to: byteCount, by: 8) { memoryWrite64(start.rawValue + offset, 0) }
    }
    addressSpace.unmap(start, byteCount: byteCount)
}
