// Plans the registers of a device: each lies in a window, at an offset that its size divides, apart from the others. How
// they are accessed and where windows are is in the files beside.

import Metabinary

/// Planner of the windows and registers of a device.
struct RegisterPlanner: Reporting {
    let names: DeviceNames
    var plan = RegisterPlan()

    var diagnostics: DiagnosticCollector { names.diagnostics }
    var node: Device { names.device }

    static func plan(_ names: DeviceNames) -> RegisterPlan {
        var planner = RegisterPlanner(names: names)
        planner.plan.windows = names.device.windows.map(planner.checkPlaces)
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
        if plan.windows[index].mayBePorts { checkPort(register, at: offset) }
        if let place = plan.windows[index].configuration { checkSelection(of: register, at: offset, in: place) }
        plan.windows[index].registers.append(
            CheckedAtlas.Register(
                name: register.name, offset: offset, bitCount: register.bitCount,
                count: max(register.count?.value ?? 1, 1), isReadable: register.isReadable,
                isWritable: register.isWritable, voids: register.voids))
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
        var window = plan.windows[index]
        window.registers.sort { ($0.offset, $0.name.span.start) < ($1.offset, $1.name.span.start) }
        let (count, name) = (window.registers.count, window.name)
        report(.tooManyRegisters, name.span, count, over: MetabinaryLimit.registerCount, name)
        var last: CheckedAtlas.Register?
        for (place, register) in window.registers.enumerated() {
            if let last, register.offset < window.byteCount {
                report(
                    .registersShareByte, register.name.span, last.name, last.name.span, register.name,
                    Self.hexadecimal(register.offset))
            }
            let end = register.offset + register.count * UInt64(register.bitCount / 8)
            if end > window.byteCount {
                window.byteCount = end
                last = register
            }
            plan.places[register.name.text] = (index, place)
        }
        if let last { checkReach(of: window, last) }
        plan.windows[index] = window
    }

    /// Checks how far the registers of a window reach.
    private func checkReach(of window: CheckedAtlas.Window, _ last: CheckedAtlas.Register) {
        if let length = window.locator?.length, window.byteCount >> (8 * UInt64(length.byteCount)) > 0 {
            report(.registerPastLength, last.name.span, last.name, window.byteCount, 8 * length.byteCount)
        }
        report(
            if: window.byteCount > MetabinaryLimit.windowByteCount, .registerPastWindow, last.name.span, last.name,
            Self.hexadecimal(window.byteCount), Self.hexadecimal(MetabinaryLimit.windowByteCount))
    }
}
