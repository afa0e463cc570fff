// One generated driver on a simulated processor with a simulated card: calls functions of the contract `packet_nic 2` and
// takes their results apart. It knows nothing of frames; FrameExchange does.

import Hardware
import Pipeline
import Program

/// A driver, the processor that runs it, and the card that it drives.
public final class SimulatedMachine: ProcessorBus {
    public let driver: GeneratedDriver
    public let memory: DirectMemory
    public let processor: SimulatedProcessor
    public let card: GigabitCard
    /// What the last call cost.
    public private(set) var lastCall = CallResult(value: 0, instructionCount: 0, elapsed: 0)
    /// Whether every violation ends a call with an error. Off for failing cards: then only those end it that no failure
    /// can have caused.
    public var isCardSound = true

    public let transmitPool: PlacedMemory
    public let receivePool: PlacedMemory

    /// Station address of the simulated card: locally administered, each byte another.
    public static let stationAddress: [UInt8] = [0x52, 0x54, 0x00, 0x9A, 0xBC, 0xDE]
    /// Units: bytes from one buffer of a pool to the next.
    public static let bufferByteCount = 2048

    /// A machine with noise in its memory but for what an installer promises, and a card that firmware left running.
    ///
    /// Throws: `noMemory`, `engine`.
    public init(
        _ driver: GeneratedDriver, timing: CardTiming = .late, failures: FailurePlan = .none,
        clockFrequency: UInt64 = 1_000_000_000, seed: UInt64
    ) throws(SimulationError) {
        var generator = SeededGenerator(seed: seed)
        self.driver = driver
        memory = DirectMemory(driver.memories)
        memory.scramble(&generator)
        driver.forEachInitialByte { [memory] in memory.write($1, at: $0) }
        transmitPool = try Self.pool("tx", of: driver)
        receivePool = try Self.pool("rx", of: driver)
        processor = try SimulatedProcessor(driver, memory: memory, seed: generator.next())
        card = GigabitCard(
            memory: memory, stationAddress: Self.stationAddress, timing: timing, failures: failures,
            seed: generator.next())
        processor.countsPerWindowAccess = max(clockFrequency / 1_000_000, 1)
        processor.bus = self
        card.countsPerMicrosecond = processor.countsPerWindowAccess
        card.now = { [unowned processor] in processor.clock }
        card.place = { [unowned processor] in processor.place }
    }

    private static func pool(_ name: String, of driver: GeneratedDriver) throws(SimulationError) -> PlacedMemory {
        let pool = driver.memories.first {
            $0.kind == .pool && String(decoding: $0.name, as: UTF8.self).contains(name)
        }
        guard let pool else { throw .noMemory("pool \(name)") }
        return pool
    }

    // MARK: ProcessorBus

    public func read(window: Int, offset: UInt64, byteCount: Int) -> UInt64 { card.read(offset, byteCount: byteCount) }

    public func write(window: Int, offset: UInt64, byteCount: Int, value: UInt64) {
        card.write(offset, byteCount: byteCount, value: value)
    }

    public func touch(isWrite: Bool, virtual: UInt64, byteCount: Int) {
        card.touch(isWrite: isWrite, virtual: virtual, byteCount: byteCount)
    }

    public func willStore(virtual: UInt64, byteCount: Int, value: UInt64) {
        card.willStore(virtual: virtual, byteCount: byteCount, value: value)
    }

    // MARK: Calls

    /// Calls a function by its name.
    ///
    /// Throws: `noFunction`, what `SimulatedProcessor.call` throws, `violation`.
    public func call(_ name: String, _ arguments: UInt64...) throws(SimulationError) -> UInt64 {
        guard let function = driver.functions.first(where: { $0.name.elementsEqual(name.utf8) }) else {
            throw .noFunction(name)
        }
        lastCall = try processor.call(function, arguments)
        if let violation = isCardSound ? card.violations.first : card.certainViolation { throw .violation(violation) }
        guard 1..<64 ~= function.resultBitCount else { return lastCall.value }
        return lastCall.value & (1 << UInt64(function.resultBitCount) - 1)
    }

