// What the memory of a driver holds before its first call. The kernel and the simulated machine write it; a verdict on the
// driver's code counts on it.

import Hardware
import Program
import Verification

extension GeneratedDriver {
    /// Gives each byte of its rings that a limit does not let be zero: of every element, the lowest value that the limit
    /// allows. So an address in a slot leads into its pool before any was written, and a device that reads a slot too
    /// early finds nothing else.
    ///
    /// All other bytes of rings and state are zero, which is within every limit.
    @inline(never)
    public func forEachInitialByte(_ write: (VirtualAddress, UInt8) -> Void) {
        for memory in memories where memory.kind == .ring {
            let first = memory.virtual.rawValue
            for grant in grants
            where grant.space == .memory && grant.start >= first && grant.start - first < memory.byteCount {
                for limit in grant.limits where !limit.contains(0) {
                    let first = UInt64(limit.firstBit)
                    let bytes = first / 8...(first + UInt64(limit.bitCount) - 1) / 8
                    var element = grant.start
                    while element < grant.start + grant.byteCount {
                        for byte in bytes {
                            write(VirtualAddress(rawValue: element + byte), Self.initialByte(byte, grant.limits))
                        }
                        element += grant.elementByteCount
                    }
                }
            }
        }
    }

    /// A byte of an element, of which several limits may have bits.
    private static func initialByte(_ byte: UInt64, _ limits: [Limit]) -> UInt8 {
        var value: UInt8 = 0
        for limit in limits where !limit.contains(0) {
            // A limit lies in one group of 64 bits.
            let group = limit.range.low << UInt64(limit.firstBit % 64)
            if UInt64(limit.firstBit / 64) == byte / 8 { value |= UInt8(truncatingIfNeeded: group >> (byte % 8 * 8)) }
        }
        return value
    }
}
