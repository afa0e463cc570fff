// The registers of the NE2000 that the simulated card has. Those of the DP8390 are in pages, which the command register
// chooses; the card itself adds a port for data and one for reset. What they do is in NE2000Card.
// Source: National Semiconductor DP8390D/NS32490D Network Interface Controller, July 1995, section 10 (Internal Registers).

/// Offsets of the registers, by the names of the datasheet; those of page 1 under their own.
enum NE2000Register {
    static let command: UInt64 = 0x00
    static let pageStart: UInt64 = 0x01
    static let pageStop: UInt64 = 0x02
    static let boundary: UInt64 = 0x03
    static let transmitPage: UInt64 = 0x04
    static let transmitCount: UInt64 = 0x05
    static let interruptStatus: UInt64 = 0x07
    static let remoteStart: UInt64 = 0x08
    static let remoteCount: UInt64 = 0x0A
    static let receiveControl: UInt64 = 0x0C
    static let transmitControl: UInt64 = 0x0D
    static let dataControl: UInt64 = 0x0E
    static let interruptMask: UInt64 = 0x0F
    static let data: UInt64 = 0x10
    static let reset: UInt64 = 0x1F
    // Page 1.
    static let physicalAddress: UInt64 = 0x01
    static let currentPage: UInt64 = 0x07
    static let multicast: UInt64 = 0x08

    /// Bits of a register of page 0 that must be written as zero.
    static func reserved(_ offset: UInt64) -> UInt32 {
        switch offset {
        case receiveControl: 0xC0
        case transmitControl: 0xE0
        case dataControl: 0x80
        case interruptMask: 0x80
        default: 0
        }
    }
}
