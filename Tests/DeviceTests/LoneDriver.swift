// The driver of a made-up device, alone in a machine: for tests whose rules are their own and no card's.

import Hardware
import Metabinary
import Pipeline
import RuleCompiler
import Testing

enum LoneDriver {
    private struct NoDriver: Error { var outcome: String }

    /// What a machine generates whose one function is 1234:0001 at 00:03.0; `shape` gives it its windows.
    ///
    /// Throws: where the rules have a mistake, or the function gets no driver.
    static func generate(
        _ compilation: RuleCompilation, _ shape: (inout PCIFunction) -> Void
    ) throws -> GeneratedDriver {
        let metabinary = try #require(compilation.metabinary, "\(compilation.diagnostics)")
        var function = PCIFunction(
            address: FunctionAddress(bus: 0, device: 3, function: 0), vendor: 0x1234, device: 0x0001)
        shape(&function)
        var facts = MachineFacts()
        facts.functions = [function]
        facts.clock = ClockFacts(frequency: 1_000_000_000, source: .powerManagementTimer)
        var observer = SilentObserver()
        let outcome = Pipeline.generate(facts, try MetabinaryImage(metabinary), observer: &observer).first
        guard case .driver(let driver) = outcome else { throw NoDriver(outcome: "\(String(describing: outcome))") }
        return driver
    }
}
