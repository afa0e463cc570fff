// Which functions this system is about: those of a kind that drivers are generated for, whether the rules describe them or
// not. One that they do not describe is told by the kernel and by the host's commands; everything else is not missed.

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
}
