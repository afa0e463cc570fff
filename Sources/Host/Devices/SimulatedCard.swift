// What every simulated card has: its time, its seed, its failures, a list of objections, and the wire's two directions. What
// its registers and its memory mean, a model says, which is a class of its own: GigabitCard, RTL8139Card, VirtioCard,
// ListCard, NE2000Card, PCnetCard.

import Program

/// A card behind the windows of a driver. A model overrides what it has registers and memory for.
public class SimulatedCard {
    public let timing: CardTiming
    /// What is wrong with the card.
    public var failures: FailurePlan {
        didSet {
            failingRegisters.failures = failures.registers
            if failures != .none { hasFailed = true }
        }
    }
    /// Whether it has failed since it was last reset: what it goes by then may be what its failures have left.
    var hasFailed: Bool
    /// Station address, first byte on the wire first.
    public let stationAddress: [UInt8]
    /// What the driver did wrong, in order.
    public private(set) var violations: [Violation] = []
    /// The first violation that no failure of the card can have caused.
    public private(set) var certainViolation: Violation?
    /// Whether the function may move data (PCI command register, bit 2).
    public var isBusMaster = true
    /// What becomes of frames of other lengths than Ethernet has.
    public var lengths = LengthManner.dropped
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
        hasFailed = failures != .none
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

    /// Whether a frame of that length, without its check sum, is let in by its length alone.
    func admits(_ byteCount: Int) -> Bool { lengths != .dropped || (60...1514).contains(byteCount) }

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

    /// The card was reset: what its failures have left is gone, unless it still fails.
    func forgetFailures() { hasFailed = failures != .none }

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

    /// Writes as hardware does, which knows of an address and of no end: over whatever is there. A card that fails
    /// stays inside rings and pools: what it does elsewhere, no driver can help.
    func put(_ bytes: [UInt8], at address: UInt64) {
        let count = UInt64(bytes.count)
        for kind in [Region.Kind.pool, .ring] {
            guard let place = memory.pointer(at: address, byteCount: count, kind: kind) else { continue }
            bytes.withUnsafeBytes { if let base = $0.baseAddress { place.copyMemory(from: base, byteCount: $0.count) } }
            return
        }
        for (index, byte) in bytes.enumerated() {
            let place = address &+ UInt64(index)
            if hasFailed, !memory.isShared(place) { continue }
            memory.overwrite(byte, at: place)
        }
    }

    /// Host address of a descriptor, of which a card knows no more than where it is: in a ring, or wherever it was led.
    func entry(at address: UInt64, byteCount: Int, isWrite: Bool = false) -> UnsafeMutableRawPointer? {
        let count = UInt64(byteCount)
        return memory.pointer(at: address, byteCount: count, kind: .ring)
            ?? (hasFailed ? nil : memory.anyPointer(at: address, byteCount: count, isWrite: isWrite))
    }

    /// A little-endian number of so many bytes, as a card writes it.
    func put(_ value: UInt32, _ byteCount: Int, at address: UInt64) {
        put((0..<byteCount).map { UInt8(truncatingIfNeeded: value >> UInt32(8 * $0)) }, at: address)
    }

    /// A little-endian number as a card reads it.
    func get(_ byteCount: Int, at address: UInt64) -> UInt32 {
        memory.bytes(byteCount, at: address).reversed().reduce(0) { $0 << 8 | UInt32($1) }
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
