// Plans the registers of a device: each lies in a window, at an offset that its size divides, apart from the others. How
// they are accessed and where windows are is in the files beside.

import Metabinary
import Program

/// Planner of the windows and registers of a device.
struct RegisterPlanner: Reporting {
    let names: DeviceNames
    var plan = RegisterPlan()
    /// The registers that each window has.
    private var registers: [[Register]] = []

    var diagnostics: DiagnosticCollector { names.diagnostics }
    var node: Device { names.device }

    static func plan(_ names: DeviceNames) -> RegisterPlan {
        var planner = RegisterPlanner(names: names)
        planner.plan.windows = names.device.windows.map(planner.checkPlaces)
        planner.registers = planner.plan.windows.map { _ in [] }
        for register in names.device.registers { planner.put(register) }
        for index in planner.plan.windows.indices { planner.order(index) }
        planner.planManners()
        planner.reportEmptyWindows()
        return planner.plan
    }

    /// Puts a register into its window; one that others select has no place of its own.
    private mutating func put(_ register: Register) {
        checkFields(register.fields, "register", register.name, register.bitCount)
        guard !node.indirectWindows.has(register.window) else { return }
        let windows = node.windows.names + node.indirectWindows.names
        guard let index = windows.firstIndex(where: { $0.text == register.window.text }) else {
            return names.reportNothing(
                "window", register.window, among: windows.map(\.text),
                "declare `window \(register.window.text) = bar NUMBER memory`")
        }
        guard let offset = register.offset.value else { return }
        let byteCount = UInt64(register.bitCount / 8)
        report(
            if: offset % byteCount != 0, .unalignedRegister, register.offset.span, register.name, byteCount,
            Self.hexadecimal(offset))
        let window = plan.windows[index]
        if ([window] + window.alternatives).contains(where: { !$0.isMemory }) { checkPort(register, at: offset) }
        if let place = window.configuration { checkSelection(of: register, at: offset, in: place) }
        registers[index].append(register)
    }

    private static func hexadecimal(_ number: UInt64) -> String { "0x\(String(number, radix: 16, uppercase: true))" }

    private func reportEmptyWindows() {
        let used = Set(node.registers.map(\.window.text))
        for name in node.windows.names + node.indirectWindows.names
        where !node.isBroken && !used.contains(name.text) && !node.inherited.contains(name.text) {
            report(.emptyWindow, name.span, name)
        }
    }

    /// Checks a register in port space, which is accessed by at most 32 bits and ends where a function's ports do.
    private func checkPort(_ register: Register, at offset: UInt64) {
        let byteCount = UInt64(register.bitCount / 8)
        let limit = MetabinaryLimit.portWindowByteCount
        if register.bitCount == 64 {
            report(.portPast32Bits, register.name.span, register.name)
        } else if offset + max(register.count?.value ?? 1, 1) * byteCount > limit {
            report(.registerPastPorts, register.offset.span, register.name, Self.hexadecimal(limit), register.window)
        }
    }

    /// Puts the registers of a window in the order of their offsets, in which no two may share a byte.
    private mutating func order(_ index: Int) {
        let window = plan.windows[index]
        let (count, name) = (registers[index].count, node.windows[index].name)
        report(.tooManyRegisters, name.span, count, over: MetabinaryLimit.registerCount, name)
        var last: Register?
        for register in registers[index].sorted(by: { $0.order < $1.order }) {
            let described = RegisterDescription(register)
            if let last, described.offset < window.minimumByteCount {
                report(
                    .registersShareByte, register.name.span, last.name, last.name.span, register.name,
                    Self.hexadecimal(described.offset))
            }
            if described.end > window.minimumByteCount {
                window.minimumByteCount = described.end
                last = register
            }
            plan.places[register.name.text] = (index, window.registers.count)
            window.registers.append(described)
        }
        if let last { checkReach(of: window, last) }
    }

    /// Checks how far the registers of a window reach.
    private func checkReach(of window: WindowDescription, _ last: Register) {
        let byteCount = window.minimumByteCount
        if let length = window.locator?.length, byteCount >> (8 * UInt64(length.byteCount)) > 0 {
            report(.registerPastLength, last.name.span, last.name, byteCount, 8 * length.byteCount)
        }
        report(
            if: byteCount > MetabinaryLimit.windowByteCount, .registerPastWindow, last.name.span, last.name,
            Self.hexadecimal(byteCount), Self.hexadecimal(MetabinaryLimit.windowByteCount))
    }
}

extension Register {
    /// Registers of a window are in this order.
    fileprivate var order: (UInt64, Int) { (offset.value ?? 0, name.span.start) }
}

extension RegisterDescription {
    /// A register as the text declares it, before anything is known of what it tells.
    convenience init(_ node: Register) {
        self.init()
        (name, offset, count) = (node.name.bytes, node.offset.value ?? 0, max(node.count?.value ?? 1, 1))
        type = ValueType(rawValue: node.bitCount) ?? .u32
        (isReadable, isWritable, voids) = (node.isReadable, node.isWritable, node.voids)
    }
}
