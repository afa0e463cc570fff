// Checks what would be refused on every machine: two windows for one range, a device that is told of more bytes than a
// buffer has, or of a ring where none is. The generator and the verifier ask the same; here the rule is told, with its
// line, before any machine is known.

extension Checker {
    /// Reports windows that stand for what another window stands for.
    mutating func checkWindows(_ node: Syntax.Device) {
        var seen: [UInt64: Syntax.Name] = [:]
        for window in node.windows {
            guard let bar = window.bar?.value else { continue }
            if let first = seen[bar] {
                diagnostics.report(
                    .windowTwice, window.name.span,
                    "windows `\(first.text)` and `\(window.name.text)` both stand for base address register \(bar)",
                    mend: "declare all its registers in `\(first.text)`, at \(place(first.span))")
            }
            seen[bar] = seen[bar] ?? window.name
        }
    }

    /// Reports a length that may exceed a buffer of a ring.
    mutating func checkLength(_ value: TypedValue, _ ring: RingPlan, _ span: SourceSpan) {
        guard value.most > ring.bufferByteCount else { return }
        diagnostics.report(
            .lengthPastBuffer, span,
            "the length may be \(value.most), a buffer of ring `\(ring.name.text)` has \(ring.bufferByteCount) bytes",
            mend: "bound it by `in LOW…HIGH` or by `&`, or make the buffers larger")
    }

    /// Reports registers that tell the device where a ring is and are written for something else too: as the head or the
    /// tail of a ring, or to reach registers behind them.
    mutating func checkRingRegisters(_ node: Syntax.Device) {
        let roles = rings.flatMap { [$0.registers.low, $0.registers.high, $0.registers.bytes] }.map(\.name.text)
        for ring in rings {
            for part in [ring.registers.head, ring.registers.tail] where roles.contains(part.name.text) {
                diagnostics.report(
                    .incompleteRing, ring.name.span,
                    "`\(ring.name.text)` moves by `\(part.name.text)`, which tells the device where a ring stands",
                    mend: "name the register of its head or its tail")
            }
        }
        for name in node.indirectWindows.flatMap({ [$0.select, $0.data] }) where roles.contains(name.text) {
            diagnostics.report(
                .wrongIndirection, name.span, "`\(name.text)` tells the device where a ring stands",
                mend: "name a register that takes the number and one that holds the value")
        }
    }

    /// Reports a write to a register that tells the device of a ring: only `start()` knows where the ring is.
    mutating func checkRingRegister(_ name: Syntax.Name, _ value: TypedValue, _ span: SourceSpan) {
        for ring in rings {
            let registers = ring.registers
            let byteCount = ring.count * ring.slotByteCount
            let tellsAddress = [registers.low.name.text, registers.high.name.text].contains(name.text)
            guard tellsAddress || registers.bytes.name.text == name.text && value.most > byteCount else { continue }
            diagnostics.report(
                .ringMisplaced, span,
                tellsAddress
                    ? "`\(name.text)` tells the device where ring `\(ring.name.text)` stands"
                    : "`\(name.text)` tells the device of \(byteCount) bytes of ring `\(ring.name.text)` at most",
                mend: "write `\(ring.name.text).start()`")
        }
    }
}
