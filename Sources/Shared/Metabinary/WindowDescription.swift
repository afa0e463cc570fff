// A range of registers as a rule describes it: which base address register decodes it, which capability leads to it, or where
// it begins in configuration space, and how far the rule reaches in.

import Hardware
import Program

/// A window of a device.
public final class WindowDescription: @unchecked Sendable {
    /// Name in the rule, ASCII.
    public package(set) var name: [UInt8] = []
    /// Number of the base address register, 0 to 5; 0 where a capability names it.
    public package(set) var bar: UInt8 = 0
    /// Whether the registers lie in memory space; else they are ports.
    public package(set) var isMemory = true
    /// End of the highest register that the rule describes.
    ///
    /// Units: bytes.
    public package(set) var minimumByteCount: UInt64 = 0
    /// Line of the rule's file, counted from 1.
    public package(set) var line: UInt16 = 0
    /// The capability that says where the window is, for one that no base address register's number tells.
    public package(set) var locator: CapabilityLocator?
    /// Where its registers begin in configuration space, for one that is a part of that.
    public package(set) var configuration: ConfigurationPlace?
    /// In rising order of offset; none overlaps another.
    public package(set) var registers: [RegisterDescription] = []
    /// Registers behind two of those, in rising order of these and of their numbers. No code names them: it reaches them by way
    /// of the others, and what may be done then is what these say.
    public package(set) var selected: [RegisterDescription] = []
    /// The same window at other places, for a function that has not this one, the first that it has to be taken.
    public package(set) var alternatives: [WindowDescription] = []

    package init() {}

    /// All that premises can be about: the registers, then those behind them.
    public var all: [RegisterDescription] { registers + selected }

    /// How much of a range the window needs. Where a capability says how long the range is, it also says how many elements
    /// an array has that ends the window, one at least.
    ///
    /// Units: bytes.
    public var leastByteCount: UInt64 {
        guard locator != nil, let last = registers.last, !last.takesMemory else { return minimumByteCount }
        return last.offset + last.byteCount
    }

    /// Whether its registers can be ports, as far as it needs them.
    public var canBePorts: Bool {
        leastByteCount <= MetabinaryLimit.portWindowByteCount && registers.allSatisfy { $0.type != .u64 }
    }

    /// The window on a range of that many bytes, with as many elements of the array that ends it as are in there.
    ///
    /// - Precondition: the range has as many bytes as the window needs.
    @inline(never)
    func ending(at byteCount: UInt64) -> WindowDescription {
        guard byteCount < minimumByteCount, let last = registers.last else { return self }
        precondition(byteCount >= leastByteCount, "the range is too short")
        let shorter = last.counting(min(last.count, (byteCount - last.offset) / last.byteCount))
        let window = WindowDescription()
        (window.name, window.bar, window.isMemory, window.line) = (name, bar, isMemory, line)
        (window.minimumByteCount, window.locator, window.configuration) = (shorter.end, locator, configuration)
        (window.registers, window.selected) = (registers.dropLast() + [shorter], selected)
        return window
    }
}
