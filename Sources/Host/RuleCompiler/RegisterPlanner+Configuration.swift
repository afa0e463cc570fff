// Checks windows of configuration space: where they begin, that each of their registers can be selected, and that none may be
// written by which a device would be found elsewhere or could write anywhere.

import Hardware
import Metabinary

extension RegisterPlanner {
    /// Where a window begins.
    func place(of node: Syntax.Configuration) -> ConfigurationPlace {
        guard let identifier = node.identifier else { return .start }
        if let part = node.mark?.part, let offset = part.offset.value, offset < 2 {
            report(.markInHeader, part.offset.span, offset)
        }
        return .capability(
            identifier: UInt8(truncatingIfNeeded: identifier.value ?? 0),
            markOffset: UInt8(truncatingIfNeeded: node.mark?.part.offset.value ?? 0),
            mark: UInt8(truncatingIfNeeded: node.mark?.value.value ?? 0))
    }

    /// Checks a register of configuration space. Which one is meant is written to a port before each access, so it is known
    /// while generating.
    func checkSelection(of register: Register, at offset: UInt64, in place: ConfigurationPlace) {
        let name = register.name
        // A capability comes after the header.
        let first = place == .start ? 0 : ConfigurationPlace.headerByteCount
        let room = ConfigurationPlace.byteCount - first
        if register.bitCount == 64 {
            report(.selectedPast32Bits, name.span, name)
        } else if register.count != nil {
            report(.selectedByIndex, name.span, name)
        } else if offset + UInt64(register.bitCount / 8) > room {
            report(
                first == 0 ? .selectedPastEnd : .selectedPastCapability, register.offset.span, name, room - 1,
                ConfigurationPlace.byteCount, first)
        }
        guard register.isWritable else { return }
        if node.matches.contains(where: { $0.classCode.first?.value == UInt64(ConfigurationPlace.bridgeClass) }) {
            report(.guardedBridge, name.span, name)
        } else if let identifier = place.identifier {
            guard ConfigurationPlace.isGuarded(identifier) else { return }
            report(.guardedCapability, name.span, name, identifier)
        } else if offset < ConfigurationPlace.headerByteCount {
            report(.guardedHeader, name.span, name, ConfigurationPlace.headerByteCount)
        }
    }
}
