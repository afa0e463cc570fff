// A serial EEPROM of 64 words of 16 bits (93C46), or of 256 (93C66), as a card leads its four wires to a register. It can
// be read; it does not model writing, erasing, or that it is busy.
// Source: Microchip 93AA46/93LC46/93C46 datasheet, DS21749, sections 2.1 (START) and 2.8 (READ); of the larger, Linux
// drivers/net/ethernet/intel/e100.c, e100_eeprom_read: eight bits of address, and a zero behind the last of them.

/// What stands behind chip select, clock, data in and data out.
struct SerialEEPROM {
    let words: [UInt16]
    /// What it shows.
    private(set) var output = true
    private var isSelected = false
    private var clock = false
    /// Bits that have come since START, which is the first of them.
    private var command: UInt32 = 0
    private var commandBitCount = 0
    /// Bits that are still to be shown.
    private var left = 0
    private var word: UInt16 = 0

    private let addressBitCount: Int

    /// START and two bits of operation.
    private static let read: UInt32 = 0b110

    init(words: [UInt16]) {
        self.words = words
        addressBitCount = words.count > 64 ? 8 : 6
    }

    /// The wires as they are from now on; it looks when the clock rises.
    mutating func drive(select: Bool, clock: Bool, input: Bool) {
        defer { self.clock = clock }
        guard select, isSelected else {
            isSelected = select
            (command, commandBitCount, left, output) = (0, 0, 0, true)
            return
        }
        guard clock, !self.clock else { return }
        if commandBitCount < 3 + addressBitCount { return shift(input) }
        guard left > 0 else { return }
        left -= 1
        output = word >> UInt16(left) & 1 != 0
    }

    private mutating func shift(_ input: Bool) {
        // Zeros before START mean nothing.
        guard input || commandBitCount > 0 else { return }
        command = command << 1 | (input ? 1 : 0)
        commandBitCount += 1
        guard commandBitCount == 3 + addressBitCount, command >> UInt32(addressBitCount) == Self.read else { return }
        let place = Int(command & (1 << UInt32(addressBitCount) - 1))
        word = place < words.count ? words[place] : 0xFFFF
        // A zero comes before the word.
        (left, output) = (16, false)
    }
}
