// One generated driver on a simulated processor with a simulated card: calls functions of the contract `packet_nic 2` and
// takes their results apart. It knows nothing of frames; FrameExchange does.

import Glibc
import Hardware
import Interpretation
import Metabinary
import Pipeline
import Program

/// A driver, the processor that runs it, and the card that it drives.
public final class SimulatedMachine: ProcessorBus {
    public let driver: GeneratedDriver
    public let memory: DirectMemory
    public let processor: SimulatedProcessor
    public let card: SimulatedCard
    public let model: CardModel
    /// What the last call cost.
    public private(set) var lastCall = CallResult(value: 0, instructionCount: 0, elapsed: 0)
    /// What is in the function's configuration space: whatever was written there last, since no card has a model of it.
    public var configuration = [UInt8](repeating: 0, count: 256)
    /// Whether every violation ends a call with an error. Off for failing cards: then only those end it that no failure
    /// can have caused.
    public var isCardSound = true

    /// The buffers of each direction: a pool, or for receiving a ring that holds the data itself.
    public let transmitPool: PlacedMemory
    public let receivePool: PlacedMemory

    /// Station address of the simulated card: locally administered, each byte another.
    public static let stationAddress: [UInt8] = [0x52, 0x54, 0x00, 0x9A, 0xBC, 0xDE]
    /// Units: bytes of a buffer, in every pool.
    public static let bufferByteCount = 2048
    /// Buffers for transmitting that the caller owns after a bring-up: the last ones. Source: contract `packet_nic 2`.
    public static let spareCount = 8

    /// A machine with noise in its memory but for what an installer promises, and a card that firmware left running.
    ///
    /// Throws: `noMemory`, `engine`.
    public init(
        _ driver: GeneratedDriver, _ model: CardModel = .gigabit, timing: CardTiming = .late,
        failures: FailurePlan = .none,
        clockFrequency: UInt64 = 1_000_000_000, seed: UInt64
    ) throws(SimulationError) {
        var generator = SeededGenerator(seed: seed)
        self.driver = driver
        self.model = model
        memory = DirectMemory(driver.memories)
        memory.scramble(&generator)
        driver.forEachInitialByte { [memory] in memory.write($1, at: $0) }
        transmitPool = try Self.buffers("sent", of: "transmit", driver)
        receivePool = try Self.buffers("frame", of: "receive", driver)
        processor = try SimulatedProcessor(driver, memory: memory, seed: generator.next())
        card = model.card(
            memory: memory, stationAddress: Self.stationAddress, timing: timing, failures: failures,
            facts: driver.facts,
            seed: generator.next())
        processor.countsPerWindowAccess = max(clockFrequency / 1_000_000, 1)
        processor.bus = self
        card.countsPerMicrosecond = processor.countsPerWindowAccess
        card.now = { [unowned processor] in processor.clock }
        card.place = { [unowned processor] in processor.place }
        clearHeadrooms()
    }

    /// The memory whose buffers an outcome of a function hands out.
    private static func buffers(
        _ outcome: String, of name: String, _ driver: GeneratedDriver
    ) throws(SimulationError) -> PlacedMemory {
        let outcome = function(name, of: driver)?.signature.outcomes.first { $0.name.elementsEqual(outcome.utf8) }
        guard let memory = outcome?.fields.first(where: { $0.name.elementsEqual("buffer".utf8) })?.memory else {
            throw .noMemory("buffers of \(name)")
        }
        return driver.memories[memory]
    }

    // MARK: ProcessorBus

    public func read(window: Int, offset: UInt64, byteCount: Int) -> UInt64 {
        let window = driver.windows[window]
        if window.space == .configuration {
            let first = Int(window.offset + offset)
            return configuration[first..<first + byteCount].reversed().reduce(0) { $0 << 8 | UInt64($1) }
        }
        return card.read(bar: Int(window.bar), window.offset + offset, byteCount: byteCount)
    }

    public func write(window: Int, offset: UInt64, byteCount: Int, value: UInt64) {
        let window = driver.windows[window]
        guard window.space != .configuration else {
            for index in 0..<byteCount {
                configuration[Int(window.offset + offset) + index] = UInt8(truncatingIfNeeded: value >> (8 * index))
            }
            return
        }
        card.write(bar: Int(window.bar), window.offset + offset, byteCount: byteCount, value: value)
    }

    public func touch(isWrite: Bool, virtual: UInt64, byteCount: Int) {
        card.touch(isWrite: isWrite, virtual: virtual, byteCount: byteCount)
    }

    public func willStore(virtual: UInt64, byteCount: Int, value: UInt64) {
        card.willStore(virtual: virtual, byteCount: byteCount, value: value)
    }

    public func fence() { card.fence() }

    // MARK: Calls

