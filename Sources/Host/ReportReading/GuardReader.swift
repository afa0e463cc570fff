// Turns the records of the private region and of overruns back into values. MachineReport calls it record by record.

import Hardware

/// Collects what a report tells of guard space.
struct GuardReader {
    private(set) var privateRegion: PrivateRegion?
    private(set) var overruns: [ReportedOverrun] = []

    /// Takes a record. Returns whether it is of a kind that is read here.
    mutating func read(_ record: Record, _ placement: PlacementFacts) throws(ReportError) -> Bool {
        if record.isKind("private") {
            privateRegion = try Self.region(RecordFields(record), placement)
        } else if record.isKind("overrun") {
            overruns.append(try Self.overrun(RecordFields(record)))
        } else {
            return false
        }
        return true
    }

    /// `private 0x60000000 +0x100000 physical=0x2d8000 guard=0x12000`
    private static func region(
        _ start: RecordFields, _ placement: PlacementFacts
    ) throws(ReportError) -> PrivateRegion {
        var fields = start
        let virtual: UInt64 = try fields.prefixed("an address")
        let byteCount: UInt64 = try fields.size("the size of a range")
        let physical: UInt64 = try fields.prefixed(fields.value("physical"), "an address")
        let guardByteCount: UInt64 = try fields.prefixed(fields.value("guard"), "a size")
        try fields.end()
        let region = PrivateRegion(
            start: VirtualAddress(rawValue: virtual), physical: PhysicalAddress(rawValue: physical),
            byteCount: byteCount, guardByteCount: guardByteCount)
        guard region.start == placement.data, region.physical == placement.dataPhysical,
            region.byteCount <= placement.dataByteCount
        else { throw fields.malformed("the start of the range of the record data") }
        return region
    }

    /// `overrun 00:03.0 e1 0x6011a000 +0x7d23 changed=31999 behind=rx of 00:03.0`
    private static func overrun(_ start: RecordFields) throws(ReportError) -> ReportedOverrun {
        var fields = start
        let function = try fields.functionAddress()
        let driver = Array(try fields.word("the name of a description"))
        let address: UInt64 = try fields.prefixed("an address")
        let byteCount: UInt64 = try fields.size("the size of a range")
        let changed: UInt64 = try fields.decimal(fields.value("changed"), "a count")
        let memory = Array(try fields.value("behind"))
        let owner = fields.takes("of") ? try fields.functionAddress() : nil
        try fields.end()
        return ReportedOverrun(
            function: function, driver: driver, start: VirtualAddress(rawValue: address), byteCount: byteCount,
            changedByteCount: changed, memory: memory, owner: owner)
    }
}
