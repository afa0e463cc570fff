// Checks windows of configuration space: where they begin, that each of their registers can be selected, and that none may be
// written by which a device would be found elsewhere or could write anywhere.

import Hardware
import Metabinary

extension RegisterPlanner {
    /// Where a window begins.
    func place(of node: Syntax.Configuration) -> ConfigurationPlace {
        guard let identifier = node.identifier else { return .start }
        if let part = node.mark?.part, let offset = part.offset.value, offset < 2 {
            report(
                .wrongCapabilityPart, part.offset.span,
                "byte \(offset) of a capability tells it from no other of its ID",
                "correct the offset: bytes 0 and 1 are the capability's ID and the place of the next one")
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
            report(
                .unselectedRegister, name.span,
                "register \(name) has 64 bits, and configuration space is accessed by at most 32",
                "declare its halves as two registers of `u32`")
        } else if register.count != nil {
            report(
                .unselectedRegister, name.span,
                "\(name) is an array, and a register of configuration space is selected while generating",
                "declare its elements as registers of their own")
        } else if offset + UInt64(register.bitCount / 8) > room {
            report(
                .unselectedRegister, register.offset.span,
                "register \(name) reaches past byte \(room - 1), and a function has \(ConfigurationPlace.byteCount) "
                    + "bytes of configuration space",
                first == 0
                    ? "correct the offset" : "correct the offset: capabilities begin at byte \(first) or behind it")
        }
        guard register.isWritable else { return }
        if node.matches.contains(where: { $0.classCode.first?.value == UInt64(ConfigurationPlace.bridgeClass) }) {
            report(
                .guardedRegister, name.span,
                "by \(name) a bridge could be told to pass on what it does not: the device matches bridges",
                "declare it `ro`: bridges are set up by the machine alone")
        } else if let identifier = place.identifier {
            guard ConfigurationPlace.isGuarded(identifier) else { return }
            report(
                .guardedRegister, name.span,
                "by \(name) the device could be told to write anywhere, or to be found elsewhere",
                "declare it `ro`: capability \(identifier) is set up by the machine alone")
        } else if offset < ConfigurationPlace.headerByteCount {
            report(
                .guardedRegister, name.span,
                "by \(name) the device could be told to be found elsewhere: it stands in the header",
                "declare it `ro`: the first \(ConfigurationPlace.headerByteCount) bytes are the machine's alone")
        }
    }
}
