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
    public func forEachInitialByte(_ write: (VirtualAddress, UInt8) -> Void) {
        for memory in memories where memory.kind == .ring {
            let first = memory.virtual.rawValue
            for grant in grants
            where grant.space == .memory && grant.start >= first && grant.start - first < memory.byteCount {
                for limit in grant.limits where !limit.contains(0) {
                    var element = grant.start
                    while element < grant.start + grant.byteCount {
                        for byte in 0..<UInt64(limit.bitCount / 8) {
                            let place = element + UInt64(limit.firstBit / 8) + byte
                            write(
                                VirtualAddress(rawValue: place),
                                UInt8(truncatingIfNeeded: limit.range.low >> (8 * byte)))
                        }
                        element += grant.elementByteCount
                    }
                }
            }
        }
    }
}
