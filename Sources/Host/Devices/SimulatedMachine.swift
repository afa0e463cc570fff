// One generated driver on a simulated processor with a simulated card: calls functions of the contract `ring_nic 1` and
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
    /// Whether a violation ends a call with an error. Off for faulty cards, whose complaints mean nothing.
    public var stopsAtViolations = true

    public let transmitPool: PlacedMemory
    public let receivePool: PlacedMemory

    /// Station address of the simulated card: locally administered, each byte another.
    public static let stationAddress: [UInt8] = [0x52, 0x54, 0x00, 0x9A, 0xBC, 0xDE]
    /// Units: bytes from one buffer of a pool to the next.
    public static let bufferByteCount = 2048

    /// A machine with noise in its memory, and a card that firmware left running.
    ///
    /// Throws: `noMemory`, `engine`.
    public init(
        _ driver: GeneratedDriver, timing: CardTiming = .late, faults: CardFaults = CardFaults(),
        clockFrequency: UInt64 = 1_000_000_000, seed: UInt64
    ) throws(SimulationError) {
        var generator = SeededGenerator(seed: seed)
        self.driver = driver
        memory = DirectMemory(driver.memories)
        memory.scramble(&generator)
        transmitPool = try Self.pool("tx", of: driver)
        receivePool = try Self.pool("rx", of: driver)
        processor = try SimulatedProcessor(driver, memory: memory, seed: generator.next())
        card = GigabitCard(
            memory: memory, stationAddress: Self.stationAddress, timing: timing, faults: faults,
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

    // MARK: Calls

    /// Calls a function by its name.
    ///
    /// Throws: `noFunction`, what `SimulatedProcessor.call` throws, `violation`.
    public func call(_ name: String, _ arguments: UInt64...) throws(SimulationError) -> UInt64 {
        guard let function = driver.functions.first(where: { $0.name.elementsEqual(name.utf8) }) else {
            throw .noFunction(name)
        }
        lastCall = try processor.call(function, arguments)
        if stopsAtViolations, let violation = card.violations.first { throw .violation(violation) }
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
        case .none: break
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
        // A link comes up within milliseconds here; a call takes a microsecond.
        for _ in 0..<100_000 where try isLinkUp() { return }
        throw .notReady(outcome: outcome.rawValue)
    }
}
