// Which functions this system is about: those of a kind that drivers are generated for, whether the rules describe them or
// not, and those that are written to in either case. One of the first that the rules do not describe is told by the kernel and
// by the host's commands; everything else is not missed.

extension PCIFunction {
    /// What the function is, in a word, where it is of a kind that is to have a driver; `nil` for all others. Network
    /// controllers today: another kind is a line here.
    ///
    /// Source: PCI Code and ID Assignment Specification, revision 1.11, section 1.3 (base class 02).
    public var servedKind: StaticString? {
        switch classCode >> 8 {
        case 0x0200: "Ethernet"
        case 0x0207: "InfiniBand"
        case 0x0201...0x02FF: "network"
        default: nil
        }
    }

    /// Whether it is of a kind that this system sizes and silences whether or not a rule is for it: mass storage, networks and
    /// host controllers of USB, which firmware uses and may leave running. Of all other kinds, graphics, bridges and what a
    /// board has of its own among them, nothing is written to a function that no rule is for.
    ///
    /// Source: PCI Code and ID Assignment Specification, revision 1.11, sections 1.2, 1.3 and 1.13.
    var isOfFirmwareUse: Bool { classCode >> 16 == 0x01 || classCode >> 16 == 0x02 || classCode >> 8 == 0x0C03 }
}
