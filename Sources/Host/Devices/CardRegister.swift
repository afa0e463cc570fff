// The registers of the 82540EM and of the 82574L that the simulated card has: place, extent, reserved bits. What they do
// is in GigabitCard.
// Source of the 82574L's: Intel 82574 datasheet, 317694-024, revision 3.4, chapter 10; of all others: Intel PCI/PCI-X Family of Gigabit Ethernet Controllers Software Developer's Manual, 317453-006,
// revision 4.0, chapter 13.

/// Offsets of the registers that do something, by the names of the manual.
enum CardRegister {
    static let ctrl: UInt64 = 0x0000
    static let status: UInt64 = 0x0008
    static let eec: UInt64 = 0x0010
    static let eerd: UInt64 = 0x0014
    static let ctrlExt: UInt64 = 0x0018
    static let mdic: UInt64 = 0x0020
    static let icr: UInt64 = 0x00C0
    static let ics: UInt64 = 0x00C8
    static let ims: UInt64 = 0x00D0
    static let imc: UInt64 = 0x00D8
    static let rctl: UInt64 = 0x0100
    static let tctl: UInt64 = 0x0400
    static let tipg: UInt64 = 0x0410
    static let rdbal: UInt64 = 0x2800
    static let rdbah: UInt64 = 0x2804
    static let rdlen: UInt64 = 0x2808
    static let rdh: UInt64 = 0x2810
    static let rdt: UInt64 = 0x2818
    static let tdbal: UInt64 = 0x3800
    static let tdbah: UInt64 = 0x3804
    static let tdlen: UInt64 = 0x3808
    static let tdh: UInt64 = 0x3810
    static let tdt: UInt64 = 0x3818
    static let mta: UInt64 = 0x5200
    static let ral0: UInt64 = 0x5400
    static let rah0: UInt64 = 0x5404
    // Of the 82574L alone.
    static let extcnf: UInt64 = 0x0F00
    static let tarc0: UInt64 = 0x3840
    static let txdctl1: UInt64 = 0x3928
    static let rxcsum: UInt64 = 0x5000
    static let rfctl: UInt64 = 0x5008
    static let gcr2: UInt64 = 0x5B64
    static let gcr: UInt64 = 0x5B00

    /// What may be done with a run of registers.
    struct Row {
        var offset: UInt64
        /// Registers of 32 bits, one after the other.
        var count = 1
        /// Bits that must be written as zero.
        var reserved: UInt32 = 0
        var isReadOnly = false
        /// What a reset leaves, before the EEPROM is read.
        var afterReset: UInt32 = 0
    }

