// A machine in memory whose every answer a test decides: registers that lie, timers that stand still, tables that are
// damaged. It also keeps watch: accesses are counted, and anything touched while a function's decode is off is noted.

import Hardware

/// Configuration space of a function, with the bits that a write changes.
struct SyntheticFunction {
    var bytes = [UInt8](repeating: 0, count: 4096)
    var writable = [UInt8](repeating: 0, count: 4096)

    init(vendor: UInt16 = 0x7E57, device: UInt16 = 1, classCode: UInt32 = 0x02_0000, headerType: UInt8 = 0) {
        set(0x00, UInt64(device) << 16 | UInt64(vendor), 4)
        set(0x08, UInt64(classCode) << 8, 4)
        set(0x0E, UInt64(headerType), 1)
        set(0x04, 0x0107, 2, writable: 0x0407)
    }

    mutating func set(_ offset: Int, _ value: UInt64, _ count: Int, writable mask: UInt64 = 0) {
        for place in 0..<count {
            bytes[offset + place] = UInt8(truncatingIfNeeded: value >> (8 * UInt64(place)))
            writable[offset + place] = UInt8(truncatingIfNeeded: mask >> (8 * UInt64(place)))
        }
    }

    /// Adds a base address register of `count` bytes, 4 or 8.
    mutating func setRegister(_ index: Int, base: UInt64, flags: UInt64, size: UInt64, count: Int = 4) {
        let all: UInt64 = count == 4 ? 0xFFFF_FFFF : .max
        set(0x10 + 4 * index, base | flags, count, writable: all & ~(size - 1))
    }

    /// Adds capabilities as a list: where each is, its identifier, and where the next is.
    mutating func setCapabilities(first: UInt8, _ entries: [(offset: UInt8, identifier: UInt8, next: UInt8)]) {
        set(0x06, 0x10, 2)
        set(0x34, UInt64(first), 1)
        for entry in entries { set(Int(entry.offset), UInt64(entry.next) << 8 | UInt64(entry.identifier), 2) }
    }
}

/// A machine in memory.
struct SyntheticMachine: HardwareAccess {
    var functions: [UInt16: SyntheticFunction] = [:]
    var memory: [UInt64: UInt8] = [:]
    var leaves: [UInt64: ProcessorLeaf] = [:]
    /// Units: hertz.
    var frequency: UInt64 = 2_400_000_000
    /// Time that each access takes. Units: counts of the time-stamp counter.
    var stampsPerAccess: UInt64 = 24_000
    var powerTimerPort: UInt16?
    var powerTimerMask: UInt32 = 0xFF_FFFF
    /// Where a power-management timer counts in memory.
    var powerTimerAddress: UInt64?
    /// Where a block of event timers is, which counts at 25 MHz once it is told to, and the last that it was told.
    var eventTimerBase: UInt64?
    var eventTimerConfiguration: UInt32 = 0
    var hasIntervalTimer = true
    var timestampMoves = true
    /// Whether ports lead to configuration space, and where in memory that of bus 0 begins, if anywhere.
    var hasConfigurationPorts = true
    var configurationBase: UInt64?
    var configurationMaps: [ConfigurationMap] = []

    /// Whether a bus other than the first answers only where bridges lead to it.
    var routes = false

    private(set) var accessCount = 0
    private(set) var askedLeaves: [UInt64] = []
    private(set) var violations: [String] = []
    private(set) var now: UInt64 = 0
    private var silenced: UInt16?
    private var latched: UInt32 = 0
    private var latchedHigh = false

    init(startingAt now: UInt64 = 1_000_000) { self.now = now }

    mutating func add(_ function: SyntheticFunction, _ bus: UInt8, _ device: UInt8, _ number: UInt8 = 0) {
        functions[FunctionAddress(bus: bus, device: device, function: number).rawValue] = function
    }

    mutating func store(_ bytes: [UInt8], at address: UInt64) {
        for (place, byte) in bytes.enumerated() { memory[address + UInt64(place)] = byte }
    }

    private mutating func touch(_ function: UInt16? = nil) {
        accessCount += 1
        now &+= stampsPerAccess
        if let silenced, silenced != function { violations.append("touched while \(silenced) is silent") }
    }

    private func count(_ frequency: UInt64) -> UInt32 {
        let product = now.multipliedFullWidth(by: frequency)
        return UInt32(
            truncatingIfNeeded: self.frequency.dividingFullWidth((product.high % self.frequency, product.low)).quotient)
    }

    mutating func readPort(_ port: PortNumber, _ width: AccessWidth) -> UInt32 {
        touch()
        let allOnes = UInt32.max >> (32 - 8 * UInt32(width.rawValue))
        if let powerTimerPort, port.rawValue == powerTimerPort { return count(3_579_545) & powerTimerMask }
        guard port.rawValue == 0x42, hasIntervalTimer else { return allOnes }
        latchedHigh.toggle()
        return latchedHigh ? latched & 0xFF : latched >> 8
    }

    mutating func writePort(_ port: PortNumber, _ width: AccessWidth, _ value: UInt32) {
        touch()
        guard port.rawValue == 0x43 && value == 0x80 else { return }
        latched = 0xFFFF - count(1_193_182) & 0xFFFF
        latchedHigh = false
    }

