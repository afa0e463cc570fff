// Checks registers and their fields: each lies in a window, at an offset that its size divides, apart from the others,
// and its fields lie in it side by side.

import Metabinary

extension Checker {
    /// Checks all registers of a device and notes how far they reach into their windows.
    mutating func checkRegisters(_ node: Syntax.Device, _ device: inout CheckedAtlas.Device) {
        var used: Set<String> = []
        for register in node.registers {
            checkFields(register.fields, "register", register.name, register.bitCount)
            let byteCount = UInt64(register.bitCount / 8)
            used.insert(register.window.text)
            if node.indirectWindows.contains(where: { $0.name.text == register.window.text }) { continue }
            guard let index = node.windows.firstIndex(where: { $0.name.text == register.window.text }) else {
                if !node.isBroken {
                    reportUnknown(
                        "window", register.window,
                        among: (node.windows.map(\.name) + node.indirectWindows.map(\.name)).map(\.text),
                        mend: "declare `window \(register.window.text) = bar NUMBER memory`")
                }
                continue
            }
            guard let offset = register.offset.value else { continue }
            if offset % byteCount != 0 {
                diagnostics.report(
                    .unalignedRegister, register.offset.span,
                    "register `\(register.name.text)` has \(byteCount) bytes and stands at "
                        + "0x\(String(offset, radix: 16, uppercase: true))",
                    mend: "its offset must be a multiple of \(byteCount); or give it a narrower type, such as `u8`")
            }
            if device.windows[index].mayBePorts { checkPort(register, at: offset) }
            if let place = device.windows[index].configuration {
                checkSelection(of: register, at: offset, in: place, of: node)
            }
            device.windows[index].registers.append(
                CheckedAtlas.Register(
                    name: register.name, offset: offset, bitCount: register.bitCount,
                    count: max(register.count?.value ?? 1, 1), isReadable: register.isReadable,
                    isWritable: register.isWritable, voids: register.voids))
        }
        registerPlaces = [:]
        for index in device.windows.indices { order(&device.windows[index], at: index) }
        planManners(node)
        for name in node.windows.map(\.name) + node.indirectWindows.map(\.name)
        where !node.isBroken && !used.contains(name.text) && !node.inherited.contains(name.text) {
            diagnostics.report(
                .unusedName, name.span, "no register stands in window `\(name.text)`",
                mend: "take it out: a window that nothing uses would still have to be mapped")
        }
    }

    /// Checks a register in port space, which is accessed by at most 32 bits and ends where a function's ports do.
    private mutating func checkPort(_ register: Syntax.Register, at offset: UInt64) {
        let byteCount = UInt64(register.bitCount / 8)
        if register.bitCount == 64 {
            diagnostics.report(
                .registerPastPorts, register.name.span,
                "register `\(register.name.text)` has 64 bits, and no port has more than 32",
                mend: "declare its halves as two registers of `u32`")
        } else if offset + max(register.count?.value ?? 1, 1) * byteCount > MetabinaryLimit.portWindowByteCount {
            diagnostics.report(
                .registerPastPorts, register.offset.span,
                "register `\(register.name.text)` reaches past 0x\(String(MetabinaryLimit.portWindowByteCount, radix: 16)), "
                    + "and no base address register decodes more ports",
                mend: "correct the offset, or declare `window \(register.window.text)` as `memory`")
        }
    }

    /// Puts the registers of a window in the order of their offsets, in which no two may share a byte.
    private mutating func order(_ window: inout CheckedAtlas.Window, at index: Int) {
        window.registers.sort { ($0.offset, $0.name.span.start) < ($1.offset, $1.name.span.start) }
        if window.registers.count > MetabinaryLimit.registerCount {
            diagnostics.report(
                .limitExceeded, window.name.span,
                "window `\(window.name.text)` has \(window.registers.count) registers",
                mend: "\(MetabinaryLimit.registerCount) is the most: declare what the driver uses")
        }
        var last: CheckedAtlas.Register?
        for (place, register) in window.registers.enumerated() {
            if let last, register.offset < window.byteCount {
                diagnostics.report(
                    .registersOverlap, register.name.span,
                    "registers `\(last.name.text)` and `\(register.name.text)` share byte "
                        + "0x\(String(register.offset, radix: 16, uppercase: true))",
                    mend: "declare each byte once; `\(last.name.text)` stands at \(self.place(last.name.span))")
            }
            let end = register.offset + register.count * UInt64(register.bitCount / 8)
            if end > window.byteCount {
                window.byteCount = end
                last = register
            }
            registerPlaces[register.name.text] = (index, place)
        }
        if let last { checkReach(of: window, last) }
    }

    /// Checks how far the registers of a window reach.
    private mutating func checkReach(of window: CheckedAtlas.Window, _ last: CheckedAtlas.Register) {
        if let length = window.locator?.length, window.byteCount >> (8 * UInt64(length.byteCount)) > 0 {
            diagnostics.report(
                .wrongCapabilityPart, last.name.span,
                "register `\(last.name.text)` ends at byte \(window.byteCount), and the capability's length has "
                    + "\(8 * length.byteCount) bits",
                mend: "correct the register's offset, or the type of the length")
        }
        if window.byteCount > MetabinaryLimit.windowByteCount {
            diagnostics.report(
                .limitExceeded, last.name.span,
                "register `\(last.name.text)` ends at byte 0x\(String(window.byteCount, radix: 16, uppercase: true))",
                mend: "0x\(String(MetabinaryLimit.windowByteCount, radix: 16, uppercase: true)) is the most")
        }
    }

    /// Checks the fields of a register, of a part of a layout or of an outcome.
    mutating func checkFields(_ fields: [Syntax.Field], _ what: String, _ owner: Syntax.Name, _ bitCount: UInt8) {
        reportDuplicates(fields.map(\.name), "\(what) `\(owner.text)`")
        var placed: [(name: String, low: UInt64, high: UInt64)] = []
        for field in fields {
            guard let low = field.low.value, let high = field.high.value else { continue }
            let span = field.low.span.joined(with: field.high.span)
            guard low <= high else {
                diagnostics.report(
                    .fieldReversed, span, "field `\(field.name.text)` runs from bit \(low) down to bit \(high)",
                    mend: "write `\(field.name.text): \(high)…\(low)`")
                continue
            }
            guard high < UInt64(bitCount) else {
                diagnostics.report(
                    .fieldPastRegister, span,
                    "field `\(field.name.text)` reaches bit \(high); `\(owner.text)` has bits "
                        + "0…\(bitCount - 1)",
                    mend: "correct the bit, or the \(what)'s type, which is `u\(bitCount)`")
                continue
            }
            if let other = placed.first(where: { low <= $0.high && $0.low <= high }) {
                diagnostics.report(
                    .fieldsOverlap, span,
                    "fields `\(other.name)` and `\(field.name.text)` share bit \(max(low, other.low))",
                    mend: "`\(other.name)` has \(shown(other.low, other.high)); give each bit to one field")
                continue
            }
            placed.append((field.name.text, low, high))
        }
    }

    private func shown(_ low: UInt64, _ high: UInt64) -> String {
        low == high ? "bit \(low)" : "bits \(low)…\(high)"
    }
}