    static let rows: [Row] = [
        Row(offset: ctrl, reserved: 0x2303_E416, afterReset: 1),  // 13.4.1; bits 1, 2, 4, 10, 13-17, 24, 25, 29
        Row(offset: status, isReadOnly: true, afterReset: 1),  // 13.4.2
        Row(offset: 0x0010),  // EECD, 13.4.3
        Row(offset: eerd, reserved: 0x0000_00EE),  // 13.4.4
        Row(offset: ctrlExt),  // 13.4.6
        Row(offset: mdic, reserved: 0x8000_0000),  // 13.4.7
        Row(offset: 0x0028, count: 2),  // FCAL, FCAH, 13.4.8 and 9
        Row(offset: 0x0030, reserved: 0xFFFF_0000),  // FCT, 13.4.10
        Row(offset: 0x0038, reserved: 0xFFFF_0000),  // VET, 13.4.11
        Row(offset: icr),  // 13.4.17
        Row(offset: 0x00C4, reserved: 0xFFFF_0000),  // ITR, 13.4.18
        Row(offset: ics),  // 13.4.19
        Row(offset: ims),  // 13.4.20
        Row(offset: imc),  // 13.4.21; all ones is the usual way to mask everything
        Row(offset: rctl, reserved: 0xF920_4C01),  // 13.4.22; bits 0, 10, 11, 14, 21, 24, 27-31
        Row(offset: 0x0170, reserved: 0xFFFF_0000),  // FCTTV, 13.4.23
        Row(offset: 0x0178),  // TXCW, 13.4.12
        Row(offset: 0x0180, isReadOnly: true),  // RXCW, 13.4.14
        Row(offset: tctl, reserved: 0xFE80_0005),  // 13.4.33; bits 0, 2, 23, 25 (82544 only), 26-31
        Row(offset: tipg, reserved: 0xC000_0000),  // 13.4.34
        Row(offset: 0x0458, reserved: 0xFFFF_0000),  // AIFS, 13.4.35
        Row(offset: 0x0E00),  // LEDCTL, 13.4.15
        Row(offset: 0x1000, reserved: 0x0000_FF80),  // PBA, 13.4.16
        Row(offset: 0x2160),  // FCRTL, 13.4.24
        Row(offset: 0x2168),  // FCRTH
        Row(offset: rdbal),  // 13.4.25
        Row(offset: rdbah),  // 13.4.26
        Row(offset: rdlen, reserved: 0xFFF0_0000),  // 13.4.27
        Row(offset: rdh, reserved: 0xFFFF_0000),  // 13.4.28
        Row(offset: rdt, reserved: 0xFFFF_0000),  // 13.4.29
        Row(offset: 0x2820, reserved: 0x7FFF_0000),  // RDTR, 13.4.30
        Row(offset: 0x2828),  // RXDCTL, 13.4.31
        Row(offset: 0x282C, reserved: 0xFFFF_0000),  // RADV, 13.4.32
        Row(offset: 0x2C00, reserved: 0xFFFF_F000),  // RSRPD
        Row(offset: tdbal),  // 13.4.36
        Row(offset: tdbah),  // 13.4.37
        Row(offset: tdlen, reserved: 0xFFF0_0000),  // 13.4.38
        Row(offset: tdh, reserved: 0xFFFF_0000),  // 13.4.39
        Row(offset: tdt, reserved: 0xFFFF_0000),  // 13.4.40
        Row(offset: 0x3820, reserved: 0xFFFF_0000),  // TIDV, 13.4.41
        Row(offset: 0x3828),  // TXDCTL, 13.4.42
        Row(offset: 0x382C, reserved: 0xFFFF_0000),  // TADV, 13.4.43
        Row(offset: 0x3830),  // TSPMT, 13.4.44
        Row(offset: 0x4000, count: 64, isReadOnly: true),  // statistics, 13.7
        Row(offset: rxcsum, reserved: 0xFFFF_FC00),  // 13.5.4
        Row(offset: mta, count: 128),  // 13.5.1
        Row(offset: ral0, count: 32),  // RAL and RAH, 16 of each, 13.5.2 and 3
        Row(offset: 0x5600, count: 128),  // VFTA, 13.5.5
        Row(offset: 0x5800),  // WUC, 13.6.1
    ]

    /// Units: bytes. The memory window of the 82540EM: 128 KiB.
    static let windowByteCount: UInt64 = 0x2_0000

    /// The rows of the 82574L: LRST and ILOS are reserved, GIO_DISABLE is not (10.2.2.1); STATUS tells of it (10.2.2.2); EERD
    /// has no bit to spare (10.2.2.4).
    private static let expressRows: [Row] = {
        var rows = CardRegister.rows
        rows[0].reserved = rows[0].reserved & ~(1 << 2) | 1 << 3 | 1 << 7
        rows[1].afterReset |= 1 << 19
        for index in rows.indices where rows[index].offset == eerd { rows[index].reserved = 0 }
        rows.append(Row(offset: rfctl, reserved: 0x7FFC_0000))  // 10.2.5.14
        rows.append(Row(offset: gcr))  // 10.2.8.1
        // Linux, drivers/net/ethernet/intel/e1000e/regs.h: E1000_EXTCNF_CTRL, TARC(0), TXDCTL(1), GCR2.
        for offset in [extcnf, tarc0, txdctl1, gcr2] { rows.append(Row(offset: offset)) }
        return rows
    }()

    /// The registers of one card.
    struct Table {
        let rows: [Row]
        /// Number of the row for each word of the window, plus one; 0 where nothing stands.
        let numbers: [UInt8]

        init(_ rows: [Row]) {
            self.rows = rows
            var numbers = [UInt8](repeating: 0, count: Int(windowByteCount / 4))
            for (index, row) in rows.enumerated() {
                for word in 0..<row.count { numbers[Int(row.offset / 4) + word] = UInt8(index + 1) }
            }
            self.numbers = numbers
        }

        /// The row of a register that there is.
        func row(at offset: UInt64) -> Row { rows[Int(numbers[Int(offset / 4)]) - 1] }
    }

    static let gigabit = Table(rows)
    static let express = Table(expressRows)
}
