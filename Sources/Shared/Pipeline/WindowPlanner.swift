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

    private var area: AddressArea
    private let obstacles: ObstacleMap

    init(area: AddressArea, obstacles: ObstacleMap) {
        self.area = area
        self.obstacles = obstacles
    }

    /// Which of the places of a window is taken: the first that the function has, with an address; else the first, for the
    /// error to be about.
    static func place(of window: WindowDescription, in function: PCIFunction) -> Int {
        if isAt(window, in: function) { return 0 }
        return (window.alternatives.firstIndex { isAt($0, in: function) } ?? -1) + 1
    }

    @inline(never)
    private static func isAt(_ window: WindowDescription, in function: PCIFunction) -> Bool {
        if let locator = window.locator { return locator.isIn(function) }
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
    @inline(never)
    mutating func plan(
        _ window: WindowDescription, at located: LocatedRange? = nil, of function: PCIFunction
    ) throws(WindowError) -> PlacedWindow {
        let bar = located?.register.index ?? window.bar
        guard function.headerType == 0, function.classCode >> 16 != ConfigurationPlace.bridgeClass else {
            throw .ofBridge(bar: bar)
        }
        guard let register = function.baseAddressRegister(bar) else { throw .absent(bar: bar) }
        let isMemory = register.kind != .io
        guard isMemory == window.isMemory || located != nil else { throw .wrongKind(bar: bar, isMemory: isMemory) }
        guard register.isAssigned else { throw .unassigned(bar: bar) }
        let decoded = register.byteCount
        guard decoded >= window.minimumByteCount, decoded > 0 else {
            throw .tooShort(bar: bar, byteCount: decoded, minimumByteCount: window.minimumByteCount)
        }
        guard decoded & (decoded - 1) == 0, register.base & (decoded - 1) == 0 else { throw .malformed(bar: bar) }
        let offset = located?.offset ?? 0
        guard isMemory else { return try portWindow(window, register, from: offset, of: function) }
        // A register of 32 bits ends below 4 GiB; one that says otherwise is no register.
        let end = register.base + (decoded - 1)
        guard register.kind == .memory64 || end <= UInt64(UInt32.max) else { throw .malformed(bar: bar) }
        guard end < obstacles.addressEnd else { throw .beyondProcessor(bar: bar) }
        try checkObstacles(of: function, isMemory: true, first: register)
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
        _ window: WindowDescription, _ register: BaseAddressRegister, from offset: UInt64, of function: PCIFunction
    ) throws(WindowError) -> PlacedWindow {
        guard register.base <= ProgramChecker.portCount,
            register.byteCount <= ProgramChecker.portCount - register.base
        else { throw .pastPorts(bar: register.index) }
        try checkObstacles(of: function, isMemory: false, first: register)
        let start = register.base + offset
        return PlacedWindow(
            name: window.name, bar: register.index, offset: offset, space: .ports,
            physical: PhysicalAddress(rawValue: start), virtual: VirtualAddress(rawValue: start),
            byteCount: window.minimumByteCount)
    }

    /// Refuses a range that holds something else, or that shares a page with it: a device cannot decode there, whoever says
    /// that it does. The window's own is looked at first; all others of its space begin to decode together with it.
    private func checkObstacles(
        of function: PCIFunction, isMemory: Bool, first: BaseAddressRegister
    ) throws(WindowError) {
        try checkObstacles(under: first, of: function)
        for register in function.baseAddressRegisters
        where register.isAssigned && (register.kind != .io) == isMemory {
            try checkObstacles(under: register, of: function)
        }
    }

    @inline(never)
    private func checkObstacles(
        under register: BaseAddressRegister, of function: PCIFunction
    ) throws(WindowError) {
        let found = obstacles.first(under: register, of: function, pageByteCount: Self.pageByteCount)
        if let found { throw .over(bar: register.index, found.obstacle, at: found.address) }
    }
}
