// A range of registers as a rule describes it: which base address register decodes it, which capability leads to it, or where
// it begins in configuration space, and how far the rule reaches in.

import Hardware

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
    /// The same window at other places, for a function that has not this one, the first that it has to be taken.
    public package(set) var alternatives: [WindowDescription] = []

    package init() {}
}
