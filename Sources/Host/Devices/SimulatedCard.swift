// What every simulated card has: its time, its seed, its failures, a list of objections, and the wire's two directions. What
// its registers and its memory mean, a model says, which is a class of its own: GigabitCard, RTL8139Card, VirtioCard.

/// A card behind the windows of a driver. A model overrides what it has registers and memory for.
public class SimulatedCard {
    public let timing: CardTiming
    /// What is wrong with the card.
    public var failures: FailurePlan {
        didSet { failingRegisters.failures = failures.registers }
    }
    /// Station address, first byte on the wire first.
    public let stationAddress: [UInt8]
    /// What the driver did wrong, in order.
    public private(set) var violations: [Violation] = []
    /// The first violation that no failure of the card can have caused.
    public private(set) var certainViolation: Violation?
    /// Whether the function may move data (PCI command register, bit 2).
    public var isBusMaster = true
    /// Accesses to the windows after which the card is gone.
    public var goneAfter: Int?
    /// Frames that arrived and found no room or no open receiver.
    public internal(set) var missedCount = 0
    /// Frames that the address filter kept away.
    public internal(set) var filteredCount = 0
    /// What time it is, and how long a microsecond is. Units: time-stamp counts.
    public var now: () -> UInt64 = { 0 }
    public var countsPerMicrosecond: UInt64 = 1000
    /// The instruction that runs.
    public var place: () -> CodePlace = { CodePlace(function: "", offset: 0) }

    let memory: DirectMemory
    var generator: SeededGenerator
    var failingRegisters = FailingRegisters()
    var sent: [[UInt8]] = []
    var incoming: [[UInt8]] = []
    var incomingByteCount = 0
    var reports: [ReceiveReport] = []

    init(
        memory: DirectMemory, stationAddress: [UInt8], timing: CardTiming, failures: FailurePlan, seed: UInt64
    ) {
        precondition(stationAddress.count == 6, "a station address has six bytes")
        self.memory = memory
        self.stationAddress = stationAddress
        self.timing = timing
        self.failures = failures
        failingRegisters.failures = failures.registers
        generator = SeededGenerator(seed: seed)
    }

    // MARK: What a model has

    /// A read of what a base address register decodes.
    public func read(bar: Int, _ offset: UInt64, byteCount: Int) -> UInt64 { .max }

    /// A write to what a base address register decodes.
    public func write(bar: Int, _ offset: UInt64, byteCount: Int, value: UInt64) {}

    /// An access of the driver to memory that the card sees, about to happen.
    public func touch(isWrite: Bool, virtual: UInt64, byteCount: Int) { step() }

    /// What the driver is about to store in memory that the card sees; comes before its `touch`.
    public func willStore(virtual: UInt64, byteCount: Int, value: UInt64) {}

    /// The driver has made a full fence.
    public func fence() {}

    /// Lets the card work.
    public func step() {}

    /// Whether the link is up.
    public var isLinkUp: Bool { true }

    /// Whether a frame of that length would find room.
    public func hasRoom(for byteCount: Int) -> Bool { true }

    /// A frame arrives, without its check sum.
    public func arrive(_ frame: [UInt8]) {}

    // MARK: What all have

    func object(_ kind: Violation.Kind) {
        let violation = Violation(kind, at: place())
        if kind.isCertain, certainViolation == nil { certainViolation = violation }
        violations.append(violation)
    }

    /// Drops all violations so far: those of a time when the card failed.
    public func forgetViolations() {
        violations = []
        certainViolation = nil
    }

    var microseconds: UInt64 { now() / countsPerMicrosecond }

    /// Counts an access; the card is gone from some on.
    func countDown() {
        guard let left = goneAfter else { return }
        goneAfter = left > 0 ? left - 1 : nil
        if left == 0 { failures.isGone = true }
    }

    /// A time in a range, drawn.
    func draw(_ microseconds: ClosedRange<Int>) -> UInt64 {
        UInt64(generator.number(in: microseconds)) * countsPerMicrosecond
    }

    /// Steps until an engine looks at its ring again.
    func stepsToNextLook() -> Int {
        let isStalled = generator.happens(perMille: timing.stallPerMille)
        return generator.number(in: isStalled ? timing.stepsOfStall : timing.stepsToFetch)
    }

    /// Lets the card work for so many steps.
    public func step(_ count: Int) { for _ in 0..<count { step() } }

    /// Frames that left since this was last asked.
    public func takeSent() -> [[UInt8]] {
        defer { sent = [] }
        return sent
    }

    /// What was reported of received frames since this was last asked.
    public func takeReports() -> [ReceiveReport] {
        defer { reports = [] }
        return reports
    }
}
