// The order of discovery, a step a line. The kernel calls it with instructions behind the access, the host with a
// recording or with QEMU's device models; the same answers give the same facts.

/// Discovers a machine.
///
/// Never fails: what is wrong with a machine is told to `progress` and skipped. Between two events every function that
/// firmware left decoding decodes, so that `progress` may write to a screen.
///
/// - Parameters:
///   - isDriven: whether a rule is for a function, of which all but ranges is known.
///   - progress: told of each activity before it begins and of each oddity.
public func discoverMachine(
    _ boot: BootInformation, _ access: inout some HardwareAccess, isDriven: (PCIFunction) -> Bool = { _ in false },
    progress: (DiscoveryEvent) -> Void
) -> MachineFacts {
    var facts = MachineFacts()
    facts.memory = boot.memory
    facts.memorySource = boot.source
    progress(.began("reading processor leaves"))
    facts.processor = ProcessorFacts.discover(&access)
    progress(.began("reading ACPI tables"))
    let description = ACPIDescription.discover(boot.rootPointer, &access) { progress(.found($0)) }
    facts.tables = description.tables
    facts.cores = description.cores
    facts.system = description.system
    if let console = description.console, console.isReached(by: facts.processor) { progress(.console(console)) }
    progress(.began("calibrating the clock"))
    facts.clock = ClockFacts.discover(description.powerTimers, facts.system, facts.processor, &access) {
        progress(.found($0))
    }
    progress(.began("scanning PCI"))
    facts.configuration = .discover(description.configurationMaps, facts, &access) { progress(.found($0)) }
    facts.functions = PCIFunction.discover(&access, isDriven: isDriven) { progress(.found($0)) }
    return facts
}
