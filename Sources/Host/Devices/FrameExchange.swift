// Sends and receives numbered frames through a driver and checks that each arrives once, in order and unchanged, with
// buffers that have one owner each. The wire's other end is the test itself.

import Glibc
import Pipeline

/// An exchange of frames in both directions at once.
public struct FrameExchange {
    /// What an exchange met on its way, to show that it met anything.
    public struct Statistics: Hashable, Sendable {
        public var transmitted = 0
        public var received = 0
        public var bad = 0
        public var busy = 0
        public var none = 0
        /// Rounds in which the caller held back all buffers that it may.
        public var heldBack = 0
        /// Frames that another station's filter would have taken.
        public var foreign = 0
    }

    public private(set) var statistics = Statistics()
    private let machine: SimulatedMachine
    private let policy: ExchangePolicy
    private let count: Int
    private var generator: SeededGenerator
    private let noise: [UInt8]

    private var posted = 0
    private var arrived = 0
    private var outgoing: [Int: Int] = [:]
    private var free: [Int]
    private var ownsReceived: [Bool]
    private var kept: [Int] = []
    private var reports: [ReceiveReport] = []
    private var reportIndex = 0

    /// `count` frames each way.
    ///
    /// - Precondition: the machine has been started, and nobody has sent or received since.
    public init(_ machine: SimulatedMachine, _ policy: ExchangePolicy = .rough, count: Int, seed: UInt64) {
        self.machine = machine
        self.policy = policy
        self.count = count
        generator = SeededGenerator(seed: seed)
        var noise: [UInt8] = []
        for _ in 0..<512 { withUnsafeBytes(of: generator.next()) { noise += $0 } }
        self.noise = noise
        let receiveCount = machine.bufferCount(machine.receivePool)
        let transmitCount = machine.bufferCount(machine.transmitPool)
        free = Array(transmitCount - SimulatedMachine.spareCount..<transmitCount)
        ownsReceived = [Bool](repeating: false, count: receiveCount)
    }

    /// Runs to the end.
    ///
    /// Throws: `wrongFrame`, `unexpectedFrame`, `wrongBuffer`, `stalled`, and what calls throw.
    public mutating func run() throws(SimulationError) {
        var quiet = 0
        while statistics.transmitted < count || statistics.received + statistics.bad < count {
            let before = statistics.transmitted + statistics.received + statistics.bad + posted + arrived
            try transmitBurst()
            arrive()
            try receiveSome()
            try returnBuffer(all: quiet > 20)
            machine.card.step(policy.isPolite ? 0 : generator.number(in: policy.steps))
            try checkSent()
            let after = statistics.transmitted + statistics.received + statistics.bad + posted + arrived
            quiet = before == after ? quiet + 1 : 0
            // No card of ours is late by more than some thousand steps.
            if quiet > 2000 { throw .stalled(transmitted: statistics.transmitted, received: statistics.received) }
        }
        try expectNothingMore()
    }

    /// What a frame looks like: addresses, a type that nobody uses, its number, and noise that depends on it.
    private func frame(_ sequence: Int, from wire: Bool) -> [UInt8] {
        var shape = SeededGenerator(seed: UInt64(sequence) << 1 | (wire ? 1 : 0))
        let byteCount = shape.number(in: policy.frameByteCounts)
        let peer: [UInt8] = [0x52, 0x55, 0x0A, 0x00, 0x02, 0x02]
        var frame = wire ? SimulatedMachine.stationAddress + peer : peer + SimulatedMachine.stationAddress
        frame += [0x88, 0xB5]  // local experimental Ethertype, IEEE 802
        withUnsafeBytes(of: UInt32(sequence).bigEndian) { frame += $0 }
        let start = shape.number(in: 0...noise.count - policy.frameByteCounts.upperBound)
        frame += noise[start..<start + max(byteCount - frame.count, 0)]
        return Array(frame.prefix(byteCount))
    }

    // MARK: To the wire

    private mutating func transmitBurst() throws(SimulationError) {
        guard posted < count else { return }
        for _ in 0..<generator.number(in: policy.burst) where posted < count {
            guard let index = free.popLast() else { break }
            let frame = frame(posted, from: false)
            fill(machine.buffer(index, of: machine.transmitPool), with: frame)
            let outcome = try machine.transmit(buffer: index, byteCount: frame.count)
            guard case .sent(let idle) = outcome else {
                guard outcome == .busy else {
                    throw .wrongFrame(direction: .transmit, sequence: posted, detail: "refused")
                }
                statistics.busy += 1
                free.append(index)
                break
            }
            guard idle != index, !free.contains(idle) else { throw .wrongBuffer(direction: .transmit, buffer: idle) }
            // Whoever gets a buffer writes to it at once: a card that still reads it sends this instead.
            memset(
                machine.buffer(idle, of: machine.transmitPool), 0xEE, machine.capacity(idle, of: machine.transmitPool))
            free.append(idle)
            posted += 1
        }
        try machine.notify()
    }

    private func fill(_ buffer: UnsafeMutableRawPointer, with frame: [UInt8]) {
        frame.withUnsafeBytes { if let base = $0.baseAddress { buffer.copyMemory(from: base, byteCount: $0.count) } }
    }

