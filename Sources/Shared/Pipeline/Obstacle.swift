// What a window may not lie over, whatever a device says of where it decodes: memory, the machine's own registers, ranges of
// other devices. Made of facts once, so that host and kernel refuse alike; WindowPlanner asks.

import Hardware

/// What is in the way of a window.
public enum Obstacle: UInt8, Hashable, Sendable, CaseIterable {
    case usableMemory
    /// What firmware keeps, or what has no memory: it does not say which, and memory might be there.
    case reservedMemory
    case acpiMemory
    case defectiveMemory
    /// Memory of real mode, the screen, and firmware's code.
    case firstMebibyte
    case interruptController
    case eventTimers
    case configurationSpace
    case securityModule
    /// What is left of the addresses below 4 GiB that boards keep for themselves.
    case board
    /// The ports of a board and of the devices that have theirs at fixed places.
    case boardPorts
    case powerPorts
    /// What another base address register decodes, of another function or of the same.
    case anotherRegister

    /// What it is, in a few words that an address follows.
    public var words: StaticString {
        switch self {
        case .usableMemory: "usable memory"
        case .reservedMemory: "reserved memory"
        case .acpiMemory: "memory of ACPI"
        case .defectiveMemory: "defective memory"
        case .firstMebibyte: "the first mebibyte"
        case .interruptController: "the interrupt controller"
        case .eventTimers: "the event timers"
        case .configurationSpace: "configuration space"
        case .securityModule: "the security module"
        case .board: "the board's own range"
        case .boardPorts: "the machine's own ports"
        case .powerPorts: "the ports of power management"
        case .anotherRegister: "the range of another BAR"
        }
    }
}

extension Obstacle {
    init(_ kind: MemoryRange.Kind) {
        switch kind {
        case .usable: self = .usableMemory
        case .reserved: self = .reservedMemory
        case .acpiReclaimable, .acpiNonVolatile: self = .acpiMemory
        case .defective: self = .defectiveMemory
        }
    }

    init(_ kind: SystemRange.Kind) {
        switch kind {
        case .localController, .inputController: self = .interruptController
        case .eventTimers: self = .eventTimers
        case .configuration: self = .configurationSpace
        case .securityModule: self = .securityModule
        case .ports: self = .powerPorts
        }
    }
}
