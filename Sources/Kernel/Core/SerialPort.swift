// The serial line of a report: a 16550 UART at the first PC port, polled. It does nothing where there is no UART, and a
// line that does not take bytes is given up rather than waited for.

import Platform

/// The first serial port, if there is one.
///
/// Source: National Semiconductor PC16550D data sheet, section 8 (registers).
struct SerialPort {
    private static let base: UInt16 = 0x3F8

    private enum Register {
        static let data: UInt16 = 0
        static let interruptEnable: UInt16 = 1
        static let fifoControl: UInt16 = 2
        static let lineControl: UInt16 = 3
        static let modemControl: UInt16 = 4
        static let lineStatus: UInt16 = 5
        static let scratch: UInt16 = 7
    }

    /// Time-stamp counts after which a line that takes no byte counts as stuck: two seconds at 4.3 GHz. A full FIFO of 16
    /// bytes takes 1.4 ms at 115200 baud, but an emulator's line waits for its reader.
    private static let stuckTimestamps: UInt64 = 1 << 33
    /// Reads of the status after which it counts as stuck whatever the time-stamp counter says.
    private static let stuckReads: UInt32 = 1 << 26

    private enum Status {
        static let holdingRegisterEmpty: UInt8 = 0x20
        static let transmitterEmpty: UInt8 = 0x40
    }

    private var isPresent = false

    /// Looks for the UART and sets it to 115200 baud, 8N1.
    mutating func open() {
        write(Register.scratch, 0x5A)
        guard read(Register.scratch) == 0x5A else { return }
        write(Register.interruptEnable, 0)
        write(Register.lineControl, 0x80)  // divisor latch
        write(Register.data, 1)  // 115200 baud
        write(Register.interruptEnable, 0)
        write(Register.lineControl, 0x03)  // 8 bits, no parity, 1 stop bit
        write(Register.fifoControl, 0x07)  // FIFOs on and empty
        write(Register.modemControl, 0x03)  // DTR, RTS
        isPresent = true
    }

    /// Sends one byte, or nothing where there is no line that takes it.
    mutating func send(_ byte: UInt8) {
        guard isPresent else { return }
        guard waits(for: Status.holdingRegisterEmpty) else {
            isPresent = false
            return
        }
        write(Register.data, byte)
    }

    /// Waits, within the same bound, until the last byte has left.
    func drain() {
        if isPresent { _ = waits(for: Status.transmitterEmpty) }
    }

    /// Waits for a bit of the line status; false where it does not come.
    private func waits(for bit: UInt8) -> Bool {
        let start = timestamp()
        for _ in 0..<Self.stuckReads {
            if read(Register.lineStatus) & bit != 0 { return true }
            if timestamp() &- start > Self.stuckTimestamps { break }
        }
        return false
    }

    private func read(_ register: UInt16) -> UInt8 { portRead8(Self.base + register) }
    private func write(_ register: UInt16, _ value: UInt8) { portWrite8(Self.base + register, value) }
}
