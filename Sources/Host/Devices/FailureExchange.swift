// Calls a driver in any order while its card fails in any way, a seed deciding both. Nothing is right any more but
// this: every call ends within its limits, touches only what is granted, and hands out no buffer twice. Whether frames
// arrive is not asked; FrameExchange asks that, of a card that has recovered.

import Pipeline

/// A run of calls on a failing card.
public struct FailureExchange {
    /// What a run met, to show that it met anything.
    public struct Statistics: Hashable, Sendable {
        public var plans = 0
        public var calls = 0
        public var sent = 0
        public var busy = 0
        public var frames = 0
        public var bad = 0
        public var none = 0
        public var lost = 0
        public var givenBack = 0
        public var ready = 0
        public var stuck = 0
        public var gone = 0

        public init() {}

        public static func += (sum: inout Statistics, other: Statistics) {
            let fields: [WritableKeyPath<Statistics, Int>] = [
                \.plans, \.calls, \.sent, \.busy, \.frames, \.bad, \.none, \.lost, \.givenBack, \.ready, \.stuck,
                \.gone,
            ]
            for field in fields { sum[keyPath: field] += other[keyPath: field] }
        }
    }

    public private(set) var statistics = Statistics()
    private let machine: SimulatedMachine
    private let limits: CallLimits
    private var ledger: BufferLedger
    private var generator: SeededGenerator
    /// Whether bring-up said `ready` the last time: else nobody's buffers are known.
    private var isReady = true
    /// Offsets of the registers that bring-up reads: they decide what it answers.
    private var asked: [UInt64] = []

    /// - Precondition: the machine has been started, and nobody has sent or received since.
    public init(_ machine: SimulatedMachine, limits: CallLimits, seed: UInt64) {
        self.machine = machine
        self.limits = limits
        ledger = BufferLedger(machine)
        generator = SeededGenerator(seed: seed)
    }

    /// So many rounds, each a call or something that happens to the card.
    ///
    /// Throws: what calls and limits throw; `wrongBuffer`.
    public mutating func run(rounds: Int) throws(SimulationError) {
        machine.isCardSound = false
        machine.processor.isTracing = true
        machine.processor.trace = []
        try bringUp()
        for _ in 0..<rounds {
            if generator.happens(perMille: 20) {
                machine.card.failures = plan()
                statistics.plans += 1
                let isGone = machine.card.failures.isGone
                if generator.happens(perMille: isGone ? 500 : 250) { try bringUp() }
            }
            if generator.happens(perMille: 3) { try bringUp() }
            try round()
        }
        machine.processor.isTracing = false
    }

    /// Any failures at once: often some registers, often some lies, seldom all gone, sometimes nothing.
    private mutating func plan() -> FailurePlan {
        var plan = FailurePlan()
        guard !generator.happens(perMille: 150) else { return plan }
        for _ in 0..<generator.number(in: 0...3) {
            let register = limits.registers[generator.number(in: 0...limits.registers.count - 1)]
            var offset = register.offsets[generator.number(in: 0...register.count - 1)]
            if !asked.isEmpty, generator.happens(perMille: 400) {
                offset = asked[generator.number(in: 0...asked.count - 1)]
            }
            plan.registers[offset] = RegisterFailure.all[generator.number(in: 0...RegisterFailure.all.count - 1)]
        }
        plan.isGone = generator.happens(perMille: 30)
        plan.rings.neverCompletes = generator.happens(perMille: 30)
        let rates: [WritableKeyPath<RingFailures, Int>] = [
            \.emptyPerMille, \.hugePerMille, \.unendedPerMille, \.errorPerMille, \.scrambledAddressPerMille,
            \.lostPerMille, \.twicePerMille, \.doneAgainPerMille, \.noisePerMille, \.headJumpPerMille,
            \.tailJumpPerMille,
        ]
        for rate in rates where generator.happens(perMille: 300) {
            plan.rings[keyPath: rate] = generator.number(in: 1...200)
        }
        // A card that calls every slot done at once: it leads a driver round the ring as fast as it goes.
        if generator.happens(perMille: 50) { plan.rings.doneAgainPerMille = 1000 }
        return plan
    }

    private mutating func bringUp() throws(SimulationError) {
        let outcome = try machine.bringUp()
        let reads = machine.processor.trace.filter { !$0.isWrite }.map(\.offset)
        asked = Set(asked + reads).sorted()
        try note("bringup")
        isReady = outcome == .ready
        switch outcome {
        case .ready:
            statistics.ready += 1
            ledger.reset()
        case .stuck: statistics.stuck += 1
        case .gone: statistics.gone += 1
        }
    }