    /// Whether the way that the access is told to go leads to a register.
    private func isReached(_ function: FunctionAddress, _ offset: UInt16) -> Bool {
        guard let place = configurationMaps.place(of: function) else { return hasConfigurationPorts && offset < 256 }
        return configurationBase.map { $0 + UInt64(function.rawValue) << 12 } == place.rawValue
    }

    mutating func readConfiguration(_ function: FunctionAddress, _ offset: UInt16, _ width: AccessWidth) -> UInt32 {
        touch(function.rawValue)
        if offset % UInt16(width.rawValue) != 0 { violations.append("unaligned configuration access") }
        guard let found = functions[function.rawValue], isReached(function, offset),
            !routes || isReached(function.bus)
        else {
            return .max >> (32 - 8 * UInt32(width.rawValue))
        }
        return (0..<Int(width.rawValue)).reduce(0) { $0 | UInt32(found.bytes[Int(offset) + $1]) << UInt32(8 * $1) }
    }

    mutating func writeConfiguration(
        _ function: FunctionAddress, _ offset: UInt16, _ width: AccessWidth, _ value: UInt32
    ) {
        touch(function.rawValue)
        guard var found = functions[function.rawValue], isReached(function, offset) else { return }
        // One that decoded nothing before is no more silent than it was.
        if offset == 4, value & 3 != 0 || found.bytes[4] & 3 != 0 {
            silenced = value & 3 == 0 ? function.rawValue : nil
        }
        if offset >= 0x10 && offset < 0x28 && found.bytes[4] & 3 != 0 {
            violations.append("BAR written while decoding")
        }
        for place in 0..<Int(width.rawValue) {
            let mask = found.writable[Int(offset) + place]
            let byte = UInt8(truncatingIfNeeded: value >> UInt32(8 * place))
            found.bytes[Int(offset) + place] = found.bytes[Int(offset) + place] & ~mask | byte & mask
        }
        functions[function.rawValue] = found
    }

    /// Whether bridges lead from the first bus to that one.
    private func isReached(_ bus: UInt8, from root: UInt8 = 0) -> Bool {
        bus == root
            || functions.contains { place, bridge in
                bridge.bytes[0x0E] & 0x7F == 1 && UInt8(place >> 8) == root && bridge.bytes[0x19] > root
                    && (bridge.bytes[0x19]...max(bridge.bytes[0x19], bridge.bytes[0x1A])).contains(bus)
                    && isReached(bus, from: bridge.bytes[0x19])
            }
    }

    mutating func readMemory(_ address: PhysicalAddress, _ width: AccessWidth) -> UInt64 {
        touch()
        if let register = register(at: address.rawValue) { return UInt64(register) }
        if address.rawValue % UInt64(width.rawValue) != 0 { violations.append("unaligned memory access") }
        return (0..<UInt64(width.rawValue)).reduce(0) {
            $0 | UInt64(memory[address.rawValue &+ $1] ?? 0xFF) << (8 * $1)
        }
    }

    /// What a timer in memory shows at an address.
    private func register(at address: UInt64) -> UInt32? {
        if address == powerTimerAddress { return count(3_579_545) & powerTimerMask }
        switch eventTimerBase.map({ address &- $0 }) {
        case 4: return 40_000_000
        case 0x10: return eventTimerConfiguration
        case 0xF0: return eventTimerConfiguration & 1 == 0 ? 7 : count(25_000_000)
        default: return nil
        }
    }

    mutating func writeRegister(_ address: PhysicalAddress, _ width: AccessWidth, _ value: UInt32) {
        touch()
        if let eventTimerBase, address.rawValue == eventTimerBase + 0x10 { eventTimerConfiguration = value }
    }

    /// Leaves that are not there answer junk, as beyond a processor's maximum.
    mutating func readProcessorLeaf(_ leaf: UInt32, _ subleaf: UInt32) -> ProcessorLeaf {
        touch()
        let key = UInt64(leaf) << 32 | UInt64(subleaf)
        askedLeaves.append(key)
        return leaves[key]
            ?? ProcessorLeaf(leaf: leaf, subleaf: subleaf, eax: 0x7FFF_FFFF, ebx: .max, ecx: .max, edx: .max)
    }

    mutating func readTimestamp() -> UInt64 {
        touch()
        return timestampMoves ? now : 42
    }

    mutating func setLeaf(
        _ leaf: UInt32, _ eax: UInt32, _ ebx: UInt32, _ ecx: UInt32, _ edx: UInt32, subleaf: UInt32 = 0
    ) {
        leaves[UInt64(leaf) << 32 | UInt64(subleaf)] =
            ProcessorLeaf(leaf: leaf, subleaf: subleaf, eax: eax, ebx: ebx, ecx: ecx, edx: edx)
    }
}

extension SyntheticMachine {
    /// Discovers the machine and returns the oddities beside the facts.
    mutating func discover(rootPointer: UInt64? = nil) -> (facts: MachineFacts, oddities: [Oddity]) {
        var boot = BootInformation(source: .pvh)
        boot.rootPointer = rootPointer.map { PhysicalAddress(rawValue: $0) }
        var oddities: [Oddity] = []
        let facts = discoverMachine(boot, &self) { if case .found(let oddity) = $0 { oddities.append(oddity) } }
        return (facts, oddities)
    }
}
