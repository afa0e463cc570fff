// Decides where the windows of a device are mapped: which base address register is behind each, whether it can be
// used, and which virtual addresses it gets. It maps nothing. Called by the generator before a rule is evaluated.

import Hardware
import Metabinary

/// Plans windows.
struct WindowPlanner {
    /// Size of the pages that windows are mapped by.
    ///
    /// Source: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 3A, section 4.5.
    static let pageByteCount: UInt64 = 4096

    private var area: AddressArea

    init(area: AddressArea) { self.area = area }

    /// The window that a description asks for, on a function of the machine.
    ///
    /// A window is the pages that hold the registers which the description names, not all that the register decodes: a
    /// driver is granted no more than it needs, and a card with a large range does not use up the page tables. A range
    /// shorter than a page keeps its place in its page.
    ///
    /// Throws: `WindowError`, all cases.
    mutating func plan(_ window: WindowDescription, of function: PCIFunction) throws(WindowError) -> PlacedWindow {
        let bar = window.bar
        guard let register = function.baseAddressRegister(bar) else { throw .absent(bar: bar) }
        guard (register.kind != .io) == window.isMemory else { throw .wrongKind(bar: bar) }
        guard window.isMemory else { throw .ports(bar: bar) }
        guard register.isAssigned else { throw .unassigned(bar: bar) }
        let decoded = register.byteCount
        guard decoded >= window.minimumByteCount, decoded > 0 else {
            throw .tooShort(bar: bar, byteCount: decoded, minimumByteCount: window.minimumByteCount)
        }
        guard decoded & (decoded - 1) == 0, register.base & (decoded - 1) == 0 else { throw .malformed(bar: bar) }
        let mapped = (max(window.minimumByteCount, 1) + Self.pageByteCount - 1) & ~(Self.pageByteCount - 1)
        let byteCount = min(decoded, mapped)
        guard let start = area.take(mapped, alignment: Self.pageByteCount) else { throw .noRoom(bar: bar) }
        return PlacedWindow(
            name: window.name, bar: bar, physical: PhysicalAddress(rawValue: register.base),
            virtual: VirtualAddress(rawValue: start.rawValue + register.base % Self.pageByteCount), byteCount: byteCount
        )
    }
}
