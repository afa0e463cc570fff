// A serial EEPROM of 64 words of 16 bits (93C46), as a card leads its four wires to a register. It can be read; it does not
// model writing, erasing, or that it is busy.
// Source: Microchip 93AA46/93LC46/93C46 datasheet, DS21749, sections 2.1 (START) and 2.8 (READ).

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

    /// START, two bits of operation, six of address.
    private static let commandBitCount = 9
    private static let read: UInt32 = 0b110

    init(words: [UInt16]) { self.words = words }

    /// The wires as they are from now on; it looks when the clock rises.
    mutating func drive(select: Bool, clock: Bool, input: Bool) {
        defer { self.clock = clock }
        guard select, isSelected else {
            isSelected = select
            (command, commandBitCount, left, output) = (0, 0, 0, true)
            return
        }
        guard clock, !self.clock else { return }
        if commandBitCount < Self.commandBitCount { return shift(input) }
        guard left > 0 else { return }
        left -= 1
        output = word >> UInt16(left) & 1 != 0
    }

    private mutating func shift(_ input: Bool) {
        // Zeros before START mean nothing.
        guard input || commandBitCount > 0 else { return }
        command = command << 1 | (input ? 1 : 0)
        commandBitCount += 1
        guard commandBitCount == Self.commandBitCount, command >> 6 == Self.read else { return }
        let place = Int(command & 63)
        word = place < words.count ? words[place] : 0xFFFF
        // A zero comes before the word.
        (left, output) = (16, false)
    }
}
