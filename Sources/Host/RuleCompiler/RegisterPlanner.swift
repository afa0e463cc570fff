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
            if: offset % byteCount != 0, .unalignedRegister, register.offset.span,
            "register \(register.name) has \(byteCount) bytes and stands at \(Self.hexadecimal(offset))",
            "its offset must be a multiple of \(byteCount); or give it a narrower type, such as `u8`")
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
            report(
                .unusedName, name.span, "no register stands in window \(name)",
                "take it out: a window that nothing uses would still have to be mapped")
        }
    }

    /// Checks a register in port space, which is accessed by at most 32 bits and ends where a function's ports do.
    private func checkPort(_ register: Register, at offset: UInt64) {
        let byteCount = UInt64(register.bitCount / 8)
        let limit = MetabinaryLimit.portWindowByteCount
        if register.bitCount == 64 {
            report(
                .registerPastPorts, register.name.span,
                "register \(register.name) has 64 bits, and no port has more than 32",
                "declare its halves as two registers of `u32`")
        } else if offset + max(register.count?.value ?? 1, 1) * byteCount > limit {
            report(
                .registerPastPorts, register.offset.span,
                "register \(register.name) reaches past \(Self.hexadecimal(limit)), "
                    + "and no base address register decodes more ports",
                "correct the offset, or declare `window \(register.window.text)` as `memory`")
        }
    }

    /// Puts the registers of a window in the order of their offsets, in which no two may share a byte.
    private mutating func order(_ index: Int) {
        let window = plan.windows[index]
        let name = node.windows[index].name
        report(
            if: registers[index].count > MetabinaryLimit.registerCount, .limitExceeded, name.span,
            "window \(name) has \(registers[index].count) registers",
            "\(MetabinaryLimit.registerCount) is the most: declare what the driver uses")
        var last: Register?
        for register in registers[index].sorted(by: { $0.order < $1.order }) {
            let described = RegisterDescription(register)
            if let last, described.offset < window.minimumByteCount {
                report(
                    .registersOverlap, register.name.span,
                    "registers \(last.name) and \(register.name) share byte " + Self.hexadecimal(described.offset),
                    "declare each byte once; \(last.name) stands at \(self.place(last.name.span))")
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
        if let length = window.locator?.length, window.minimumByteCount >> (8 * UInt64(length.byteCount)) > 0 {
            report(
                .wrongCapabilityPart, last.name.span,
                "register \(last.name) ends at byte \(window.minimumByteCount), and the capability's length has "
                    + "\(8 * length.byteCount) bits", "correct the register's offset, or the type of the length")
        }
        report(
            if: window.minimumByteCount > MetabinaryLimit.windowByteCount, .limitExceeded, last.name.span,
            "register \(last.name) ends at byte \(Self.hexadecimal(window.minimumByteCount))",
            "\(Self.hexadecimal(MetabinaryLimit.windowByteCount)) is the most")
    }
}

extension Register {
    /// Registers of a window are in this order.
    fileprivate var order: (UInt64, Int) { (offset.value ?? 0, name.span.start) }
}

extension RegisterDescription {
    /// A register as the text declares it, before anything is known of what it tells.
    fileprivate convenience init(_ node: Register) {
        self.init()
        (name, offset, count) = (node.name.bytes, node.offset.value ?? 0, max(node.count?.value ?? 1, 1))
        type = ValueType(rawValue: node.bitCount) ?? .u32
        (isReadable, isWritable, voids) = (node.isReadable, node.isWritable, node.voids)
    }
}
