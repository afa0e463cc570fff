// Checks layouts: the fields of a slot or a record lie there side by side, to its last byte, and tells of buffers in a way
// that can be checked.

/// Checker of the layouts of a device.
struct LayoutChecker: Reporting {
    let names: DeviceNames

    var diagnostics: DiagnosticCollector { names.diagnostics }
    private var device: Device { names.device }

    func check() {
        for layout in device.layouts { check(layout) }
        for layout in device.layouts
        where !device.isBroken && !device.inherited.contains(layout.name.text)
            && !device.rings.contains(where: { $0.layout.text == layout.name.text })
            && !device.memories.contains(where: { $0.layout.text == layout.name.text })
            && !device.layouts.contains(where: { $0.fields.contains { $0.layout?.text == layout.name.text } })
        {
            report(
                .unusedName, layout.name.span, "no ring or memory has records of layout \(layout.name)",
                "use it or take it out")
        }
    }

    private func check(_ node: Layout) {
        reportDuplicates(node.fields.names, "layout \(node.name)")
        guard let byteCount = node.byteCount.value else { return }
        let isOfRing = device.rings.contains { $0.layout.text == node.name.text }
        report(
            if: byteCount == 0 || isOfRing && ![8, 16, 32, 64, 128].contains(byteCount), .fieldPastLayout,
            node.byteCount.span, "layout \(node.name) has \(byteCount) bytes",
            "8, 16, 32, 64 or 128: whole stores of 8 bytes, and slots of a power of two")
        var placed: [(name: String, low: UInt64, high: UInt64)] = []
        for field in node.fields {
            checkFields(field.bits, "field", field.name, field.bitCount)
            guard let low = field.offset.value, let (size, unit) = extent(of: field, in: node) else { continue }
            if low % unit != 0 {
                report(
                    .unalignedRegister, field.offset.span, "field \(field.name) has \(size) bytes and stands at \(low)",
                    "its offset must be a multiple of \(unit); or give it a narrower type, such as `u8`")
            } else if low + size > byteCount {
                report(
                    .fieldPastLayout, field.offset.span,
                    "field \(field.name) ends at byte \(low + size) of a layout of \(byteCount)",
                    "correct its offset, or the size of the layout")
            } else if let other = placed.first(where: { low < $0.high && $0.low < low + size }) {
                report(
                    .fieldsOverlap, field.offset.span,
                    "fields `\(other.name)` and \(field.name) share byte \(max(low, other.low))",
                    "`\(other.name)` has bytes \(other.low)…\(other.high - 1); give each byte to one field")
            }
            placed.append((field.name.text, low, low + size))
        }
        if let end = placed.map(\.high).max(), end < byteCount {
            report(
                .layoutNotFilled, node.byteCount.span,
                "the last field of layout \(node.name) ends at byte \(end) of \(byteCount)",
                "write `\(end) bytes`, or declare what stands behind it")
        }
        checkMeanings(node)
    }

    /// Checks the fields of a layout that tell the device of a buffer.
    private func checkMeanings(_ node: Layout) {
        let addresses = node.fields.filter { $0.meaning == .address && $0.target == nil }
        let lengths = node.fields.filter { $0.meaning == .length && $0.target == nil }
        for (meaning, fields) in [("address", addresses), ("length", lengths)] where fields.count > 1 {
            report(
                .meaningTwice, fields[1].name.span,
                "\(fields[0].name) and \(fields[1].name) both stand for the \(meaning) of a buffer",
                "take one `as \(meaning)` out, or write `as \(meaning) of NAME` behind it")
        }
        for address in node.addresses where address.bitCount < 32 {
            report(
                .addressTooNarrow, address.name.span,
                "\(address.name) has \(address.bitCount) bits, too few for an address", "give it type `u32` or `u64`")
        }
        if let length = lengths.first, addresses.isEmpty {
            report(
                .lengthWithoutAddress, length.name.span,
                "\(length.name) tells how long a buffer is, and no field tells where",
                "write `as address` behind the field that does, or take `as length` out")
        }
        for field in node.fields where field.isBig && (field.meaning != nil || field.bitCount == 8) {
            report(
                .wrongByteOrder, field.name.span,
                field.bitCount == 8
                    ? "\(field.name) is one byte" : "\(field.name) tells of a buffer by a number that is turned round",
                "take `big` out: what is told of buffers is checked as the processor writes it")
        }
        for field in node.fields where field.writer == .device {
            guard let meaning = field.meaning else { continue }
            report(
                .wrongWriter, field.name.span, "the device cannot tell itself of a buffer by \(field.name)",
                "take `as \(meaning.rawValue)` out, or correct who writes it")
        }
    }

    /// Size of a field, and what its offset is a multiple of; `nil` where something of it was wrong.
    private func extent(of field: LayoutField, in layout: Layout) -> (byteCount: UInt64, unit: UInt64)? {
        guard field.count == nil || field.count?.value ?? 0 > 0 else { return nil }
        let count = field.count?.value ?? 1
        guard let name = field.layout else {
            if field.count != nil || field.isBig, field.meaning != nil {
                reportNesting(
                    field.name, "tells of one buffer", "make it no array: records of an array can tell of more")
            }
            return (count * UInt64(field.bitCount) / 8, UInt64(field.bitCount) / 8)
        }
        guard let inner = names.layout(name, byteCount: 8) else { return nil }
        let isOfRing = device.rings.contains { $0.layout.text == layout.name.text }
        guard !isOfRing, inner.fields.allSatisfy({ $0.layout == nil && $0.count == nil }) else {
            return reportNesting(
                field.name, isOfRing ? "stands in a slot" : "holds records or arrays in its records",
                "give a slot fields, and records of records a memory of their own")
        }
        guard let byteCount = inner.byteCount.value, byteCount > 0, let widest = inner.fields.map(\.bitCount).max()
        else { return nil }
        let tells = inner.fields.contains { $0.meaning != nil }
        let unit = UInt64(widest / 8)
        guard byteCount.nonzeroBitCount == 1 || field.count == nil && !tells, byteCount % unit == 0 else {
            return reportNesting(
                field.name, "has elements of \(byteCount) bytes",
                "make layout \(name) a power of two, so that an index is a shift")
        }
        return (count * byteCount, tells ? min(byteCount, 8) : unit)
    }

    @discardableResult private func reportNesting<Value>(_ name: Name, _ what: String, _ mend: String) -> Value? {
        report(.wrongNesting, name.span, "\(name) \(what)", mend)
    }

    private func reportNesting(_ name: Name, _ what: String, _ mend: String) {
        report(.wrongNesting, name.span, "\(name) \(what)", mend)
    }
}
