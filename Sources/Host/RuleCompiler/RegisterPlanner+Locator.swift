// Checks what a description says of a capability that leads to a window: each part comes after the ID and the place of
// the next capability, in the bytes that discovery reads, and shares none with another.

import Hardware
import Metabinary

extension RegisterPlanner {
    /// A window with all of its places, of which no two are the same.
    func checkPlaces(_ window: Syntax.Window) -> WindowDescription {
        let checked = checkPlace(window)
        for node in window.alternatives {
            let place = checkPlace(node)
            let isTwice = ([checked] + checked.alternatives).contains {
                $0.bar == place.bar && $0.isMemory == place.isMemory && $0.locator == place.locator
            }
            report(
                if: isTwice, .placeTwice, node.bar?.span ?? window.name.span,
                "window \(window.name) has this place already", "take one of the two out")
            checked.alternatives.append(place)
        }
        report(
            if: checked.alternatives.count >= MetabinaryLimit.placeCount, .limitExceeded, window.name.span,
            "\(checked.alternatives.count + 1) places of a window", "\(MetabinaryLimit.placeCount) are the most")
        return checked
    }

    private func checkPlace(_ node: Syntax.Window) -> WindowDescription {
        let window = WindowDescription()
        (window.name, window.line) = (node.name.bytes, names.line(of: node.name))
        (window.bar, window.isMemory) = (UInt8(node.bar?.value ?? 0), node.isMemory)
        (window.locator, window.configuration) = (locator(of: node), node.configuration.map { place(of: $0) })
        return window
    }

    /// The parts of the capability that leads to a window; `nil` where none is or a number of it was wrong.
    func locator(of window: Syntax.Window) -> CapabilityLocator? {
        guard let node = window.locator else { return nil }
        var taken: [Range<UInt64>] = []
        for part in [node.mark, node.register, node.start, node.length] {
            guard let offset = part.offset.value else { return nil }
            let bytes = offset..<offset + UInt64(part.byteCount)
            if bytes.lowerBound < 2 {
                report(
                    .wrongCapabilityPart, part.offset.span, "byte \(offset) of a capability says nothing of a window",
                    "correct the offset: bytes 0 and 1 are the capability's ID and the place of the next one")
            } else if bytes.upperBound > MetabinaryLimit.capabilityByteCount {
                report(
                    .wrongCapabilityPart, part.offset.span,
                    "bytes \(offset)…\(bytes.upperBound - 1) reach past those that are read of a capability",
                    "correct the offset or the type: \(MetabinaryLimit.capabilityByteCount - 1) is the last byte")
            } else if let other = taken.first(where: { $0.overlaps(bytes) }) {
                report(
                    .wrongCapabilityPart, part.offset.span,
                    "byte \(max(other.lowerBound, offset)) of the capability is taken for something else before",
                    "correct the offset or the type: each byte says one thing")
            }
            taken.append(bytes)
        }
        guard let identifier = node.identifier.value, let mark = node.markValue.value else { return nil }
        return CapabilityLocator(
            identifier: UInt8(truncatingIfNeeded: identifier), markOffset: Self.part(node.mark).offset,
            mark: UInt8(truncatingIfNeeded: mark), registerOffset: Self.part(node.register).offset,
            start: Self.part(node.start), length: Self.part(node.length))
    }

    private static func part(_ node: Syntax.LocatorPart) -> CapabilityLocator.Part {
        CapabilityLocator.Part(offset: UInt8(truncatingIfNeeded: node.offset.value ?? 0), byteCount: node.byteCount)
    }
}
