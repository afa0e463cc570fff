// What IN and OUT do to what is known. Two ports are the way to configuration space: one takes which register is meant, the
// other is that register. So an access of the second is proven as one of what the first was given last.

/// Configuration mechanism #1.
///
/// Source: PCI Local Bus Specification, revision 3.0, section 3.2.2.3.2.
enum ConfigurationPorts {
    /// The port that selects, and the four behind which the four selected bytes stand.
    static let select: UInt64 = 0xCF8, data: ClosedRange<UInt64> = 0xCFC...0xCFF

    /// Bit 31 of what selects: without it the data port is a port like others.
    private static let enable: UInt64 = 1 << 31
    /// Bus, device, function and double word: the place in configuration space.
    static let placeBits: UInt64 = 0xFF_FFFC

    /// A value of the port that selects, or 0 where it is not known or has bits set that have no meaning.
    static func selection(_ value: ValueRange) -> UInt64 {
        guard let word = value.constant, word & ~placeBits == enable else { return 0 }
        return word
    }
}

extension MachineState {
    /// `in`: what a port returns is in AL, AX or EAX.
    @inline(never)
    mutating func readPort(_ byteCount: UInt64, _ grants: GrantTable) throws(VerificationError) {
        let range = try access(byteCount, grants, storing: nil)
        set(0, AbstractValue(range: range), size: byteCount)
    }

    /// `out`: what a port takes is in AL, AX or EAX.
    @inline(never)
    mutating func writePort(_ byteCount: UInt64, _ grants: GrantTable) throws(VerificationError) {
        let stored = try read(0, byteCount).range.lowBits(8 * byteCount)
        guard try port().constant == ConfigurationPorts.select else {
            _ = try access(byteCount, grants, storing: stored)
            return
        }
        let found = ValueRange(ConfigurationPorts.select)
        guard grants.hasConfiguration else { throw VerificationError(.outsideGrants, found: found, grant: []) }
        guard byteCount == 4 else { throw VerificationError(.notWhole, found: found, grant: []) }
        selection = ConfigurationPorts.selection(stored)
    }

    /// The number of the port, in DX.
    private func port() throws(VerificationError) -> ValueRange { try read(2, 2).range.lowBits(16) }

    /// Proves an access of any port but the one that selects, and returns what a read can find.
    @inline(never)
    private mutating func access(
        _ byteCount: UInt64, _ grants: GrantTable, storing stored: ValueRange?
    ) throws(VerificationError) -> ValueRange {
        let port = try port()
        guard let number = port.constant, ConfigurationPorts.data.contains(number) else {
            // No grant of ports lies over those of configuration space.
            return try grants.access(
                Reach(base: port, displacement: 0), byteCount, in: .ports, storing: stored, after: &stores)
        }
        guard selection != 0 else { throw VerificationError(.unknownSelection, found: port, grant: []) }
        let address = selection & ConfigurationPorts.placeBits | number & 3
        return try grants.access(
            Reach(displacement: address), byteCount, in: .configuration, storing: stored, after: &stores)
    }
}
