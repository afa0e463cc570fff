// Decides where the windows of configuration space are, and refuses what a driver could leave its own ground by: its registers
// may be read, but to change where a function is found, or where its messages go, is the machine's. Nothing is touched.
// Called by the generator before a rule is evaluated.

import Hardware
import Metabinary
import Verification

/// Plans windows of configuration space.
enum ConfigurationPlanner {
    /// The ports of configuration mechanism #1: the one that selects, and the one behind it that is what was selected.
    ///
    /// Source: PCI Local Bus Specification, revision 3.0, section 3.2.2.3.2.
    static let firstPort: UInt64 = 0xCF8, portCount: UInt64 = 8

    /// Base class of bridges, whatever they lead to.
    ///
    /// Source: PCI Code and ID Assignment Specification, revision 1.11, section 1.
    private static let bridge: UInt32 = 0x06

    /// The word that selects the place at which a window begins.
    ///
    /// Layout: bit 31 set, 23:16 bus, 15:11 device, 10:8 function, 7:2 double word.
    static func selection(of window: PlacedWindow) -> UInt32 {
        1 << 31 | UInt32(truncatingIfNeeded: window.virtual.rawValue)
    }

    /// The window that a description asks for, on a function of the machine.
    ///
    /// Throws: `ConfigurationError`, of the reason `absent`.
    static func plan(
        _ window: WindowDescription, at place: ConfigurationPlace, of function: PCIFunction
    ) throws(ConfigurationError) -> PlacedWindow {
        guard let offset = place.offset(in: function) else {
            throw ConfigurationError(.absent, capability: place.identifier)
        }
        let start = UInt64(function.address.rawValue) << 8 | UInt64(offset)
        return PlacedWindow(
            name: window.name, bar: 0, offset: UInt64(offset), space: .configuration,
            physical: PhysicalAddress(rawValue: start), virtual: VirtualAddress(rawValue: start),
            byteCount: window.minimumByteCount)
    }

    /// Checks the registers of a window that was planned, as were all windows before it.
    ///
    /// - Parameter index: of the window, among those of the description and among the placed ones.
    ///
    /// Throws: `ConfigurationError`, of all other reasons.
    static func check(
        _ index: Int, of windows: [WindowDescription], _ placed: [PlacedWindow], _ function: PCIFunction
    ) throws(ConfigurationError) {
        for register in windows[index].registers {
            let start = placed[index].offset + register.offset
            let bytes = start..<start + register.byteCount
            if bytes.upperBound > ConfigurationPlace.byteCount {
                throw ConfigurationError(.pastEnd, register: register.name)
            }
            if register.isWritable { try checkChange(register, bytes, function) }
            for other in 0..<index where placed[other].space == .configuration {
                for earlier in windows[other].registers {
                    let first = placed[other].offset + earlier.offset
                    if bytes.overlaps(first..<first + earlier.byteCount) {
                        throw ConfigurationError(.overlaps, register: register.name)
                    }
                }
            }
        }
    }

    /// Checks a register that may be written.
    private static func checkChange(
        _ register: RegisterDescription, _ bytes: Range<UInt64>, _ function: PCIFunction
    ) throws(ConfigurationError) {
        if bytes.lowerBound < ConfigurationPlace.headerByteCount {
            throw ConfigurationError(.changesHeader, register: register.name)
        }
        if function.headerType != 0 || function.classCode >> 16 == bridge {
            throw ConfigurationError(.changesBridge, register: register.name)
        }
        if let identifier = ConfigurationPlace.guardedCapability(over: bytes, of: function) {
            throw ConfigurationError(.changesCapability, register: register.name, capability: identifier)
        }
    }
}