    private mutating func note(_ name: String) throws(SimulationError) {
        statistics.calls += 1
        try limits.check(machine, name)
    }

    private mutating func round() throws(SimulationError) {
        let number = generator.number(in: 0...9)
        if !isReady, number <= 6 { return try retry() }
        switch number {
        case 0, 1: try transmit()
        case 2:
            try machine.notify()
            try note("notify")
        case 3, 4, 5:
            // Sometimes all that there is, more than a ring holds, before anything goes back.
            var left = generator.happens(perMille: 30) ? 600 : 1
            while left > 0, try receive() { left -= 1 }
        case 6: try returnBuffer()
        case 7:
            _ = try machine.isLinkUp()
            try note("link")
            _ = try machine.stationAddress()
            try note("mac")
        default:
            for _ in 0..<generator.number(in: 1...4) {
                let byteCount = generator.number(in: 54...1508)
                machine.card.arrive(SimulatedMachine.stationAddress + [UInt8](repeating: 3, count: byteCount))
            }
            machine.card.step(generator.number(in: generator.happens(perMille: 20) ? 1000...3000 : 0...60))
            _ = machine.card.takeSent()
            _ = machine.card.takeReports()
        }
    }

    /// A card that did not come up is tried again now and then.
    private mutating func retry() throws(SimulationError) {
        if generator.happens(perMille: 20) { try bringUp() }
    }

    /// Mostly a buffer that is the caller's and a length that is right; else what is to be refused.
    private mutating func transmit() throws(SimulationError) {
        var buffer = machine.bufferCount(machine.transmitPool) + generator.number(in: 0...0xFFFF)
        var byteCount = generator.number(in: 60...1514)
        var isRight = false
        if !generator.happens(perMille: 50), !ledger.transmitFree.isEmpty {
            buffer = ledger.transmitFree[generator.number(in: 0...ledger.transmitFree.count - 1)]
            isRight = !generator.happens(perMille: 50)
            if !isRight {
                let isShort = generator.happens(perMille: 300)
                byteCount = isShort ? generator.number(in: 0...59) : 1515 + Int(generator.next() >> 33)
            }
        }
        let outcome = try machine.transmit(buffer: buffer, byteCount: byteCount)
        try note("transmit")
        guard isRight == (outcome != .refused) else {
            throw .outcomeOutsideContract(function: "transmit", value: machine.lastCall.value)
        }
        guard case .sent(let idle) = outcome else {
            if outcome == .busy { statistics.busy += 1 }
            return
        }
        statistics.sent += 1
        try ledger.exchange(posted: buffer, idle: idle)
    }

    /// Whether there was anything.
    private mutating func receive() throws(SimulationError) -> Bool {
        let outcome = try machine.receive()
        try note("receive")
        switch outcome {
        case .none: statistics.none += 1
        case .lost: statistics.lost += 1
        case .frame(let buffer, _):
            statistics.frames += 1
            try ledger.receive(buffer)
        case .bad(let buffer):
            statistics.bad += 1
            try ledger.receive(buffer)
        }
        // What makes no sense stays so until the card is brought up again.
        if outcome == .lost, generator.happens(perMille: 100) { try bringUp() }
        return outcome != .none && outcome != .lost
    }

    /// One of the caller's buffers, or all; sometimes what is no buffer. What is the caller's always has a slot.
    private mutating func returnBuffer() throws(SimulationError) {
        if ledger.receiveKept.isEmpty || generator.happens(perMille: 50) {
            let buffer = machine.bufferCount(machine.receivePool) + generator.number(in: 0...0xFFFF)
            try returnBuffer(buffer, as: .refused)
            return
        }
        let all = generator.happens(perMille: 300)
        repeat {
            let last = machine.model.takesAnyOrder ? ledger.receiveKept.count - 1 : 0
            let buffer = ledger.receiveKept[generator.number(in: 0...last)]
            try returnBuffer(buffer, as: .done)
            ledger.returnBuffer(buffer)
            statistics.givenBack += 1
        } while all && !ledger.receiveKept.isEmpty
    }

    private mutating func returnBuffer(_ buffer: Int, as expected: GiveBackOutcome) throws(SimulationError) {
        let outcome = try machine.returnBuffer(buffer: buffer)
        try note("giveback")
        guard outcome == expected else {
            throw .outcomeOutsideContract(function: "giveback", value: machine.lastCall.value)
        }
    }
}
