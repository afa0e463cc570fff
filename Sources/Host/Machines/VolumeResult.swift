// What came of a volume test, as the peer saw it: what happened to the frames, each kind by itself. A card that drops frames
// under pressure is no fault of its driver; one that repeats, reorders or changes them is, and so is silence.

/// What came of a volume test.
public struct VolumeResult: Hashable, Sendable {
    /// Numbers that came back whole, each counted once.
    public var returnedCount = 0
    /// Numbers that came back neither whole nor damaged.
    public var lostCount = 0
    /// Frames whose number had come back before.
    public var repeatedCount = 0
    /// Frames that came back after one with a higher number.
    public var reorderedCount = 0
    /// Frames with another length or another byte than they went out with.
    public var damagedCount = 0
    /// Frames that are none of the test, or go elsewhere than from the card to the peer.
    public var foreignCount = 0
    /// For how long nothing had come back when it was given up, if it was. Units: milliseconds.
    public var silence: Int64?
    /// Most frames that were under way at once.
    public var mostUnderWay = 0
    public var duration = Duration.zero

    public init() {}

    /// Whether what came back is what went out, as far as it came, and something came to the end.
    public var isSound: Bool {
        repeatedCount == 0 && reorderedCount == 0 && damagedCount == 0 && foreignCount == 0 && silence == nil
    }

    /// Whether all of it came back besides.
    public var isComplete: Bool { isSound && lostCount == 0 }
}

extension VolumeResult: CustomStringConvertible {
    public var description: String {
        let counts = [
            (returnedCount, "returned"), (lostCount, "lost"), (repeatedCount, "repeated"),
            (reorderedCount, "reordered"), (damagedCount, "damaged"), (foreignCount, "foreign"),
        ]
        return "volume test: " + counts.map { "\($0) \($1)" }.joined(separator: ", ")
            + "; at most \(mostUnderWay) under way, \(duration.wholeMilliseconds) ms"
            + (silence.map { $0 > 0 ? ", the last \($0) ms without a frame" : "" } ?? "")
    }
}
