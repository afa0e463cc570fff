// The registers of the RTL8139D that the simulated card has: place, extent, widths of writes, reserved bits. What they do
// is in RTL8139Card.
// Source of all rows: Realtek RTL8139D(L) datasheet, section 5, "Register Descriptions".

/// Offsets of the registers that do something, by the names of the datasheet.
enum RTL8139Register {
    static let idr: UInt64 = 0x00
    static let mar: UInt64 = 0x08
    static let tsd: UInt64 = 0x10
    static let tsad: UInt64 = 0x20
    static let rbstart: UInt64 = 0x30
    static let cr: UInt64 = 0x37
    static let capr: UInt64 = 0x38
    static let cbr: UInt64 = 0x3A
    static let imr: UInt64 = 0x3C
    static let isr: UInt64 = 0x3E
    static let tcr: UInt64 = 0x40
    static let rcr: UInt64 = 0x44
    static let cr9346: UInt64 = 0x50
    static let config0: UInt64 = 0x51
    static let config1: UInt64 = 0x52
    static let msr: UInt64 = 0x58
    static let hltclk: UInt64 = 0x5B

    /// What may be done with a run of registers.
    struct Row {
        var offset: UInt64
        /// Units: bytes of all of them together.
        var extent: Int
        /// Units: bytes of a write, and of one register.
        var width: Int
        /// Bits of one register that must be written as zero.
        var reserved: UInt32 = 0
        var isReadOnly = false
        /// What a reset leaves in each.
        var afterReset: UInt32 = 0
        /// Whether a reset leaves what is there.
        var isKept = false
    }

    static let rows: [Row] = [
        Row(offset: idr, extent: 8, width: 4, isKept: true),
        Row(offset: mar, extent: 8, width: 4, isKept: true),
        Row(offset: tsd, extent: 16, width: 4, reserved: 0x00C0_0000, afterReset: 0x2000),  // 5.2
        Row(offset: tsad, extent: 16, width: 4),
        Row(offset: rbstart, extent: 4, width: 4),
        Row(offset: 0x34, extent: 2, width: 2, isReadOnly: true),  // ERBCR
        Row(offset: 0x36, extent: 1, width: 1, isReadOnly: true),  // ERSR, 5.3
        Row(offset: cr, extent: 1, width: 1, reserved: 0xE2),  // 5.4
        Row(offset: capr, extent: 2, width: 2, afterReset: 0xFFF0),
        Row(offset: cbr, extent: 2, width: 2, isReadOnly: true),
        Row(offset: imr, extent: 2, width: 2, reserved: 0x1F80),  // 5.5
        Row(offset: isr, extent: 2, width: 2),  // 5.6
        Row(offset: tcr, extent: 4, width: 4, reserved: 0x8038_F80E, afterReset: 0x7440_0000),  // 5.7: HWVERID
        Row(offset: rcr, extent: 4, width: 4, reserved: 0xF0FC_0000),  // 5.8
        Row(offset: 0x48, extent: 4, width: 4),  // TCTR
        Row(offset: 0x4C, extent: 4, width: 4),  // MPC
        Row(offset: cr9346, extent: 1, width: 1),  // 5.9
        Row(offset: config0, extent: 2, width: 1, isKept: true),  // CONFIG0, CONFIG1
        Row(offset: 0x54, extent: 4, width: 4),  // TimerInt
        Row(offset: msr, extent: 1, width: 1, reserved: 0x20, isKept: true),  // 5.12
        Row(offset: 0x59, extent: 2, width: 1, isKept: true),  // CONFIG3, CONFIG4
        Row(offset: hltclk, extent: 1, width: 1, isKept: true),  // Linux, 8139too.c: HltClk
        Row(offset: 0x5C, extent: 2, width: 2),  // MULINT
        Row(offset: 0x5E, extent: 1, width: 1, isReadOnly: true, isKept: true),  // RERID
        Row(offset: 0x60, extent: 2, width: 2, isReadOnly: true),  // TSAD, the summary of all transmit descriptors
        Row(offset: 0x62, extent: 14, width: 2, isKept: true),  // BMCR to FCSC
    ]

    /// Units: bytes of the window, in memory and in port space.
    static let windowByteCount: UInt64 = 256

    /// The row that holds all of an access.
    static func row(at offset: UInt64, byteCount: Int) -> Row? {
        rows.first { $0.offset <= offset && offset + UInt64(byteCount) <= $0.offset + UInt64($0.extent) }
    }
}
