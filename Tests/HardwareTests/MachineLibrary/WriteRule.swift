// What must never be written, as a table of rules: each with its reason, where the reason is from, and a write that it
// has to notice. A rule says what hardware bears, not what the kernel does; no rule is weakened because the kernel
// breaks it.

import Hardware
import Testing

/// A rule about the writes of a boot before any device is used.
struct WriteRule: Sendable, CustomTestStringConvertible {
    /// What must not be, in the name of a test.
    let name: String
    /// What happens to a machine otherwise.
    let reason: String
    /// The document, or the public driver, that says so.
    let source: String
    /// What of a boot breaks the rule, a line for each.
    let breaches: @Sendable (BootedMachine) -> [String]
    /// A machine and a write in a step that break it.
    let offence: Offence

    struct Offence: Sendable {
        var machine: LibraryMachine
        var step: BootStep
        var write: @Sendable (inout BootingMachine) -> Void
    }

    var testDescription: String { name }

    /// A rule that each write alone keeps or breaks.
    static func never(
        _ name: String, because reason: String, source: String, offence: Offence,
        _ isForbidden: @escaping @Sendable (TracedWrite, BootedMachine) -> Bool
    ) -> WriteRule {
        WriteRule(
            name: name, reason: reason, source: source,
            breaches: { boot in boot.writes.filter { isForbidden($0, boot) }.map(\.description) }, offence: offence)
    }

    /// A rule that each function keeps or breaks.
    static func always(
        _ name: String, because reason: String, source: String, offence: Offence,
        _ breach: @escaping @Sendable (MachineFunction, BootedMachine) -> String?
    ) -> WriteRule {
        WriteRule(
            name: name, reason: reason, source: source,
            breaches: { boot in
                boot.machine.functions.compactMap { function in
                    breach(function, boot).map { "\(function.address.text): \($0)" }
                }
            }, offence: offence)
    }
}

extension WriteRule.Offence {
    /// A write to configuration space.
    static func configuration(
        _ machine: LibraryMachine, _ place: String, _ offset: UInt16, _ value: UInt32,
        _ width: AccessWidth = .doubleWord, in step: BootStep = .takeOver
    ) -> Self {
        Self(machine: machine, step: step) {
            $0.writeConfiguration(FunctionAddress(place), offset, width, value)
        }
    }

    /// A write of a byte to a port.
    static func port(_ machine: LibraryMachine, _ port: UInt16, _ value: UInt32) -> Self {
        Self(machine: machine, step: .discovery) { $0.writePort(PortNumber(rawValue: port), .byte, value) }
    }

    /// A write of four bytes to memory.
    static func memory(_ machine: LibraryMachine, _ address: UInt64, in step: BootStep = .takeOver) -> Self {
        Self(machine: machine, step: step) { $0.writeRegister(PhysicalAddress(rawValue: address), .doubleWord, 0) }
    }
}
