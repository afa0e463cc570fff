// Decides where the windows of configuration space are, and refuses what a driver could leave its own ground by: its registers
// may be read, but to change where a function is found, or where its messages go, is the machine's. Nothing is touched.
// Called by the generator before a rule is evaluated.

import Hardware
import Metabinary
import Program
import Verification

/// Plans windows of configuration space.
enum ConfigurationPlanner {
    /// The ports of configuration mechanism #1: the one that selects, and the one after it that is what was selected.
    ///
    /// Source: PCI Local Bus Specification, revision 3.0, section 3.2.2.3.2.
    private static let firstPort: UInt64 = 0xCF8, portCount: UInt64 = 8

    /// Makes the region of a window, whose address is a place in configuration space, that of the ports which lead there.
    ///
    /// Layout: of what selects, bit 31 set, 23:16 bus, 15:11 device, 10:8 function, 7:2 double word.
    static func putBehindPorts(_ region: inout Region) {
        region.selection = 1 << 31 | UInt32(truncatingIfNeeded: region.address.rawValue)
        region.address = VirtualAddress(rawValue: firstPort)
        region.byteCount = portCount
    }

    /// The window that a description asks for, on a function of the machine.
    ///
    /// Code goes through the ports, whichever way the kernel goes: its window has one register selected there and then
    /// accessed, while a page of configuration space in memory has all registers of a function, its header among them.
    ///
    /// Throws: `configuration`, of the reasons `absent` and `noPorts`.
    @inline(never)
    static func plan(
        _ window: WindowDescription, at place: ConfigurationPlace, of function: PCIFunction,
        through reach: ConfigurationReach
    ) throws(GenerationError) -> PlacedWindow {
        guard reach.hasPorts else { throw error(window, .noPorts, nil) }
        guard let offset = place.offset(in: function) else {
            throw error(window, .absent, nil, place.identifier)
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
    /// Throws: `configuration`, of all other reasons.
    @inline(never)
    static func check(
        _ index: Int, of windows: [WindowDescription], _ placed: [PlacedWindow], _ function: PCIFunction
    ) throws(GenerationError) {
        for register in windows[index].registers {
            let start = placed[index].offset + register.offset
            let bytes = start..<start + register.byteCount
            if bytes.upperBound > ConfigurationPlace.byteCount { throw error(windows[index], .pastEnd, register) }
            if register.isWritable { try checkChange(register, bytes, function, windows[index]) }
            for other in 0..<index where placed[other].space == .configuration {
                for earlier in windows[other].registers {
                    let first = placed[other].offset + earlier.offset
                    if first < bytes.upperBound, bytes.lowerBound < first + earlier.byteCount {
                        throw error(windows[index], .overlaps, register)
                    }
                }
            }
        }
    }

    /// Refuses what nobody but the machine may change.
    private static func checkChange(
        _ register: RegisterDescription, _ bytes: Range<UInt64>, _ function: PCIFunction, _ window: WindowDescription
    ) throws(GenerationError) {
        if bytes.lowerBound < ConfigurationPlace.headerByteCount { throw error(window, .changesHeader, register) }
        if function.headerType != 0 || function.classCode >> 16 == ConfigurationPlace.bridgeClass {
            throw error(window, .changesBridge, register)
        }
        if let identifier = ConfigurationPlace.guardedCapability(over: bytes, of: function) {
            throw error(window, .changesCapability, register, identifier)
        }
    }

    @inline(never)
    private static func error(
        _ window: WindowDescription, _ reason: ConfigurationError.Reason, _ register: RegisterDescription?,
        _ capability: UInt8? = nil
    ) -> GenerationError {
        .configuration(
            name: window.name, ConfigurationError(reason, register: register?.name ?? [], capability: capability))
    }
}
