// The registers of the 8255x that the simulated card has: place, widths of accesses, reserved bits. What they do is in
// ListCard.
// Source: Intel 8255x 10/100 Mbps Ethernet Controller Family Open Source Software Developer Manual, revision 1.3, section
// 6.3.1 (Control / Status Registers).

/// Offsets of the registers that do something.
enum ListCardRegister {
    static let status: UInt64 = 0x00
    static let acknowledge: UInt64 = 0x01
    static let command: UInt64 = 0x02
    static let interruptControl: UInt64 = 0x03
    static let pointer: UInt64 = 0x04
    static let port: UInt64 = 0x08
    static let eeprom: UInt64 = 0x0E
    static let management: UInt64 = 0x10
    static let generalStatus: UInt64 = 0x1D

    /// What may be done with a register.
    struct Row {
        var offset: UInt64
        /// Units: bytes of an access.
        var widths: [Int]
        /// Bits that must be written as zero.
        var reserved: UInt32 = 0
        var isReadOnly = false
    }

    static let rows: [Row] = [
        Row(offset: status, widths: [1, 2], isReadOnly: true),  // 6.3.2.1
        Row(offset: acknowledge, widths: [1]),
        Row(offset: command, widths: [1, 2], reserved: 0x0008),  // 6.3.2.2: bit 3 is no part of either command
        Row(offset: interruptControl, widths: [1]),
        Row(offset: pointer, widths: [4]),  // 6.3.2.3
        Row(offset: port, widths: [4], reserved: 0x0000_000C),  // 6.3.4: 0 to 3 in the low four bits
        Row(offset: eeprom, widths: [1, 2], reserved: 0xF8),  // DO can only be read
        Row(offset: management, widths: [4], reserved: 0xE000_0000),  // with an interrupt when it is done
        Row(offset: 0x1C, widths: [1]),  // general control
        Row(offset: generalStatus, widths: [1], isReadOnly: true),
    ]

    /// The row of an access.
    static func row(at offset: UInt64) -> Row? { rows.first { $0.offset == offset } }
}