    /// Calls a function by its name.
    ///
    /// Throws: `noFunction`, what `SimulatedProcessor.call` throws, `violation`.
    public func call(_ name: String, _ arguments: UInt64...) throws(SimulationError) -> UInt64 {
        try call(name, arguments)
    }

    private func call(_ name: String, _ arguments: [UInt64]) throws(SimulationError) -> UInt64 {
        guard let function = function(name) else { throw .noFunction(name) }
        lastCall = try processor.call(function, arguments)
        if let violation = isCardSound ? card.violations.first : card.certainViolation { throw .violation(violation) }
        return function.signature.result(in: lastCall.value)
    }

    /// Calls a function by its name, and tells what came of it.
    private func outcome<Outcome: DriverOutcome>(
        _ name: String, _ arguments: UInt64...
    ) throws(SimulationError) -> Outcome {
        let value = try call(name, arguments)
        guard let signature = function(name)?.signature, let result = NamedResult(value, of: signature),
            let outcome = Outcome(result)
        else { throw .outcomeOutsideContract(function: name, value: value) }
        return outcome
    }

    public func bringUp() throws(SimulationError) -> BringUpOutcome { try outcome("bringup") }

    public func isLinkUp() throws(SimulationError) -> Bool {
        try call("link") == 1
    }

    /// First byte on the wire in bits 7:0.
    public func stationAddress() throws(SimulationError) -> UInt64 { try call("mac") }

    public func transmit(buffer: Int, byteCount: Int) throws(SimulationError) -> TransmitOutcome {
        let outcome: TransmitOutcome = try outcome(
            "transmit", UInt64(truncatingIfNeeded: buffer), UInt64(truncatingIfNeeded: byteCount))
        if case .sent(let idle) = outcome, idle >= bufferCount(transmitPool) {
            throw .wrongBuffer(direction: .transmit, buffer: idle)
        }
        return outcome
    }

    public func notify() throws(SimulationError) { _ = try call("notify") }

    public func receive() throws(SimulationError) -> ReceiveOutcome {
        let outcome: ReceiveOutcome = try outcome("receive")
        switch outcome {
        case .frame(let buffer, let byteCount):
            guard buffer < bufferCount(receivePool) else { throw .wrongBuffer(direction: .receive, buffer: buffer) }
            guard byteCount <= capacity(buffer, of: receivePool) else {
                throw .outcomeOutsideContract(function: "receive", value: lastCall.value)
            }
        case .bad(let buffer):
            guard buffer < bufferCount(receivePool) else { throw .wrongBuffer(direction: .receive, buffer: buffer) }
        case .none, .lost: break
        }
        return outcome
    }

    public func returnBuffer(buffer: Int) throws(SimulationError) -> GiveBackOutcome {
        try outcome("giveback", UInt64(truncatingIfNeeded: buffer))
    }

    private func function(_ name: String) -> GeneratedFunction? { Self.function(name, of: driver) }

    private static func function(_ name: String, of driver: GeneratedDriver) -> GeneratedFunction? {
        driver.functions.first { $0.name.elementsEqual(name.utf8) }
    }

    // MARK: Buffers

    /// What is before the data of each buffer is zero before the first call, and nobody but the card writes there.
    private func clearHeadrooms() {
        for placed in driver.memories where placed.kind == .pool && placed.headroom > 0 {
            for index in 0..<bufferCount(placed) {
                memset(memory.pointer(to: placed) + index * Int(placed.stride), 0, Int(placed.headroom))
            }
        }
    }

    public func bufferCount(_ pool: PlacedMemory) -> Int { Int(pool.byteCount / max(pool.stride, 1)) }

    /// Host address of a buffer's data.
    public func buffer(_ index: Int, of pool: PlacedMemory) -> UnsafeMutableRawPointer {
        memory.pointer(to: pool) + index * Int(pool.stride) + Int(pool.headroom)
    }

    /// Room for a buffer's data: to its end, or to that of the memory where that is one run of data.
    ///
    /// Units: bytes.
    public func capacity(_ index: Int, of pool: PlacedMemory) -> Int {
        pool.kind == .pool
            ? Int(pool.stride - pool.headroom)
            : max(0, Int(pool.byteCount) - index * Int(pool.stride) - Int(pool.headroom))
    }

    /// Brings the driver up and waits for the link.
    ///
    /// Throws: `notReady` besides what calls throw.
    public func start() throws(SimulationError) {
        let outcome = try bringUp()
        guard outcome == .ready else { throw .notReady(outcome: outcome) }
        try awaitLink()
    }

    /// A link comes up within milliseconds here; a call takes a microsecond.
    private func awaitLink() throws(SimulationError) {
        for _ in 0..<100_000 where try isLinkUp() { return }
        throw .notReady(outcome: .ready)
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
        guard outcome == .ready else { throw .notReady(outcome: outcome) }
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
