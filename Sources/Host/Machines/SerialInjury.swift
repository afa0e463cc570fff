// A serial line that loses and flips bytes, for tests of those who read one. It is between QEMU's output and the
// reader, and does the same harm again for the same seed.

/// Harm done to the bytes of a serial line.
public struct SerialInjury: Sendable {
    /// Bytes in a million that are lost.
    public var lostPerMillion: UInt64
    /// Bytes in a million of which one bit is flipped.
    public var flippedPerMillion: UInt64
    /// How many bytes were harmed so far.
    public private(set) var injuryCount = 0
    private var state: UInt64

    public init(seed: UInt64, lostPerMillion: UInt64 = 0, flippedPerMillion: UInt64 = 0) {
        state = seed
        self.lostPerMillion = lostPerMillion
        self.flippedPerMillion = flippedPerMillion
    }

    /// What arrives of `bytes`.
    public mutating func pass(_ bytes: [UInt8]) -> [UInt8] {
        var arrived: [UInt8] = []
        arrived.reserveCapacity(bytes.count)
        for byte in bytes {
            let draw = random() % 1_000_000
            if draw < lostPerMillion {
                injuryCount += 1
            } else if draw < lostPerMillion + flippedPerMillion {
                injuryCount += 1
                arrived.append(byte ^ 1 << UInt8(random() % 8))
            } else {
                arrived.append(byte)
            }
        }
        return arrived
    }

    /// Source: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014 (SplitMix64).
    private mutating func random() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}
