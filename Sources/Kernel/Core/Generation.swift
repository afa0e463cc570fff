// Generation in the kernel: the rules of the image, the facts of the machine, and one driver after the other, each timed and
// reported with all of its bytes before anything of it can run.

import Hardware
import Metabinary
import Pipeline
import Platform
import Report

/// What generation gave.
struct Generation {
    var drivers: [GeneratedDriver] = []
    var refusedCount = 0
}

/// Generates and reports the driver of every function that the rules describe.
func generateDrivers(_ facts: MachineFacts) -> Generation {
    begin("reading the rules")
    let image = readRules()
    begin("generating")
    var generation = Generation()
    var generator = Generator(facts, image, observer: SilentObserver())
    for function in generator.functions {
        let start = timestamp()
        guard let outcome = generator.generate(for: function) else { continue }
        let ticks = timestamp() - start
        switch outcome {
        case .driver(let driver):
            report.write(driver, ticks: ticks)
            generation.drivers.append(driver)
        case .refused(let refusal):
            report.write(refusal)
            generation.refusedCount += 1
        }
    }
    report.write(driverCount: generation.drivers.count, functionCount: generator.functions.count)
    return generation
}

/// The rules that the image carries.
private func readRules() -> MetabinaryImage {
    let start = UnsafePointer<UInt8>(bitPattern: UInt(metabinaryStart()))
    let bytes = [UInt8](UnsafeBufferPointer(start: start, count: Int(metabinaryEnd() - metabinaryStart())))
    report.write(rules: bytes)
    do throws(MetabinaryError) {
        return try MetabinaryImage(bytes)
    } catch {
        endWithFault("rules", ascii(error.message))
    }
}