    private mutating func checkSent() throws(SimulationError) {
        for sent in machine.card.takeSent() {
            let sequence = statistics.transmitted
            guard sequence < posted else {
                throw .unexpectedFrame(direction: .transmit, byteCount: sent.count)
            }
            try compare(sent, frame(sequence, from: false), .transmit, sequence)
            statistics.transmitted += 1
        }
    }

    private func compare(
        _ found: [UInt8], _ expected: [UInt8], _ direction: FrameDirection, _ sequence: Int
    ) throws(SimulationError) {
        guard found != expected else { return }
        let place = zip(found, expected).enumerated().first { $0.element.0 != $0.element.1 }?.offset
        let detail = "\(found.count) bytes for \(expected.count), first difference at \(place ?? -1)"
        throw .wrongFrame(direction: direction, sequence: sequence, detail: detail)
    }

    // MARK: From the wire

    private mutating func arrive() {
        for _ in 0..<generator.number(in: policy.arrivals) where arrived < count {
            let frame = frame(arrived, from: true)
            guard machine.card.hasRoom(for: frame.count + 8) else { return }
            if !policy.isPolite, generator.happens(perMille: 100) { arriveForOthers(frame) }
            machine.card.arrive(frame)
            arrived += 1
        }
    }

    /// A frame for another station, or for a group that nobody joined.
    private mutating func arriveForOthers(_ frame: [UInt8]) {
        var foreign = frame
        let bit = generator.number(in: 1...47)
        foreign[bit / 8] ^= 1 << UInt8(bit % 8)
        if generator.happens(perMille: 500) { foreign[0] |= 1 }
        guard foreign[0] & 1 == 0 || foreign != frame else { return }
        machine.card.arrive(foreign)
        statistics.foreign += 1
    }

    private mutating func receiveSome() throws(SimulationError) {
        for _ in 0..<generator.number(in: policy.receives) {
            if policy.isPolite, statistics.received + statistics.bad == arrived { return }
            let outcome = try machine.receive()
            let isNew = reportIndex < reports.count
            if !isNew { (reports, reportIndex) = (machine.card.takeReports(), 0) }
            switch outcome {
            case .none:
                statistics.none += 1
                return
            case .frame(let buffer, let byteCount): try take(buffer, byteCount, isBad: false)
            case .bad(let buffer): try take(buffer, 0, isBad: true)
            case .lost: throw .lost
            }
        }
    }

    private mutating func take(_ buffer: Int, _ byteCount: Int, isBad: Bool) throws(SimulationError) {
        let sequence = statistics.received + statistics.bad
        guard reportIndex < reports.count else { throw .unexpectedFrame(direction: .receive, byteCount: byteCount) }
        guard !ownsReceived[buffer] else { throw .wrongBuffer(direction: .receive, buffer: buffer) }
        let report = reports[reportIndex]
        reportIndex += 1
        ownsReceived[buffer] = true
        kept.append(buffer)
        // Whether no bytes at all are a frame, the contract leaves open.
        if report.byteCount > 0 || report.isBad, report.isBad != isBad {
            throw .wrongFrame(direction: .receive, sequence: sequence, detail: "bad: \(isBad), reported \(report)")
        }
        if isBad {
            statistics.bad += 1
            return
        }
        guard byteCount == report.byteCount else {
            let detail = "length \(byteCount), reported \(report.byteCount)"
            throw .wrongFrame(direction: .receive, sequence: sequence, detail: detail)
        }
        let data = machine.buffer(buffer, of: machine.receivePool)
        let expected = frame(sequence, from: true)
        if report.byteCount > 0 {
            try compare(
                Array(UnsafeRawBufferPointer(start: data, count: byteCount)), expected, .receive, sequence)
        }
        // In a pool all of the buffer is the caller's, in a ring of bytes the frame.
        let isPool = machine.receivePool.kind == .pool
        memset(data, 0xDD, isPool ? machine.capacity(buffer, of: machine.receivePool) : byteCount)
        statistics.received += 1
    }

    private mutating func returnBuffer(all: Bool) throws(SimulationError) {
        let limit = all || generator.happens(perMille: 200) ? 0 : generator.number(in: policy.kept)
        if kept.count <= limit, !kept.isEmpty { statistics.heldBack += 1 }
        while kept.count > limit {
            let index = machine.model.takesAnyOrder ? generator.number(in: 0...kept.count - 1) : 0
            let buffer = kept.remove(at: index)
            let outcome = try machine.returnBuffer(buffer: buffer)
            guard outcome == .done else { throw .wrongBuffer(direction: .receive, buffer: buffer) }
            ownsReceived[buffer] = false
        }
    }

    private mutating func expectNothingMore() throws(SimulationError) {
        for _ in 0..<10 {
            machine.card.step(200)
            guard !policy.isPolite else { break }
            let outcome = try machine.receive()
            guard outcome == .none else { throw .unexpectedFrame(direction: .receive, byteCount: 0) }
        }
        guard let extra = machine.card.takeSent().first else { return }
        throw .unexpectedFrame(direction: .transmit, byteCount: extra.count)
    }
}
