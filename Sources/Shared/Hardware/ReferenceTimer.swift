// A timer of known frequency, against which the time-stamp counter is measured: the power-management timer of ACPI, or
// channel 2 of the interval timer. It only reads time; measuring is in `ClockFacts+Discovery.swift`.

/// A timer of known frequency.
struct ReferenceTimer: Hashable, Sendable {
    /// Which timer it is: `powerManagementTimer` or `intervalTimer`.
    var source: FactSource
    /// Where its count is read.
    var port: PortNumber
    /// The bits that count.
    var mask: UInt32

    /// "FACP", the signature of the table that describes the power-management timer.
    static let tableSignature: UInt32 = 0x5043_4146

    /// Channel 2 of the interval timer, as a counter of sixteen bits.
    static let interval = ReferenceTimer(source: .intervalTimer, port: PortNumber(rawValue: 0x42), mask: 0xFFFF)

    /// Units: hertz.
    ///
    /// Source: ACPI Specification, version 6.5, section 4.8.2.1; Intel 82C54 data sheet, as clocked in a PC.
    var frequency: UInt64 { source == .powerManagementTimer ? 3_579_545 : 1_193_182 }

    private init(source: FactSource, port: PortNumber, mask: UInt32) {
        self.source = source
        self.port = port
        self.mask = mask
    }

    /// The power-management timer that a fixed description table names in I/O space, or `nil` where it names none.
    ///
    /// Layout: 76 port, 91 its length (4), 112 flags (bit 8: 32 bits count, not 24; bit 20: no such hardware), 208
    /// generic address that supersedes the port (0 space, 1 being I/O; 4 address).
    ///
    /// Source: ACPI Specification, version 6.5, section 5.2.9.
    init?(describedBy table: ACPITable, _ access: inout some HardwareAccess) {
        guard table.byteCount >= 116 else { return nil }
        let flags = access.readDoubleWord(table.address.advanced(by: 112))
        guard flags & 1 << 20 == 0 else { return nil }
        var address = UInt64(access.readDoubleWord(table.address.advanced(by: 76)))
        if access.readInteger(table.address.advanced(by: 91), byteCount: 1) != 4 { address = 0 }
        if table.byteCount >= 220 {
            let space = access.readInteger(table.address.advanced(by: 208), byteCount: 1)
            let extended = access.readInteger(table.address.advanced(by: 212), byteCount: 8)
            if space == 1 && extended != 0 { address = extended }
        }
        guard address != 0 && address <= 0xFFFC else { return nil }
        self.init(
            source: .powerManagementTimer, port: PortNumber(rawValue: UInt16(address)),
            mask: flags & 1 << 8 != 0 ? 0xFFFF_FFFF : 0x00FF_FFFF)
    }

    /// Starts the timer where it has to be started.
    ///
    /// - Returns: what `stop` needs to leave things as they were.
    ///
    /// Source: Intel 82C54 data sheet, "Control Word Format": 0xB4 is channel 2, low then high byte, mode 2 (rate
    /// generator), binary; a count of 0 stands for 65,536. Port 0x61: bit 0 gate of channel 2, bit 1 speaker.
    func start(_ access: inout some HardwareAccess) -> UInt32 {
        guard source == .intervalTimer else { return 0 }
        let gate = access.readPort(PortNumber(rawValue: 0x61), .byte)
        access.writePort(PortNumber(rawValue: 0x61), .byte, gate & 0x0C | 1)
        access.writePort(PortNumber(rawValue: 0x43), .byte, 0xB4)
        access.writePort(port, .byte, 0)
        access.writePort(port, .byte, 0)
        return gate
    }

    /// Leaves the timer's gate as `start` found it.
    func stop(_ gate: UInt32, _ access: inout some HardwareAccess) {
        if source == .intervalTimer { access.writePort(PortNumber(rawValue: 0x61), .byte, gate & 0x0F) }
    }

    /// Reads the count, made to count upwards.
    @inline(never)
    func read(_ access: inout some HardwareAccess) -> UInt32 {
        guard source == .intervalTimer else { return access.readPort(port, .doubleWord) & mask }
        // 0x80 latches the count of channel 2, so that its two bytes belong together.
        access.writePort(PortNumber(rawValue: 0x43), .byte, 0x80)
        let low = access.readPort(port, .byte) & 0xFF
        let high = access.readPort(port, .byte) & 0xFF
        return 0xFFFF - (high << 8 | low)
    }
}
