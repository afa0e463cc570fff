// A nonce where no command line gives one: from the processor's random numbers, else from the clocks. KernelMain calls it
// before it reads anything that a boot loader left, so that every report has one.

import Platform
import Report

extension BootNonce {
    /// Draws a nonce.
    static func drawn() -> BootNonce {
        // Leaf 1, ECX bit 30: RDRAND. It may have nothing to give now and then: ten attempts, as Intel recommends.
        // Source: Intel SDM, volume 1, section 7.3.17.1.
        if processorIdentification(1, 0).ecx & 1 << 30 != 0 {
            for _ in 0..<10 {
                let draw = drawRandomNumber()
                // All ones with every success is what some processors give after they slept.
                if draw.isValid, draw.value != .max { return BootNonce(value: draw.value, source: .processor) }
            }
        }
        return BootNonce(value: clockValue(), source: .clock)
    }

    /// Bits 63:32 are day, hour, minute and second of the real-time clock as it writes them, 31:0 the time-stamp counter.
    /// A machine without that clock has all ones there; a date read while it changes is as good as any.
    ///
    /// Source: Motorola MC146818A, table of addresses: second 0, minute 2, hour 4, day of the month 7.
    private static func clockValue() -> UInt64 {
        var date: UInt64 = 0
        for register: UInt8 in [7, 4, 2, 0] {
            portWrite8(0x70, register)
            date = date << 8 | UInt64(portRead8(0x71))
        }
        let counter = timestamp()
        return date << 32 | (counter ^ counter >> 32) & 0xFFFF_FFFF
    }
}
