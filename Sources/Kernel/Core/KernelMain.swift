// The boot, a step a line. Boot/entry.asm jumps here; nothing comes back.

import Hardware
import Metabinary
import Pipeline
import Platform
import Report

/// The kernel's first Swift function.
///
/// - Parameters:
///   - magic: 0x36D76289 after Multiboot2, 0x336EC578 after PVH.
///   - information: Physical address of what that loader handed over.
@c(kernelMain)
public func kernelMain(_ magic: UInt32, _ information: UInt64) {
    startOfRun = timestamp()
    report.sink.open()  // serial line and screen
    report.nonce = .drawn()  // unless the command line has one
    var access = ProcessorAccess()
    let boot = readBootInformation(magic, information, &access)  // command line, memory map, where ACPI is
    let options = readOptions(boot.commandLine)  // none for anyone but tests
    let rules = readRules()  // which devices are described; discovery writes to those and to few others
    var facts = discover(boot, rules, &access)  // CPUID, ACPI, the clock, PCI
    let isTranslated = takeOver(&facts, rules, &access)  // from firmware: no device writes to memory any more
    takeMemory(facts.memory)  // a heap and page tables that fit the machine
    facts.placement = place(facts)  // state, rings and buffers, with guard space between
    backlog.add(facts)  // told when what matters more has been
    Watchdog.start(options.watchdogLimit, facts.clock)  // no call of generated code goes on for ever
    var generation = generateDrivers(facts, rules, options.injury, &access)  // rules and facts become reported code
    if options.reportsFirst { backlog.write() }  // of a machine that hangs in what comes
    let guards = install(&generation.drivers, facts, options, &access)  // code read-only and executable
    let tests = runTests(generation.drivers, facts, guards, options, &access)  // calls all that was generated
    provokeFault(options, facts, &access)  // only where the command line asks for one
    finish(tests, generation, facts, isTranslated)  // the verdict; then exit or halt
}

private func readBootInformation(
    _ magic: UInt32, _ information: UInt64, _ access: inout ProcessorAccess
) -> BootInformation {
    activity = Activity(step: "reading the boot information")
    do throws(BootInformationError) {
        var boot = try BootInformation.read(magic: magic, address: PhysicalAddress(rawValue: information), &access)
        let (nonce, options) = BootNonce.taken(from: boot.commandLine)
        if let nonce { report.nonce = nonce }
        boot.commandLine = options
        report.writeStart(entry: boot.source, options: boot.commandLine)
        for oddity in boot.oddities { report.write(oddity) }
        return boot
    } catch {
        report.writeStart(entry: magic == 0x36D7_6289 ? .multiboot2 : .pvh, options: [])
        endWithFault("boot-information", ascii(error.message))
    }
}

private func readOptions(_ commandLine: [UInt8]) -> Options {
    activity = Activity(step: "reading the options")
    do throws(OptionError) {
        return try Options(commandLine)
    } catch {
        endWithFault(error.name, error.word)
    }
}

/// The rules that the image carries.
private func readRules() -> MetabinaryImage {
    begin("reading the rules")
    let start = UnsafePointer<UInt8>(bitPattern: UInt(metabinaryStart()))
    let bytes = [UInt8](UnsafeBufferPointer(start: start, count: Int(metabinaryEnd() - metabinaryStart())))
    report.write(rules: bytes)
    do throws(MetabinaryError) {
        return try MetabinaryImage(bytes)
    } catch {
        endWithFault("rules", ascii(error.message))
    }
}

private func discover(
    _ boot: BootInformation, _ rules: MetabinaryImage, _ access: inout ProcessorAccess
) -> MachineFacts {
    discoverMachine(boot, &access, isDriven: { rules.mostSpecificDevice(for: $0) != nil }) { event in
        switch event {
        case .began(let step): begin(step)
        case .found(let oddity): report.write(oddity)
        case .console(let place): report.sink.open(place)
        }
    }
}

/// Takes the machine from firmware. Devices that it left running write to memory no more, which is given out from here on.
///
/// - Returns: Whether something stays between devices and memory.
private func takeOver(
    _ facts: inout MachineFacts, _ rules: MetabinaryImage, _ access: inout ProcessorAccess
) -> Bool {
    activity = Activity(step: "taking the machine over")
    var isTranslated = false
    facts.takeOver(&access, isDriven: { rules.mostSpecificDevice(for: $0) != nil }) { oddity in
        report.write(oddity)
        if oddity.kind == .translationStays { isTranslated = true }
    }
    return isTranslated
}

