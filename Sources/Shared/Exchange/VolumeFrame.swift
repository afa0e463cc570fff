// Frames of the volume test: numbered, of every length, filled so that a lost, doubled, moved or changed byte shows. A peer
// sends them to the kernel, which sends each back turned; both sides check every byte with what is here.

/// A frame of the volume test.
///
/// Layout: Ethernet header 0…13 (type 0x88B5), number 14…17, length of the whole frame 18…19, then the pattern. A turned
/// frame has its addresses exchanged and every byte from 14 on complemented.
public enum VolumeFrame {
    /// What a received frame is.
    public enum Verdict: Hashable, Sendable {
        /// A whole frame, of that number.
        case number(UInt32)
        /// Not a frame of the test.
        case foreign
        /// A frame of the test with a wrong length or a wrong byte.
        case damaged
    }

    /// Where the pattern begins.
    private static let patternStart = 20

    /// Writes the frame of a number, as it goes to the kernel.
    ///
    /// - Precondition: `byteCount` is 60 to 1,514, and the span has room for it.
    public static func write(
        number: UInt32, byteCount: Int, from source: StationAddress, to destination: StationAddress,
        in frame: inout MutableSpan<UInt8>
    ) {
        EthernetHeader(destination: destination, source: source, content: .experiment).write(to: &frame)
        frame.put(doubleWord: number, at: 14)
        frame.put(word: UInt16(byteCount), at: 18)
        var state = seed(number)
        for offset in patternStart..<byteCount { frame[offset] = next(&state) }
    }

    /// Checks every byte of a frame from 12 on.
    ///
    /// - Parameter isTurned: whether it comes back from the kernel.
    public static func check(_ frame: Span<UInt8>, isTurned: Bool) -> Verdict {
        guard frame.count >= EthernetHeader.minimumFrameByteCount,
            frame.word(at: 12) == EthernetHeader.Content.experiment.rawValue
        else { return .foreign }
        let inversion: UInt8 = isTurned ? 0xFF : 0
        let number = frame.doubleWord(at: 14) ^ (isTurned ? .max : 0)
        guard Int(frame.word(at: 18) ^ (isTurned ? .max : 0)) == frame.count,
            frame.count <= EthernetHeader.maximumFrameByteCount
        else { return .damaged }
        var state = seed(number)
        for offset in patternStart..<frame.count where frame[offset] ^ inversion != next(&state) { return .damaged }
        return .number(number)
    }

    /// Turns a whole frame: from whom it came it goes to.
    ///
    /// - Precondition: `turned` has room for it.
    public static func turn(_ frame: Span<UInt8>, to turned: inout MutableSpan<UInt8>) {
        turned.put(frame.station(at: 6), at: 0)
        turned.put(frame.station(at: 0), at: 6)
        turned.put(word: frame.word(at: 12), at: 12)
        for offset in EthernetHeader.byteCount..<frame.count { turned[offset] = ~frame[offset] }
    }

    /// The start of a number's pattern.
    private static func seed(_ number: UInt32) -> UInt32 { number &* 0x9E37_79B9 ^ 0x5A5A_5A5A }

    /// The next byte of a pattern: the high byte of a linear congruential generator.
    ///
    /// Source: Press et al., Numerical Recipes, second edition, section 7.1 ("an even quicker generator").
    private static func next(_ state: inout UInt32) -> UInt8 {
        state = state &* 1_664_525 &+ 1_013_904_223
        return UInt8(truncatingIfNeeded: state >> 24)
    }
}
