// Decides where the windows of a device are mapped: which base address register is behind each, whether it can be
// used, and which virtual addresses or ports it gets. It maps nothing. Called by the generator before a rule is evaluated.

import Hardware
import Metabinary
import Program
import Verification

/// Plans windows.
struct WindowPlanner {
    /// Size of the pages that windows are mapped by.
    ///
    /// Source: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 3A, section 4.5.
    static let pageByteCount: UInt64 = 4096

    /// Where the processor finds its interrupt controllers unless firmware moved them: the local one, and the first of
    /// those that devices are wired to.
    ///
    /// Source: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 3A, section 11.4.1; Intel 82093AA
    /// I/O APIC, 290566-001, section 3.0.
    private static let controllers: (UInt64, UInt64) = (0xFEE0_0000, 0xFEC0_0000)

    /// Ports of the system board, interrupt controllers and timers among them, and those of configuration mechanism #1:
    /// first and last.
    ///
    /// Source: PCI Local Bus Specification, revision 3.0, section 3.2.2.3.2; ISA leaves ports 0 to 0xFF to the board.
    private static let systemPorts: ((UInt64, UInt64), (UInt64, UInt64)) = ((0, 0xFF), (0xCF8, 0xCFF))

    private var area: AddressArea
    /// The machine's memory map.
    private let memory: [MemoryRange]

    init(area: AddressArea, memory: [MemoryRange] = []) {
        self.area = area
        self.memory = memory
    }

    /// Which of the places of a window is taken: the first that the function has, with an address; else the first, for the
    /// error to be about.
    static func place(of window: WindowDescription, in function: PCIFunction) -> Int {
        if isAt(window, in: function) { return 0 }
        return (window.alternatives.firstIndex { isAt($0, in: function) } ?? -1) + 1
    }

    private static func isAt(_ window: WindowDescription, in function: PCIFunction) -> Bool {
        if let locator = window.locator { return locator.capability(of: function) != nil }
        guard let register = function.baseAddressRegister(window.bar) else { return false }
        return register.isAssigned && (register.kind != .io) == window.isMemory
    }

    /// The window that a description asks for, on a function of the machine.
    ///
    /// A window is the pages that hold the registers which the description names, not all that the register decodes: a
    /// driver is granted no more than it needs, and a card with a large range does not use up the page tables. A range
    /// shorter than a page keeps its place in its page. Ports are where they are.
    ///
    /// - Parameter located: what a capability says of the window; `nil` for one that is all that its register decodes.
    ///
    /// Throws: `WindowError`, all cases.
    mutating func plan(
        _ window: WindowDescription, at located: LocatedRange? = nil, of function: PCIFunction
    ) throws(WindowError) -> PlacedWindow {
        let bar = located?.register.index ?? window.bar
        guard let register = function.baseAddressRegister(bar) else { throw .absent(bar: bar) }
        guard (register.kind != .io) == window.isMemory else {
            throw .wrongKind(bar: bar, isMemory: register.kind != .io)
        }
        guard register.isAssigned else { throw .unassigned(bar: bar) }
        let decoded = register.byteCount
        guard decoded >= window.minimumByteCount, decoded > 0 else {
            throw .tooShort(bar: bar, byteCount: decoded, minimumByteCount: window.minimumByteCount)
        }
        guard decoded & (decoded - 1) == 0, register.base & (decoded - 1) == 0 else { throw .malformed(bar: bar) }
        guard window.isMemory else { return try portWindow(window, register) }
        try checkObstacles(register)
        let offset = located?.offset ?? 0
        let physical = register.base + offset
        let inPage = physical % Self.pageByteCount
        let mapped = (inPage + max(window.minimumByteCount, 1) + Self.pageByteCount - 1) & ~(Self.pageByteCount - 1)
        guard let start = area.take(mapped, alignment: Self.pageByteCount) else { throw .noRoom(bar: bar) }
        return PlacedWindow(
            name: window.name, bar: bar, offset: offset, physical: PhysicalAddress(rawValue: physical),
            virtual: VirtualAddress(rawValue: start.rawValue + inPage),
            byteCount: min(located?.byteCount ?? decoded, mapped - inPage))
    }

    /// A window of ports is the registers that the description names: nothing is mapped, so it has no pages.
    private func portWindow(
        _ window: WindowDescription, _ register: BaseAddressRegister
    ) throws(WindowError) -> PlacedWindow {
        guard register.base <= ProgramChecker.portCount,
            register.byteCount <= ProgramChecker.portCount - register.base
        else { throw .pastPorts(bar: window.bar) }
        for (first, last) in [Self.systemPorts.0, Self.systemPorts.1]
        where register.base <= last && first < register.base + register.byteCount {
            throw .overSystem(bar: window.bar, PortNumber(rawValue: UInt16(first)))
        }
        return PlacedWindow(
            name: window.name, bar: window.bar, space: .ports, physical: PhysicalAddress(rawValue: register.base),
            virtual: VirtualAddress(rawValue: register.base), byteCount: window.minimumByteCount)
    }

    /// Refuses a range whose pages hold something else: a device cannot decode there, whoever says that it does.
    private func checkObstacles(_ register: BaseAddressRegister) throws(WindowError) {
        let first = register.base & ~(Self.pageByteCount - 1)
        let last = (register.base + (register.byteCount - 1)) | (Self.pageByteCount - 1)
        for range in memory where range.kind == .usable && range.byteCount > 0 {
            let start = range.base.rawValue
            let end = start + min(range.byteCount - 1, .max - start)
            if first <= end && start <= last { throw .overMemory(bar: register.index, range.base) }
        }
        for controller in [Self.controllers.0, Self.controllers.1] where first <= controller && controller <= last {
            throw .overController(bar: register.index, PhysicalAddress(rawValue: controller))
        }
    }
}