/// Takes memory for the heap and for page tables. Where there is none, the image's own must do. What the loader handed over
/// may be overwritten: discovery has read it.
private func takeMemory(_ ranges: [MemoryRange]) {
    guard let memory = KernelMemory.chosen(ranges, beyond: kernelEnd), (try? addressSpace.adopt(memory)) != nil
    else { return }
    heap_add(memory.heapStart.rawValue, memory.heapByteCount)
    kernelEnd = memory.end
    report.record(.heap) { text in
        text.add(memory.heapStart.rawValue, memory.heapByteCount, memory.tableByteCount / pageByteCount)
        text.add(.chosen)
    }
}

/// Reports what the kernel does next and remembers it for a fault.
@inline(never)
func begin(_ step: StaticString) {
    activity = Activity(step: step)
    report.write(step: step)
}

/// Where generated code, windows and memories go.
private func place(_ facts: MachineFacts) -> PlacementFacts {
    let functionCount = facts.functions.count { $0.headerType == 0 }
    return .chosen(facts.memory, for: functionCount, beyond: kernelEnd)
}

/// Maps what was generated, with decode of its functions' windows on. What cannot be mapped is quarantined.
///
/// - Returns: The guard spaces around the memories of what is mapped.
private func install(
    _ drivers: inout [GeneratedDriver], _ facts: MachineFacts, _ options: Options, _ access: inout ProcessorAccess
) -> GuardSpace {
    begin("mapping generated code")
    var frames = FrameAllocator(facts.memory, beyond: facts.placement)
    var guards = GuardSpace(facts.placement)
    if !drivers.isEmpty { options.injury?.prepare(&drivers[0]) }
    for driver in drivers {
        activity.subject = driver.name
        wake(driver.function, facts, &access)
        access.enableDecode(for: driver)
        do throws(InstallationError) {
            try install(driver, &frames)
            try guards.add(driver)
        } catch {
            quarantine.take(driver, .installation(error.words), &access)
        }
    }
    if !drivers.isEmpty { options.injury?.disturb(drivers[0]) }
    return guards
}

/// Wakes the function of a driver and the bridges above it, where they sleep, and reports it.
func wake(_ address: FunctionAddress, _ facts: MachineFacts, _ access: inout ProcessorAccess) {
    facts.wake(address, &access) { function, before, now in
        report.record(.woken) { $0.add(function, before, now, FactSource.configuration) }
    }
}

private func runTests(
    _ drivers: [GeneratedDriver], _ facts: MachineFacts, _ guards: GuardSpace, _ options: Options,
    _ access: inout ProcessorAccess
) -> SelfTests {
    begin("testing")
    var planned = SelfTests.machineTestCount
    for driver in drivers { planned += SelfTests.count(for: driver, options.exchange) }
    var tests = SelfTests(planned: planned)
    tests.testClock(facts.clock)
    tests.testPageRights(drivers.filter { !quarantine.holds($0.function) })
    tests.testRecovery()
    tests.testRefusals()
    var injury = options.injury
    for driver in drivers {
        tests.test(driver, facts, guards, options.exchange, injury, &access)
        injury = nil  // the first driver's only
    }
    tests.testGuards(guards)
    return tests
}

private func provokeFault(_ options: Options, _ facts: MachineFacts, _ access: inout ProcessorAccess) {
    guard let fault = options.fault else { return }
    begin("provoking a fault")
    fault.provoke(facts.clock, &access)
    endWithFault("not-noticed", ascii(fault.name))
}

private func finish(_ tests: SelfTests, _ generation: Generation, _ facts: MachineFacts, _ isTranslated: Bool) {
    var reason = failure(tests, generation, facts, isTranslated)
    var verdict = reason == nil && quarantine.drivers.isEmpty ? Verdict.passed : .failed
    if verdict == .passed, let silence = tests.silence {
        verdict = .noPeer
        reason = silence
    }
    end(verdict, tests) { text in
        guard text.option(verdict != .passed) else { return }
        if let driver = quarantine.drivers.first {
            text.addQuoted { text in
                text.put(driver.name)
                text.put(UInt8(ascii: " "))
                text.put(driver.function)
                text.put(" is quarantined")
            }
        } else if let reason {
            text.add(reason)
        }
    }
}

/// Why the run has failed, quarantine and peers aside; `nil` where it has not.
private func failure(
    _ tests: SelfTests, _ generation: Generation, _ facts: MachineFacts, _ isTranslated: Bool
) -> StaticString? {
    if tests.failedCount > 0 && isTranslated { return "self-tests failed, behind an IOMMU that firmware left on" }
    if tests.failedCount > tests.silentCount { return "self-tests failed" }
    if facts.clock == nil { return "no clock: no timer counts whose frequency is known" }
    if generation.refusedCount > 0 { return "a driver was refused" }
    if generation.undescribedCount > 0 { return "a card has no description" }
    guard facts.functions.isEmpty else { return nil }
    let isMapped = facts.tables.contains { $0.signature == ConfigurationMap.tableSignature }
    return isMapped ? "no PCI function answers" : "no PCI function: ports 0xcf8 lead to none, and ACPI has no MCFG"
}
