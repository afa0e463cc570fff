// What IN and OUT do to what is known. Two ports are the way to configuration space: one takes which register is meant, the
// other is that register. So an access of the second is proven as one of what the first was given last.

/// Four bytes of configuration space that were selected by configuration mechanism #1.
///
/// Source: PCI Local Bus Specification, revision 3.0, section 3.2.2.3.2.
struct SelectedPlace: Equatable {
    /// The port that selects, and the four behind which the selected bytes stand.
    static let selectPort: UInt64 = 0xCF8
    static let dataPorts: ClosedRange<UInt64> = 0xCFC...0xCFF
    static let ports: ClosedRange<UInt64> = selectPort...dataPorts.upperBound

    /// Bit 31 of what is written to the select port: without it the data port is a port like others.
    private static let enable: UInt64 = 1 << 31

    /// Layout: as `Grant.Space.configuration` has it, bits 1:0 clear.
    let address: UInt64

    /// What a value of the select port selects; `nil` where nothing is known of it, or where bits are set that have no meaning.
    init?(_ value: ValueRange) {
        guard let word = value.constant, word & ~0xFF_FFFC == Self.enable else { return nil }
        address = word & 0xFF_FFFC
    }
}

extension MachineState {
    /// `in`: what a port gives is in AL, AX or EAX.
    mutating func readPort(_ byteCount: UInt64, _ grants: GrantTable) throws(VerificationError) {
        var range = try access(byteCount, grants, storing: nil)
        if byteCount < 4 {
            // What stands above AL or AX stays.
            range = ValueRange(bits: range.bits | registers[0].range.bits & ~ValueRange.mask(8 * byteCount))
        }
        set(0, AbstractValue(range: range))
    }

    /// `out`: what a port takes is in AL, AX or EAX.
    mutating func writePort(_ byteCount: UInt64, _ grants: GrantTable) throws(VerificationError) {
        let stored = try read(0).range.lowBits(8 * byteCount)
        guard try port().constant == SelectedPlace.selectPort else {
            _ = try access(byteCount, grants, storing: stored)
            return
        }
        let found = ValueRange(SelectedPlace.selectPort)
        guard grants.hasConfiguration else { throw VerificationError(.outsideGrants, found: found, grant: []) }
        guard byteCount == 4 else { throw VerificationError(.notWhole, found: found, grant: []) }
        selected = SelectedPlace(stored)
    }

    /// The number of the port, in DX.
    private func port() throws(VerificationError) -> ValueRange { try read(2).range.lowBits(16) }

    /// Proves an access of any port but the one that selects, and gives what a read can find.
    private func access(
        _ byteCount: UInt64, _ grants: GrantTable, storing stored: ValueRange?
    ) throws(VerificationError) -> ValueRange {
        let port = try port()
        guard let number = port.constant, SelectedPlace.dataPorts.contains(number) else {
            // No grant of ports lies over those of configuration space.
            return try grants.access(Reach(base: port, displacement: 0), byteCount, in: .ports, storing: stored)
        }
        guard let selected else { throw VerificationError(.unknownSelection, found: port, grant: []) }
        let address = selected.address | number & 3
        return try grants.access(Reach(displacement: address), byteCount, in: .configuration, storing: stored)
    }
}
