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
            report(if: isTwice, .placeTwice, node.bar?.span ?? window.name.span, window.name)
            checked.alternatives.append(place)
        }
        report(.tooManyPlaces, window.name.span, checked.alternatives.count + 1, over: MetabinaryLimit.placeCount)
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
                report(.partInHeader, part.offset.span, offset)
            } else if bytes.upperBound > MetabinaryLimit.capabilityByteCount {
                report(
                    .partPastCapability, part.offset.span, offset, bytes.upperBound - 1,
                    MetabinaryLimit.capabilityByteCount - 1)
            } else if let other = taken.first(where: { $0.overlaps(bytes) }) {
                report(.partTakenTwice, part.offset.span, max(other.lowerBound, offset))
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
