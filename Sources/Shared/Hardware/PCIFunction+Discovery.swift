// Finds every PCI function of a machine and reads its header. Sizing of base address registers and numbers for buses, the only
// parts that write, are in `BaseAddressRegister+Sizing.swift` and `PCIFunction+BusNumbers.swift`, capabilities in
// `Capability+Discovery.swift`; `discoverMachine` calls this, and the host for a dump of what configuration space holds.

extension PCIFunction {
    /// Most functions that are kept.
    static let limit = 512

    /// Finds every function, in the order of their addresses.
    ///
    /// All 256 bus numbers are asked, each once: this finds what lies behind bridges, which answer for the bus numbers
    /// that firmware gave them, and buses of further host bridges, which nothing in configuration space leads to. So no
    /// function comes twice and broken bridge numbers lead nowhere. An empty bus costs 32 reads, all of them some 8,000
    /// reads or some 20 ms of a real machine. Buses that firmware gave no number get one then.
    ///
    /// - Parameter isDriven: whether a rule is for a function: the ranges of those are sized.
    ///
    /// Source: PCI Local Bus Specification, revision 3.0, sections 3.2.2.3.4 (multi-function devices) and 6.1.
    public static func discover(
        _ access: inout some HardwareAccess, isDriven: (PCIFunction) -> Bool = { _ in false },
        _ report: (Oddity) -> Void
    ) -> [PCIFunction] {
        var functions: [PCIFunction] = []
        for bus in UInt8.min...UInt8.max { scan(bus, &functions, &access, isDriven, report) }
        numberBuses(&functions, &access, isDriven, report)
        reportBridgeNumbers(functions, report)
        return functions
    }

    /// Adds every function of a bus.
    @inline(never)
    static func scan(
        _ bus: UInt8, _ functions: inout [PCIFunction], _ access: inout some HardwareAccess,
        _ isDriven: (PCIFunction) -> Bool, _ report: (Oddity) -> Void
    ) {
        for device in UInt8(0)..<32 {
            var functionCount: UInt8 = 1
            var function: UInt8 = 0
            while function < functionCount {
                let address = FunctionAddress(bus: bus, device: device, function: function)
                function += 1
                let identity = access.readConfiguration(address, 0x00, .doubleWord)
                guard identity != notReady else {
                    report(Oddity(.functionNotReady, address, 0x00))
                    continue
                }
                guard isPresent(identity) else { continue }
                guard functions.count < limit else { return report(Oddity(.tooManyFunctions, address, 0)) }
                var (found, isMultiFunction) = PCIFunction.read(address, identity, &access, report)
                if isMultiFunction { functionCount = 8 }
                let isSized = found.headerType <= 2 && (found.isOfFirmwareUse || isDriven(found))
                if found.headerType <= 2 { found.readBaseAddressRegisters(isSized: isSized, &access, report) }
                functions.append(found)
            }
        }
    }

    /// What a root complex answers for a function that is not ready yet: a vendor that nobody is, the rest all ones.
    ///
    /// Source: PCI Express Base Specification, revision 2.1, section 2.3.2 (configuration request retry status); Linux,
    /// drivers/pci/probe.c (pci_bus_wait_rrs).
    private static let notReady: UInt32 = 0xFFFF_0001

    /// Whether a function answers with that identity: the vendor is neither all ones nor zero, which nobody owns.
    static func isPresent(_ identity: UInt32) -> Bool { identity & 0xFFFF != 0xFFFF && identity & 0xFFFF != 0 }

    /// Reads the header and the capabilities of a function that answers.
    ///
    /// - Returns: the function, and whether its header has the multi-function bit.
    @inline(never)
    private static func read(
        _ address: FunctionAddress, _ identity: UInt32, _ access: inout some HardwareAccess, _ report: (Oddity) -> Void
    ) -> (PCIFunction, Bool) {
        var function = PCIFunction(
            address: address, vendor: UInt16(truncatingIfNeeded: identity), device: UInt16(identity >> 16))
        let revisionAndClass = access.readConfiguration(address, 0x08, .doubleWord)
        function.revision = UInt8(truncatingIfNeeded: revisionAndClass)
        function.classCode = revisionAndClass >> 8
        let header = UInt8(truncatingIfNeeded: access.readConfiguration(address, 0x0E, .byte))
        function.headerType = header & 0x7F
        guard function.headerType <= 2 else {
            report(Oddity(.headerType, address, 0x0E))
            return (function, header & 0x80 != 0)
        }
        function.readInterrupt(&access, report)
        function.readCapabilities(&access, report)
        function.readExtendedCapabilities(&access, report)
        if function.headerType == 0 {
            function.readSubsystem(at: 0x2C, &access)
        } else {
            let buses = access.readConfiguration(address, 0x18, .doubleWord)
            function.secondaryBus = UInt8(truncatingIfNeeded: buses >> 8)
            function.subordinateBus = UInt8(truncatingIfNeeded: buses >> 16)
            // Capability 0x0D: PCI-to-PCI Bridge Architecture Specification, revision 1.2, section 3.2.5.13.
            for capability in function.capabilities where capability.identifier == 0x0D {
                function.readSubsystem(at: UInt16(capability.offset) + 4, &access)
            }
        }
        return (function, header & 0x80 != 0)
    }

    private mutating func readSubsystem(at offset: UInt16, _ access: inout some HardwareAccess) {
        let both = access.readConfiguration(address, offset, .doubleWord)
        subsystemVendor = UInt16(truncatingIfNeeded: both)
        subsystem = UInt16(both >> 16)
    }

    private mutating func readInterrupt(_ access: inout some HardwareAccess, _ report: (Oddity) -> Void) {
        interruptLine = UInt8(truncatingIfNeeded: access.readConfiguration(address, 0x3C, .byte))
        interruptPin = UInt8(truncatingIfNeeded: access.readConfiguration(address, 0x3D, .byte))
        if interruptPin > 4 {
            interruptPin = 0
            report(Oddity(.interruptPin, address, 0x3D))
        }
        if interruptPin == 0 { interruptLine = 0xFF }  // means nothing then, and a report has no place for it
    }

    /// Reports bridges that claim their own bus, a bus before it, or a bus that another bridge claims, and those that sleep
    /// and behind which nothing answers therefore.
    private static func reportBridgeNumbers(_ functions: [PCIFunction], _ report: (Oddity) -> Void) {
        var claimed = [4 of UInt64](repeating: 0)
        for bridge in functions where bridge.headerType == 1 || bridge.headerType == 2 {
            let part = Int(bridge.secondaryBus >> 6)
            let bit: UInt64 = 1 << UInt64(bridge.secondaryBus & 63)
            let isClaimed = claimed[part] & bit != 0
            claimed[part] |= bit
            let isOrdered = bridge.address.bus < bridge.secondaryBus && bridge.secondaryBus <= bridge.subordinateBus
            if isClaimed || !isOrdered { report(Oddity(.bridgeNumbers, bridge.address, 0x18)) }
            if bridge.isAsleep, !functions.contains(where: { $0.address.bus == bridge.secondaryBus }) {
                report(Oddity(.bridgeAsleep, bridge.address, 0x18))
            }
        }
    }
}