    public func bringUp() throws(SimulationError) -> BringUpOutcome {
        try outcome("bringup", try call("bringup"))
    }

    public func isLinkUp() throws(SimulationError) -> Bool {
        let value = try call("link")
        guard value < 2 else { throw .outcomeOutsideContract(function: "link", value: value) }
        return value == 1
    }

    /// First byte on the wire in bits 7:0.
    public func stationAddress() throws(SimulationError) -> UInt64 { try call("mac") }

    public func transmit(buffer: Int, byteCount: Int) throws(SimulationError) -> TransmitOutcome {
        let outcome = try TransmitOutcome(
            try call("transmit", UInt64(truncatingIfNeeded: buffer), UInt64(truncatingIfNeeded: byteCount)))
        if case .sent(let idle) = outcome, idle >= bufferCount(transmitPool) {
            throw .wrongBuffer(direction: .transmit, buffer: idle)
        }
        return outcome
    }

    public func notify() throws(SimulationError) { _ = try call("notify") }

    public func receive() throws(SimulationError) -> ReceiveOutcome {
        let outcome = try ReceiveOutcome(try call("receive"))
        switch outcome {
        case .frame(let buffer, let byteCount):
            guard byteCount <= Self.bufferByteCount else {
                throw .outcomeOutsideContract(function: "receive", value: lastCall.value)
            }
            guard buffer < bufferCount(receivePool) else { throw .wrongBuffer(direction: .receive, buffer: buffer) }
        case .bad(let buffer):
            guard buffer < bufferCount(receivePool) else { throw .wrongBuffer(direction: .receive, buffer: buffer) }
        case .none, .lost: break
        }
        return outcome
    }

    public func giveBack(buffer: Int) throws(SimulationError) -> GiveBackOutcome {
        try outcome("giveback", try call("giveback", UInt64(truncatingIfNeeded: buffer)))
    }

    private func outcome<Outcome: RawRepresentable<UInt64>>(
        _ function: String, _ value: UInt64
    ) throws(SimulationError) -> Outcome {
        guard let outcome = Outcome(rawValue: value) else {
            throw .outcomeOutsideContract(function: function, value: value)
        }
        return outcome
    }

    // MARK: Buffers

    public func bufferCount(_ pool: PlacedMemory) -> Int { Int(pool.byteCount) / Self.bufferByteCount }

    /// Host address of a buffer.
    public func buffer(_ index: Int, of pool: PlacedMemory) -> UnsafeMutableRawPointer {
        memory.pointer(to: pool) + index * Self.bufferByteCount
    }

    /// Brings the driver up and waits for the link.
    ///
    /// Throws: `notReady` besides what calls throw.
    public func start() throws(SimulationError) {
        let outcome = try bringUp()
        guard outcome == .ready else { throw .notReady(outcome: outcome.rawValue) }
        try awaitLink()
    }

    /// A link comes up within milliseconds here; a call takes a microsecond.
    private func awaitLink() throws(SimulationError) {
        for _ in 0..<100_000 where try isLinkUp() { return }
        throw .notReady(outcome: BringUpOutcome.ready.rawValue)
    }

    /// The card stops failing, and the driver starts it again after a rest in which any reset comes to its end. What
    /// came and went while it failed is forgotten, with what the card objects to until bring-up has reset it: it works
    /// on what its failures have left in the rings. From then on every violation counts.
    ///
    /// Throws: what `start` throws.
    public func recover() throws(SimulationError) {
        card.failures = .none
        card.forgetViolations()
        rest(microseconds: card.timing.resetMicroseconds.upperBound + card.timing.eepromMicroseconds.upperBound + 1)
        isCardSound = false
        let outcome = try bringUp()
        guard outcome == .ready else { throw .notReady(outcome: outcome.rawValue) }
        card.forgetViolations()
        isCardSound = true
        try awaitLink()
        _ = card.takeSent()
        _ = card.takeReports()
    }

    /// Time passes in which nobody calls.
    public func rest(microseconds: Int) {
        for _ in 0..<2 {
            processor.clock += UInt64(microseconds) * card.countsPerMicrosecond
            card.step()
        }
    }
}
