// When a simulated card does its work, in ranges from which its seed draws.

/// How late a card is. A *step* is an access of the processor that the card sees, or one that the harness grants.
public struct CardTiming: Hashable, Sendable {
    /// Whether the card does everything within the access that asks for it, as QEMU does.
    public var isImmediate = false
    /// Steps until the card looks at its rings again.
    public var stepsToFetch = 0...6
    /// Descriptors that it takes at once.
    public var fetchBatch = 1...16
    /// Steps from taking a descriptor to writing back that it is done.
    public var stepsToWriteBack = 0...40
    /// Descriptors that it writes back at once.
    public var writeBackBatch = 1...16
    /// Of a thousand looks at a ring, those after which an engine stands still, as behind a busy bus or a paused link.
    public var stallPerMille = 20
    /// How long it stands still.
    public var stepsOfStall = 200...6000
    /// Of a thousand reads of a ring, those just before which the card writes back what it has.
    public var suddenPerMille = 250
    /// Units: microseconds that a reset takes.
    public var resetMicroseconds = 3...2000
    /// Units: microseconds from the end of a reset until the EEPROM's station address is there.
    public var eepromMicroseconds = 0...1500
    /// Units: microseconds until the link is up.
    public var linkMicroseconds = 10...3000

    public init() {}

    /// As harsh as the datasheet allows.
    public static let late = CardTiming()

    /// As QEMU is: nothing is ever late.
    public static var immediate: CardTiming {
        var timing = CardTiming()
        timing.isImmediate = true
        timing.resetMicroseconds = 0...0
        timing.eepromMicroseconds = 0...0
        timing.linkMicroseconds = 0...0
        return timing
    }
}
