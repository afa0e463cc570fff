// How the configuration space of a machine is reached, found out before its functions are looked for: what ACPI says is in
// memory is believed only where the machine's first function is seen there. `discoverMachine` calls it.

/// The way to configuration space.
public enum ConfigurationReach: UInt8, Sendable, CaseIterable {
    /// Through the ports of configuration mechanism #1: 256 bytes a function.
    case ports
    /// In memory, all 4,096 bytes, and through the ports as well.
    case memory
    /// In memory alone: nothing answers behind the ports.
    case memoryAlone

    /// The word that stands for the way in a report.
    public var word: StaticString {
        switch self {
        case .ports: "ports"
        case .memory: "memory"
        case .memoryAlone: "memory-alone"
        }
    }

    /// Whether configuration mechanism #1 leads anywhere.
    public var hasPorts: Bool { self != .memoryAlone }

    /// Finds the way, and has the access go it from here on.
    ///
    /// A range that firmware names wrongly would have registers of something else be written: it must be aligned, within what
    /// the processor addresses and beside all memory of the map, and where the ports answer too, both must show the
    /// same first function.
    ///
    /// - Parameter maps: what ACPI names.
    @inline(never)
    static func discover(
        _ maps: [ConfigurationMap], _ facts: MachineFacts, _ access: inout some HardwareAccess,
        _ report: (Oddity) -> Void
    ) -> ConfigurationReach {
        let first = FunctionAddress(bus: 0, device: 0, function: 0)
        var usable: [ConfigurationMap] = []
        for map in maps {
            if map.segment != 0 { report(Oddity(.segmentUnseen, at: map.base.rawValue)) }
            if map.isUsable(facts) { usable.append(map) }
        }
        guard let place = maps.first(where: { $0.segment == 0 })?.base else { return .ports }
        if usable.place(of: first) != nil {
            let behindPorts = access.readConfiguration(first, 0, .doubleWord)
            access.configurationMaps = usable
            let inMemory = access.readConfiguration(first, 0, .doubleWord)
            if PCIFunction.isPresent(inMemory) {
                if behindPorts == inMemory { return .memory }
                if !PCIFunction.isPresent(behindPorts) { return .memoryAlone }
            }
            access.configurationMaps = []
        }
        report(Oddity(.configurationMap, at: place.rawValue))
        return .ports
    }
}

extension ConfigurationMap {
    /// Whether a map is of the first segment, aligned, and lies where there can be something else than memory.
    fileprivate func isUsable(_ facts: MachineFacts) -> Bool {
        let (end, overflows) = base.rawValue.addingReportingOverflow(byteCount)
        guard segment == 0, base.rawValue % Self.busByteCount == 0, !overflows,
            end <= 1 << facts.processor.physicalAddressBitCount
        else { return false }
        return facts.isBesideMemory(base.rawValue, byteCount)
    }
}

extension MachineFacts {
    /// Whether a range of addresses lies beside all memory of the map, so that registers can be there.
    @inline(never)
    func isBesideMemory(_ base: UInt64, _ byteCount: UInt64) -> Bool {
        let (end, overflows) = base.addingReportingOverflow(byteCount)
        guard !overflows else { return false }
        for range in memory where range.kind != .reserved && range.byteCount > 0 {
            let start = range.base.rawValue
            let last = start + min(range.byteCount - 1, .max - start)
            if start < end, base <= last { return false }
        }
        return true
    }

    /// Whether registers of a device can be at a range of addresses: beside memory, and beside what is the machine's own.
    @inline(never)
    func isOfDevices(_ base: UInt64, _ byteCount: UInt64) -> Bool {
        guard isBesideMemory(base, byteCount) else { return false }
        for range in system where range.kind != .ports && range.byteCount > 0 {
            if range.base < base + byteCount, base <= range.base + min(range.byteCount - 1, .max - range.base) {
                return false
            }
        }
        return true
    }
}
