// A line through a 16550 UART, polled: whether one is there, and bytes sent within bounds. A line that does not take bytes is
// given up rather than waited for. It knows no place; the kernel's console has the registers, tests have a UART that lies.

/// The registers of a UART, wherever they are, and a counter by which a wait ends.
public protocol SerialRegisters {
    mutating func read(_ register: UInt16) -> UInt8
    mutating func write(_ register: UInt16, _ value: UInt8)
    mutating func readTimestamp() -> UInt64
}

/// A line, which does nothing unless there is a UART that takes bytes.
///
/// Source: National Semiconductor PC16550D data sheet, section 8 (registers).
public struct SerialLine<Registers: SerialRegisters> {
    private enum Register {
        static var data: UInt16 { 0 }
        static var interruptEnable: UInt16 { 1 }
        static var fifoControl: UInt16 { 2 }
        static var lineControl: UInt16 { 3 }
        static var modemControl: UInt16 { 4 }
        static var lineStatus: UInt16 { 5 }
        static var scratch: UInt16 { 7 }
    }

    private enum Status {
        static var holdingRegisterEmpty: UInt8 { 0x20 }
        static var transmitterEmpty: UInt8 { 0x40 }
    }

    /// Time-stamp counts after which a line that takes no byte counts as stuck: two seconds at 4.3 GHz. A full FIFO of 16
    /// bytes takes 1.4 ms at 115200 baud, but an emulator's line waits for its reader.
    private static var stuckTimestamps: UInt64 { 1 << 33 }
    /// Reads of the status after which it counts as stuck whatever the time-stamp counter says.
    private static var stuckReads: UInt32 { 1 << 26 }
    /// Reads within which a UART with empty FIFOs has to be ready: some milliseconds of a real one.
    private static var emptyReads: UInt32 { 1 << 12 }

    public private(set) var registers: Registers
    public private(set) var isOpen = false

    public init(_ registers: Registers) { self.registers = registers }

    /// Looks for the UART: one keeps two values in its scratch register, of which a bus that nobody drives may keep the last,
    /// has four bits of zero, and is ready when its FIFOs are empty. Sets it to 8N1, and to 115200 baud where it is wanted.
    @inline(never)
    public mutating func open(setsRate: Bool) {
        registers.write(Register.scratch, 0x5A)
        registers.write(Register.interruptEnable, 0)
        guard registers.read(Register.scratch) == 0x5A, registers.read(Register.interruptEnable) == 0 else { return }
        registers.write(Register.scratch, 0xA5)
        guard registers.read(Register.scratch) == 0xA5 else { return }
        if setsRate {
            registers.write(Register.lineControl, 0x80)  // divisor latch
            registers.write(Register.data, 1)  // 115200 baud
            registers.write(Register.interruptEnable, 0)
        }
        registers.write(Register.lineControl, 0x03)  // 8 bits, no parity, 1 stop bit
        registers.write(Register.fifoControl, 0x07)  // FIFOs on and empty
        registers.write(Register.modemControl, 0x03)  // DTR, RTS
        isOpen = waits(for: Status.holdingRegisterEmpty, reads: Self.emptyReads)
    }

    /// Sends one byte, or nothing where there is no line that takes it.
    @inline(never)
    public mutating func send(_ byte: UInt8) {
        guard isOpen else { return }
        isOpen = waits(for: Status.holdingRegisterEmpty, reads: Self.stuckReads)
        if isOpen { registers.write(Register.data, byte) }
    }

    /// Waits, within the same bound, until the last byte has left.
    public mutating func drain() {
        if isOpen { _ = waits(for: Status.transmitterEmpty, reads: Self.stuckReads) }
    }

    /// Waits for a bit of the line status; false where it does not come.
    @inline(never)
    private mutating func waits(for bit: UInt8, reads: UInt32) -> Bool {
        let start = registers.readTimestamp()
        for _ in 0..<reads {
            if registers.read(Register.lineStatus) & bit != 0 { return true }
            if registers.readTimestamp() &- start > Self.stuckTimestamps { break }
        }
        return false
    }
}
