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
        { report(.unusedLayout, layout.name.span, layout.name) }
    }

    private func check(_ node: Layout) {
        reportDuplicates(node.fields.names, "layout \(node.name)")
        guard let byteCount = node.byteCount.value else { return }
        let isOfRing = device.rings.contains { $0.layout.text == node.name.text }
        report(
            if: byteCount == 0 || isOfRing && ![8, 16, 32, 64, 128].contains(byteCount), .layoutOfOddSize,
            node.byteCount.span, node.name, byteCount)
        var placed: [(name: String, low: UInt64, high: UInt64)] = []
        for field in node.fields {
            checkFields(field.bits, "field", field.name, field.bitCount)
            guard let low = field.offset.value, let (size, unit) = extent(of: field, in: node) else { continue }
            if low % unit != 0 {
                report(.unalignedField, field.offset.span, field.name, size, low, unit)
            } else if low + size > byteCount {
                report(.fieldPastLayout, field.offset.span, field.name, low + size, byteCount)
            } else if let other = placed.first(where: { low < $0.high && $0.low < low + size }) {
                report(
                    .fieldsShareByte, field.offset.span, other.name, field.name, max(low, other.low), other.low,
                    other.high - 1)
            }
            placed.append((field.name.text, low, low + size))
        }
        if let end = placed.map(\.high).max(), end < byteCount {
            report(.layoutNotFilled, node.byteCount.span, node.name, end, byteCount)
        }
        checkMeanings(node)
    }

    /// Checks the fields of a layout that tell the device of a buffer.
    private func checkMeanings(_ node: Layout) {
        let addresses = node.fields.filter { $0.meaning == .address && $0.target == nil }
        let lengths = node.fields.filter { $0.meaning == .length && $0.target == nil }
        for (meaning, fields) in [("address", addresses), ("length", lengths)] where fields.count > 1 {
            report(.meaningTwice, fields[1].name.span, fields[0].name, fields[1].name, meaning)
        }
        for address in node.addresses where address.bitCount < 32 {
            report(.addressTooNarrow, address.name.span, address.name, address.bitCount)
        }
        if let length = lengths.first, addresses.isEmpty {
            report(.lengthWithoutAddress, length.name.span, length.name)
        }
        for field in node.fields where field.isBig && (field.meaning != nil || field.bitCount == 8) {
            report(field.bitCount == 8 ? .orderOfOneByte : .tellsInOtherOrder, field.name.span, field.name)
        }
        for field in node.fields where field.writer == .device {
            guard let meaning = field.meaning else { continue }
            report(.deviceTellsItself, field.name.span, field.name, meaning.rawValue)
        }
    }

    /// Size of a field, and what its offset is a multiple of; `nil` where something of it was wrong.
    private func extent(of field: LayoutField, in layout: Layout) -> (byteCount: UInt64, unit: UInt64)? {
        guard field.count == nil || field.count?.value ?? 0 > 0 else { return nil }
        let count = field.count?.value ?? 1
        guard let name = field.layout else {
            if field.count != nil || field.isBig, field.meaning != nil {
                report(.arrayTellsOfBuffer, field.name.span, field.name)
            }
            return (count * UInt64(field.bitCount) / 8, UInt64(field.bitCount) / 8)
        }
        guard let inner = names.layout(name, byteCount: 8) else { return nil }
        let isOfRing = device.rings.contains { $0.layout.text == layout.name.text }
        guard !isOfRing, inner.fields.allSatisfy({ $0.layout == nil && $0.count == nil }) else {
            return report(isOfRing ? .recordInSlot : .nestedTwice, field.name.span, field.name)
        }
        guard let byteCount = inner.byteCount.value, byteCount > 0, let widest = inner.fields.map(\.bitCount).max()
        else { return nil }
        let tells = inner.fields.contains { $0.meaning != nil }
        let unit = UInt64(widest / 8)
        guard byteCount.nonzeroBitCount == 1 || field.count == nil && !tells, byteCount % unit == 0 else {
            return report(.elementsOfOddSize, field.name.span, field.name, byteCount, name)
        }
        return (count * byteCount, tells ? min(byteCount, 8) : unit)
    }

}
