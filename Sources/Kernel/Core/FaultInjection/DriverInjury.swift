// Injuries to the first driver on request, so that boot tests see what becomes of a driver that fails, and of those beside
// it. The kernel does one only where its command line asks for it.

import Hardware
import Metabinary
import Pipeline
import Platform

/// What the command line can have done to the first driver.
enum DriverInjury: UInt8, CaseIterable {
    /// Its windows are not mapped when it is called.
    case pageFault
    /// The first of its functions that takes two arguments stores to an address that no pointer can be.
    case generalProtection
    /// That function does not return.
    case endless
    /// That function does not return, after interrupts came that nobody wants when its device was brought up.
    case endlessAfterInterrupts
    /// That function returns a number that means nothing.
    case breach
    /// That function takes no argument but zero.
    case argument
    /// That function has no name.
    case missing
    /// Its windows lie where nothing can be mapped.
    case installation
    /// Its device decodes no memory when it is brought up.
    case decodeOff
    /// Behind its last memory a frame of 65,535 bytes is written, as its device might, after it came up.
    case overrun
    /// So is all of the guard space there.
    case overrunPassing
    /// The windows of probes, whosever they are, are not mapped when they run.
    case probePageFault
    /// Probes do not return.
    case probeEndless

    /// Its name on the command line.
    var name: StaticString {
        switch self {
        case .pageFault: "driver-page-fault"
        case .generalProtection: "driver-general-protection"
        case .endless: "driver-endless"
        case .endlessAfterInterrupts: "driver-endless-after-interrupts"
        case .breach: "driver-breach"
        case .argument: "driver-argument"
        case .missing: "driver-missing"
        case .installation: "driver-installation"
        case .decodeOff: "decode-off"
        case .overrun: "overrun"
        case .overrunPassing: "overrun-passing"
        case .probePageFault: "probe-page-fault"
        case .probeEndless: "probe-endless"
        }
    }

    /// Changes a driver before it is installed, after it was reported.
    func prepare(_ driver: inout GeneratedDriver) {
        if self == .installation {
            for index in driver.windows.indices { driver.windows[index].virtual.rawValue |= 1 << 62 }
        }
        for index in driver.functions.indices where driver.functions[index].parameterBounds.count == 2 {
            prepare(&driver.functions[index])
            return
        }
    }

    private func prepare(_ function: inout GeneratedFunction) {
        switch self {
        case .generalProtection:
            // mov rax, 1 << 63; mov [rax], al
            Self.replaceCode(of: &function, [0x48, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0x80, 0x88, 0x00])
        case .endless, .endlessAfterInterrupts: Self.replaceCode(of: &function, Self.endlessLoop)
        case .breach:
            // or rax, -1; ret
            Self.replaceCode(of: &function, [0x48, 0x83, 0xC8, 0xFF, 0xC3])
        case .argument: function.parameterBounds = [0, 0]
        case .missing:
            function.signature = FunctionSignature(name: [], resultName: [], resultBitCount: 0, ruleFile: [])
        case .pageFault, .installation, .decodeOff, .overrun, .overrunPassing, .probePageFault, .probeEndless: break
        }
    }

    /// jmp to itself
    private static let endlessLoop: [UInt8] = [0xEB, 0xFE]

    private static func replaceCode(of function: inout GeneratedFunction, _ code: [UInt8]) {
        guard function.bytes.count >= code.count else { return }
        for (place, byte) in code.enumerated() { function.bytes[place] = byte }
    }

    /// Does what is done to a driver that is installed.
    func disturb(_ driver: GeneratedDriver) {
        if self == .pageFault { unmapWindows(of: driver) }
    }

    /// A probe as it is to be installed.
    func prepared(_ probe: GeneratedDriver) -> GeneratedDriver {
        var probe = probe
        if self == .probeEndless { Self.replaceCode(of: &probe.functions[0], Self.endlessLoop) }
        return probe
    }

    /// Does what is done to a probe that is installed.
    func disturbProbe(_ probe: GeneratedDriver) {
        if self == .probePageFault { unmapWindows(of: probe) }
    }

    /// Does what is done before a driver's device is brought up.
    func disturbBringup(of driver: GeneratedDriver, _ access: inout ProcessorAccess) {
        if self == .decodeOff { access.disableMemoryDecode(of: driver.function) }
        if self == .endlessAfterInterrupts { Watchdog.sendLateInterrupts() }
    }

    /// Does what is done when a driver's device is up: writes behind its last memory, from the last byte of that on.
    func overrun(_ driver: GeneratedDriver) {
        guard self == .overrun || self == .overrunPassing,
            let memory = driver.memories.last(where: { $0.guardByteCount > 0 })
        else { return }
        let last = memory.virtual.rawValue + memory.byteCount - 1
        let byteCount = self == .overrun ? 65535 : 1 + memory.guardByteCount
        for address in last..<last + byteCount {
            memoryWrite8(address, UInt8(truncatingIfNeeded: address ^ address >> 8))
        }
    }
}
