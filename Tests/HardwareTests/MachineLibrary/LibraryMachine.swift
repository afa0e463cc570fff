// A machine of the library: what firmware of its kind leaves behind, as a table that a person can read beside the dump
// that it was made from. It starts as a machine in memory; what is expected of it stands in the same table.

import Hardware
import Testing

/// A machine that is not there, with what is to be found out about it.
struct LibraryMachine: Sendable, CustomTestStringConvertible {
    /// What has to come of a machine.
    struct Expectation: Sendable {
        var cores: Int
        var clock: FactSource?
        var configuration = ConfigurationReach.ports
        /// Where drivers are generated and of which device, such as "00:03.0 e1000".
        var drivers: [String] = []
        /// Network functions that no rule matches.
        var undriven: [String] = []
        /// What discovery says is odd; nothing else may be.
        var oddities: [Oddity] = []
    }

    /// Intel's TCO timer: its first port, what its count and its control register hold (bit 11: halted).
    struct Watchdog: Sendable {
        var port: UInt16
        var count: UInt32 = 4
        var control: UInt32 = 0

        var controlPort: UInt16 { port + 8 }
    }

    /// A few words, in the name of a test.
    var name: String
    /// Where its facts are from.
    var source: String
    var processor: LibraryProcessor
    /// The memory map that firmware hands over.
    var memory: [MemoryRange]
    var tables: FirmwareTables
    var functions: [MachineFunction]
    /// Whether channel 2 of the interval timer counts; firmware of small machines gates its clock.
    var hasIntervalTimer = true
    /// The chipset's watchdog, where something leads to it.
    var watchdog: Watchdog?
    /// Other registers in memory, of four bytes each, and what they hold; where no register is known all ones are read.
    var registers: [UInt64: UInt32] = [:]
    /// Whether all buses hang from the first; a server has several roots, which nothing in configuration space leads
    /// to.
    var hasOneRoot = true
    var expected: Expectation

    var testDescription: String { name }

    static let all = [
        desktop, laptop, xeon, server, miniature, atom, vmware, virtualBox, hyperV, bochs, proxmox, cloud,
    ]

    /// The machine as firmware leaves it.
    func start() -> BootingMachine {
        var machine = SyntheticMachine(startingAt: processor.frequency * 3)
        machine.frequency = processor.frequency
        machine.stampsPerAccess = processor.frequency / 1_000_000  // a microsecond, as a port of a real machine
        machine.hasIntervalTimer = hasIntervalTimer
        machine.routes = hasOneRoot
        for leaf in processor.leaves { machine.leaves[UInt64(leaf.leaf) << 32 | UInt64(leaf.subleaf)] = leaf }
        tables.install(in: &machine)
        for (address, value) in registers { machine.store(DescriptionTables.bytes(UInt64(value), 4), at: address) }
        for function in functions {
            var space = function.space
            // Bit 7 of function 0 says that there are more.
            if function.address.function == 0, functions.contains(where: { $0.address.isBeside(function.address) }) {
                space.set(0x0E, UInt64(space.bytes[0x0E] | 0x80), 1)
            }
            machine.functions[function.address.rawValue] = space
        }
        return BootingMachine(
            machine, controllers: functions.compactMap(\.controller), eventTimers: tables.eventTimers,
            watchdog: watchdog)
    }

    /// What a boot loader hands over.
    var bootInformation: BootInformation {
        var boot = BootInformation(source: .multiboot2)
        boot.memory = memory
        boot.rootPointer = tables.isHandedOver ? PhysicalAddress(rawValue: tables.rootPointer) : nil
        return boot
    }
}

extension FunctionAddress {
    /// Whether it is another function of the same device.
    fileprivate func isBeside(_ other: FunctionAddress) -> Bool {
        bus == other.bus && device == other.device && function != other.function
    }

    /// As lspci writes it: "00:1f.2".
    init(_ text: String) {
        let parts = text.split { ":.".contains($0) }.compactMap { UInt8($0, radix: 16) }
        precondition(parts.count == 3, "\(text) is no place of a function")
        self.init(bus: parts[0], device: parts[1], function: parts[2])
    }

    /// As lspci writes it.
    var text: String {
        func hexadecimal(_ value: UInt8) -> String { (value < 16 ? "0" : "") + String(value, radix: 16) }
        return "\(hexadecimal(bus)):\(hexadecimal(device)).\(function)"
    }
}

extension MemoryRange {
    /// A range as e820 and its printers write it: the last address included.
    private init(_ kind: Kind, _ range: ClosedRange<UInt64>) {
        self.init(
            base: PhysicalAddress(rawValue: range.lowerBound), byteCount: range.upperBound - range.lowerBound + 1,
            kind: kind)
    }

    static func usable(_ range: ClosedRange<UInt64>) -> MemoryRange { MemoryRange(.usable, range) }
    static func reserved(_ range: ClosedRange<UInt64>) -> MemoryRange { MemoryRange(.reserved, range) }
    static func tables(_ range: ClosedRange<UInt64>) -> MemoryRange { MemoryRange(.acpiReclaimable, range) }
    static func kept(_ range: ClosedRange<UInt64>) -> MemoryRange { MemoryRange(.acpiNonVolatile, range) }
}
