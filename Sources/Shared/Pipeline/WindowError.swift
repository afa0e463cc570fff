// Why a window that a description asks for cannot be had on this machine.

import Hardware

/// Reason why a window cannot be planned.
public enum WindowError: Error, Hashable, Sendable {
    /// The function has no base address register of that number.
    case absent(bar: UInt8)
    /// Firmware assigned no address.
    case unassigned(bar: UInt8)
    /// The register decodes ports where memory is asked for, or memory where ports are: what it decodes.
    case wrongKind(bar: UInt8, isMemory: Bool)
    /// The ports reach past the last one.
    case pastPorts(bar: UInt8)
    /// The range is shorter than the registers that the description names.
    case tooShort(bar: UInt8, byteCount: UInt64, minimumByteCount: UInt64)
    /// The size is not a power of two, or the base is not a multiple of it: no such register exists.
    case malformed(bar: UInt8)
    /// The register decodes addresses at which the machine has memory that can be used: the first of that memory.
    case overMemory(bar: UInt8, PhysicalAddress)
    /// The register decodes addresses at which the processor finds an interrupt controller: the first of them.
    case overController(bar: UInt8, PhysicalAddress)
    /// The register decodes ports by which the machine itself is run: the first of them.
    case overSystem(bar: UInt8, PortNumber)
    /// No room is left for the range where windows are mapped.
    case noRoom(bar: UInt8)

    /// Number of the base address register.
    public var bar: UInt8 {
        switch self {
        case .absent(let bar), .unassigned(let bar), .wrongKind(let bar, _), .pastPorts(let bar),
            .tooShort(let bar, _, _), .malformed(let bar), .overMemory(let bar, _), .overController(let bar, _),
            .overSystem(let bar, _),
            .noRoom(let bar):
            bar
        }
    }

    /// Address, or port, of what stands in the way, which follows the reason.
    public var obstacle: PhysicalAddress? {
        switch self {
        case .overMemory(_, let address), .overController(_, let address): address
        case .overSystem(_, let port): PhysicalAddress(rawValue: UInt64(port.rawValue))
        default: nil
        }
    }

    /// What is wrong with the register, in a few words that follow its name.
    public var reason: StaticString {
        switch self {
        case .absent: "is absent"
        case .unassigned: "has no address"
        case .wrongKind(_, let isMemory): isMemory ? "decodes memory, not ports" : "decodes ports, not memory"
        case .pastPorts: "reaches past the last port"
        case .tooShort: "is too short:"
        case .malformed: "is malformed"
        case .overMemory: "lies over usable memory at"
        case .overController: "lies over the interrupt controller at"
        case .overSystem: "lies over the machine's own ports at"
        case .noRoom: "finds no room"
        }
    }
}
