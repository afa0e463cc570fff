// Gives a number to buses that firmware left without one, and finds what is on them. A bridge whose secondary bus is 0 passes
// no access of configuration space on, so that whatever is behind it is not there for anybody.

extension PCIFunction {
    /// Most such bridges one behind the other.
    private static let depthLimit = 8

    /// Whether it is a bridge that firmware gave no bus.
    private var isNumberless: Bool { headerType == 1 && classCode >> 8 == 0x0604 && secondaryBus == 0 }

    /// Numbers the buses behind bridges that no other leads to: what firmware's own numbers leave room for behind the
    /// others, firmware knew.
    ///
    /// Source: PCI-to-PCI Bridge Architecture Specification, revision 1.2, sections 3.2.5.3 to 3.2.5.5.
    @inline(never)
    static func numberBuses(
        _ functions: inout [PCIFunction], _ access: inout some HardwareAccess, _ isDriven: (PCIFunction) -> Bool,
        _ report: (Oddity) -> Void
    ) {
        var last: UInt8 = 0
        for function in functions { last = max(last, function.address.bus, function.subordinateBus) }
        for index in functions.indices where functions[index].isNumberless {
            let bus = functions[index].address.bus
            guard !functions.contains(where: { $0.leads(to: bus) }) else { continue }
            number(index, after: &last, depth: 0, &functions, &access, isDriven, report)
        }
    }

    /// Numbers the bus behind a bridge, and all that are behind it in turn. Meanwhile the bridge passes on whatever has that
    /// number or a higher one, which nobody else has.
    @inline(never)
    private static func number(
        _ index: Int, after last: inout UInt8, depth: Int, _ functions: inout [PCIFunction],
        _ access: inout some HardwareAccess, _ isDriven: (PCIFunction) -> Bool, _ report: (Oddity) -> Void
    ) {
        guard last < .max, depth < depthLimit, functions[index].lead(to: last + 1, through: .max, &access) else {
            return  // Told with all bridges whose numbers lead nowhere.
        }
        last += 1
        let start = functions.count
        scan(last, &functions, &access, isDriven, report)
        for child in start..<functions.count where functions[child].isNumberless {
            number(child, after: &last, depth: depth + 1, &functions, &access, isDriven, report)
        }
        _ = functions[index].lead(to: functions[index].secondaryBus, through: last, &access)
    }

    /// Has a bridge lead to buses. Returns whether it does; else it leads nowhere.
    @inline(never)
    private mutating func lead(
        to secondary: UInt8, through subordinate: UInt8, _ access: inout some HardwareAccess
    ) -> Bool {
        let latency = access.readConfiguration(address, 0x18, .doubleWord) & 0xFF00_0000
        let numbers = UInt32(subordinate) << 16 | UInt32(secondary) << 8 | UInt32(address.bus)
        access.writeConfiguration(address, 0x18, .doubleWord, latency | numbers)
        guard access.readConfiguration(address, 0x18, .doubleWord) & 0xFF_FFFF == numbers else {
            access.writeConfiguration(address, 0x18, .doubleWord, latency)
            return false
        }
        (secondaryBus, subordinateBus, isNumbered) = (secondary, subordinate, true)
        return true
    }
}
