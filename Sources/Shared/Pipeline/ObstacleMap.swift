// Where the obstacles of one machine are: what discovery learned, and what a PC has at fixed places whether it is told or
// not. WindowPlanner asks for the first that a range lies over.

import Hardware

/// All obstacles of a machine.
final class ObstacleMap {
    /// An obstacle and its first and last address.
    struct Place: Hashable {
        var obstacle: Obstacle
        var first: UInt64
        var last: UInt64
    }

    /// Addresses that a PC keeps for itself, the more exact ones first: where interrupt controllers and event timers are
    /// unless firmware moved them, the local one with the range that stands for interrupts; the trusted platform module;
    /// memory of real mode; what is left of the top of 4 GiB, firmware's flash among it.
    ///
    /// Source: Intel SDM, volume 3A, sections 11.4.1 and 11.11.1; Intel 82093AA I/O APIC, 290566-001, section 3.0; IA-PC HPET
    /// Specification, revision 1.0a, section 3.2.4; TCG PC Client Platform TPM Profile, version 1.05, section 6.3; Intel 7
    /// Series Chipset, 326776-003, section 9.4 (0xFEC00000 on: fixed and variable ranges of the chipset, flash).
    private static let fixedAddresses = [
        Place(obstacle: .interruptController, first: 0xFEE0_0000, last: 0xFEEF_FFFF),
        Place(obstacle: .interruptController, first: 0xFEC0_0000, last: 0xFEC0_0FFF),
        Place(obstacle: .eventTimers, first: 0xFED0_0000, last: 0xFED0_03FF),
        Place(obstacle: .securityModule, first: 0xFED4_0000, last: 0xFED4_4FFF),
        Place(obstacle: .firstMebibyte, first: 0, last: 0xF_FFFF),
        Place(obstacle: .board, first: 0xFEC0_0000, last: 0xFFFF_FFFF),
    ]

    /// Ports of the board (interrupt controllers, timers, QEMU's way out) and of ISA devices (serial lines, disks, screens),
    /// the trigger modes of interrupts, and configuration mechanism #1 with the reset register.
    ///
    /// Source: ISA decodes ten bits of a port; Intel 7 Series Chipset, 326776-003, section 9.3.1 (0x4D0 and 0x4D1); PCI Local
    /// Bus Specification, revision 3.0, section 3.2.2.3.2.
    private static let fixedPorts = [
        Place(obstacle: .boardPorts, first: 0, last: 0x3FF),
        Place(obstacle: .boardPorts, first: 0x4D0, last: 0x4D1),
        Place(obstacle: .boardPorts, first: 0xCF8, last: 0xCFF),
    ]

    private let addresses: [Place]
    private let ports: [Place]
    private let functions: [PCIFunction]
    /// First address that the processor has not.
    let addressEnd: UInt64

    init(_ facts: MachineFacts) {
        functions = facts.functions
        addressEnd = 1 << facts.processor.physicalAddressBitCount
        var addresses: [Place] = []
        var ports = Self.fixedPorts
        for range in facts.system where range.byteCount > 0 {
            let place = Place(
                obstacle: Obstacle(range.kind), first: range.base,
                last: range.base + min(range.byteCount - 1, .max - range.base))
            if range.kind == .ports { ports.append(place) } else { addresses.append(place) }
        }
        for range in facts.memory where range.byteCount > 0 {
            let start = range.base.rawValue
            addresses.append(
                Place(
                    obstacle: Obstacle(range.kind), first: start, last: start + min(range.byteCount - 1, .max - start)))
        }
        for place in Self.fixedAddresses { addresses.append(place) }
        self.addresses = addresses
        self.ports = ports
    }

    /// The first obstacle under what a base address register of a function decodes; of memory, under the pages that it has a
    /// part of.
    func first(
        under register: BaseAddressRegister, of function: PCIFunction, pageByteCount: UInt64
    ) -> (obstacle: Obstacle, address: UInt64)? {
        let isPorts = register.kind == .io
        guard register.byteCount > 0 else { return nil }
        let start = register.base
        let end = start + min(register.byteCount - 1, .max - start)
        let mask = isPorts ? 0 : pageByteCount - 1
        for place in isPorts ? ports : addresses where start & ~mask <= place.last && place.first <= end | mask {
            return (place.obstacle, place.first)
        }
        // Of several, whatever the order of the functions, the one that begins first.
        var first: UInt64?
        for other in functions {
            for range in other.baseAddressRegisters
            where range.isAssigned && (range.kind == .io) == isPorts
                && (other.address != function.address || range.index != register.index)
            {
                // Of one whose size nobody asked the first byte is known.
                let last = range.base + min(max(range.byteCount, 1) - 1, .max - range.base)
                if start <= last, range.base <= end { first = min(first ?? .max, range.base) }
            }
        }
        return first.map { (.anotherRegister, $0) }
    }
}
