// A timer of known frequency, against which the time-stamp counter is measured: the power-management timer of ACPI, an event
// timer, or channel 2 of the interval timer. It only reads time; measuring is in `ClockFacts+Discovery.swift`.

/// A timer of known frequency.
struct ReferenceTimer: Hashable, Sendable {
    /// Which timer it is: `powerManagementTimer`, `eventTimer` or `intervalTimer`.
    var source: FactSource
    /// Where its count is read: a physical address, or else a port.
    var place: UInt64
    var isInMemory = false
    /// The bits that count.
    var mask: UInt32
    /// Units: hertz.
    var frequency: UInt64

    /// "FACP", the signature of the table that describes the power-management timer.
    static let tableSignature: UInt32 = 0x5043_4146

    /// Channel 2 of the interval timer, as a counter of sixteen bits.
    ///
    /// Source: Intel 82C54 data sheet, as clocked in a PC.
    static let interval = ReferenceTimer(source: .intervalTimer, place: 0x42, mask: 0xFFFF, frequency: 1_193_182)

    /// The places at which a fixed description table has the power-management timer, the one that supersedes first; which of
    /// them counts, whoever measures finds out.
    ///
    /// Layout: 76 port, 91 its length (4), 112 flags (bit 8: 32 bits count, not 24; bit 20: no such hardware), 208
    /// generic address that supersedes the port (0 space, 0 being memory and 1 I/O; 4 address).
    ///
    /// - Precondition: the table is usable.
    ///
    /// Source: ACPI Specification, version 6.5, sections 4.8.2.1, 5.2.3.2 and 5.2.9.
    @inline(never)
    static func powerManagement(describedBy table: ACPITable, _ access: inout some HardwareAccess) -> [ReferenceTimer] {
        let flags = access.readDoubleWord(table.address.advanced(by: 112))
        guard flags & 1 << 20 == 0 else { return [] }
        var timers: [ReferenceTimer] = []
        @inline(never)
        func append(_ place: UInt64, in space: UInt64) {
            guard space <= 1, place != 0, place & 3 == 0, space == 0 || place <= 0xFFFC else { return }
            timers.append(
                ReferenceTimer(
                    source: .powerManagementTimer, place: place, isInMemory: space == 0,
                    mask: flags & 1 << 8 != 0 ? 0xFFFF_FFFF : 0x00FF_FFFF, frequency: 3_579_545))
        }
        let port = UInt64(access.readDoubleWord(table.address.advanced(by: 76)))
        let byteCount = access.readInteger(table.address.advanced(by: 91), byteCount: 1)
        if table.byteCount >= 220 {
            let space = access.readInteger(table.address.advanced(by: 208), byteCount: 1)
            append(access.readInteger(table.address.advanced(by: 212), byteCount: 8), in: space)
        }
        if byteCount == 4 { append(port, in: 1) }
        return timers
    }

    /// Whether a fixed description table is long enough to say what is asked of it.
    static func isUsable(_ table: ACPITable) -> Bool { table.signature == tableSignature && table.byteCount >= 116 }

    /// The main counter of an event timer block, its low half; `nil` where the block says no period that can be.
    ///
    /// Layout: 4 period in femtoseconds, at most 100 ns; 0x10 configuration (bit 0: counts); 0xF0 counter.
    ///
    /// Source: IA-PC HPET Specification, revision 1.0a, sections 2.3.4, 2.3.5 and 2.3.7.
    static func event(at base: UInt64, _ access: inout some HardwareAccess) -> ReferenceTimer? {
        let period = access.readRegister(PhysicalAddress(rawValue: base &+ 4), .doubleWord)
        // Up to 250 MHz, so that no product of a measurement reaches 2^64.
        guard base & 3 == 0, 4_000_000...100_000_000 ~= period else { return nil }
        return ReferenceTimer(
            source: .eventTimer, place: base &+ 0xF0, isInMemory: true, mask: .max,
            frequency: 1_000_000_000_000_000 / UInt64(period))
    }

    /// Starts the timer where it has to be started.
    ///
    /// - Returns: what `stop` needs to leave things as they were.
    ///
    /// Source: Intel 82C54 data sheet, "Control Word Format": 0xB4 is channel 2, low then high byte, mode 2 (rate
    /// generator), binary; a count of 0 stands for 65,536. Port 0x61: bit 0 gate of channel 2, bit 1 speaker.
    func start(_ access: inout some HardwareAccess) -> UInt32 {
        if source == .eventTimer {
            let configuration = access.readRegister(eventConfiguration, .doubleWord)
            access.writeRegister(eventConfiguration, .doubleWord, configuration | 1)
            return configuration
        }
        guard source == .intervalTimer else { return 0 }
        let port = PortNumber(rawValue: 0x42)
        let gate = access.readPort(PortNumber(rawValue: 0x61), .byte)
        access.writePort(PortNumber(rawValue: 0x61), .byte, gate & 0x0C | 1)
        access.writePort(PortNumber(rawValue: 0x43), .byte, 0xB4)
        access.writePort(port, .byte, 0)
        access.writePort(port, .byte, 0)
        return gate
    }

    /// Leaves the timer as `start` found it.
    func stop(_ state: UInt32, _ access: inout some HardwareAccess) {
        if source == .eventTimer { access.writeRegister(eventConfiguration, .doubleWord, state) }
        if source == .intervalTimer { access.writePort(PortNumber(rawValue: 0x61), .byte, state & 0x0F) }
    }

    /// The configuration register before an event timer's counter.
    private var eventConfiguration: PhysicalAddress { PhysicalAddress(rawValue: place &- 0xE0) }

    /// Reads the count, made to count upwards.
    @inline(never)
    func read(_ access: inout some HardwareAccess) -> UInt32 {
        if isInMemory { return access.readRegister(PhysicalAddress(rawValue: place), .doubleWord) & mask }
        let port = PortNumber(rawValue: UInt16(truncatingIfNeeded: place))
        guard source == .intervalTimer else { return access.readPort(port, .doubleWord) & mask }
        // 0x80 latches the count of channel 2, so that its two bytes belong together.
        access.writePort(PortNumber(rawValue: 0x43), .byte, 0x80)
        let low = access.readPort(port, .byte) & 0xFF
        let high = access.readPort(port, .byte) & 0xFF
        return 0xFFFF - (high << 8 | low)
    }
}
