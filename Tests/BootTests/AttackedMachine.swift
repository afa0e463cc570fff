// A machine whose cards are attacked by their neighbours, and its memory before and after, from outside. One card after the
// other has its volume test; whoever was brought up so far is attacked all the while.

import Exchange
import Foundation
import Hardware
import Machines
import ReportReading
import Testing

/// What came of an attack.
struct AttackOutcome {
    /// Bytes that changed and may not.
    var changes: [MemoryChange] = []
    /// The round of a card after which its numbered frame did not come back.
    var silence: String?
    var hostileCount = 0
    var resentCount = 0
    var boot: BootResult
}

/// A machine under attack.
final class AttackedMachine {
    /// Time for a numbered frame to come back, in which the kernel itself gives up.
    private static let patience = Duration.seconds(12)
    /// Rounds between two dumps.
    private static let roundsPerDump = 512

    private let machine: Machine
    private let seed: UInt64
    private let neighbours: [HostileNeighbour]
    private let image: KernelSegments
    private var changes: [MemoryChange] = []
    private var silence: String?

    /// Whether a card may write to its memories and to guard space. Without it everything that it writes is found.
    private let allowsCards: Bool
    /// Whether a card whose test is over is let reach memory again, as if the kernel had not laid it to rest.
    private let wakesCards: Bool

    /// Starts a machine of a row that returns so many frames through each card.
    ///
    /// - Parameters:
    ///   - kernel: another kernel than the shipped one.
    ///   - early: what each neighbour sends from the first moment on.
    init(
        _ row: AttackRow, count: Int, seed: UInt64, kernel: String = Images.kernel, early: [HostileFrame] = [],
        allowsCards: Bool = true, wakesCards: Bool = false
    ) throws {
        self.seed = seed
        self.allowsCards = allowsCards
        self.wakesCards = wakesCards
        image = try KernelSegments(path: kernel)
        var description = MachineDescription(
            row.board, .kernel(path: kernel, commandLine: "exchange=count:\(count) report=first"))
        description.memoryMebibytes = 64
        description.hasMonitor = true
        // At its end the machine stays, so that a driver that failed leaves a memory to look at.
        description.hasDebugExit = false
        let peers = try row.models.map { _ in try NetworkPeer() }
        for (index, (peer, model)) in zip(peers, row.models).enumerated() {
            description.networks.append(peer.network(named: "net\(index)"))
            description.devices.append("\(model),netdev=net\(index),mac=52:54:00:00:00:0\(index + 1)")
        }
        neighbours = peers.enumerated().map { index, peer in
            HostileNeighbour(through: peer, from: Self.station(index), to: Self.card(index))
        }
        machine = try Machine(starting: description)
        let maker = HostileFrameMaker(from: Self.station(0), to: Self.card(0), target: 1 << 20, seed: seed)
        for neighbour in neighbours {
            for frame in early { try neighbour.attack(maker.bytes(of: frame), within: .milliseconds(200)) }
        }
    }

    deinit { machine.stop() }

    /// Addresses as `StationAddress` has them, the first octet lowest: 02:00:00:00:54:5x and 52:54:00:00:00:0x.
    private static func station(_ index: Int) -> StationAddress {
        StationAddress(rawValue: 0x5054_0000_0002 | UInt64(index) << 40)
    }
    private static func card(_ index: Int) -> StationAddress {
        StationAddress(rawValue: 0x0000_0000_5452 | UInt64(index + 1) << 40)
    }

    /// Attacks every card in turn, and with it those before it.
    func attack(_ rounds: [AttackRound]) throws -> AttackOutcome {
        for index in neighbours.indices where silence == nil {
            guard waitForVolumeTest(index) else { break }
            try attack(index, rounds)
        }
        machine.listen(within: Images.timeLimit)
        return AttackOutcome(
            changes: changes, silence: silence, hostileCount: neighbours.reduce(0) { $0 + $1.hostileCount },
            resentCount: neighbours.reduce(0) { $0 + $1.resentCount }, boot: try machine.finish())
    }

    private func isAtItsTest() -> Bool {
        machine.attend()
        return !machine.hasVerdict
    }

    private func waitForVolumeTest(_ index: Int) -> Bool {
        let step = Array("returning frames".utf8)
        func count() -> Int { machine.result.report.steps.count { $0 == step } }
        if count() <= index {
            machine.listen(within: Images.timeLimit) { $0.line.hasPrefix("step \"returning") && count() > index }
        }
        return count() > index
    }

    private func attack(_ index: Int, _ rounds: [AttackRound]) throws {
        let neighbour = neighbours[index]
        // Twice, so that all that a first frame sets up is set up.
        for _ in 0..<2 where try !neighbour.exchange(within: Self.patience, attend: isAtItsTest) {
            silence = "card \(index) carries nothing before the attack"
            return
        }
        let report = machine.result.report
        let functions = report.drivers.map(\.driver.function)
        if wakesCards { for function in functions.prefix(index) { try wake(function) } }
        var before = try machine.frozenMemory()
        let attacked = !allowsCards ? [] : wakesCards ? Array(functions.prefix(index + 1)) : [functions[index]]
        let map = GuestMemoryMap(
            of: report, image, before, attacked: attacked, running: functions[index])
        changes += map.deviations(of: before)
        let maker = HostileFrameMaker(
            from: Self.station(index), to: Self.card(index), target: target(report, before), seed: seed)
        for (number, round) in rounds.enumerated() {
            try send(round, by: index, maker)
            let isBack = try neighbour.exchange(within: Self.patience, attend: isAtItsTest)
            if !isBack { silence = "round \(number) of card \(index): \(round.frames.prefix(3))" }
            guard !isBack || number == rounds.count - 1 || (number + 1) % Self.roundsPerDump == 0 else { continue }
            let after = try machine.frozenMemory()
            changes += map.changes(from: before, to: after)
            if !isBack { return }
            before = after
        }
        _ = try neighbour.finish(within: Self.patience) {
            guard isAtItsTest() else { return true }
            return machine.result.report.exchanges.count { $0.volume != nil } > index
        }
    }

    /// Lets a card reach memory, behind the kernel's back, by configuration mechanism #1 (PCI Local Bus Specification, revision
    /// 3.0, section 3.2.2.3.2): bits 1 and 2 of the command register (6.2.2).
    private func wake(_ function: FunctionAddress) throws {
        _ = try machine.monitor("stop")
        _ = try machine.monitor("o /w 0xcf8 \(0x8000_0004 | UInt32(function.rawValue) << 8)")
        _ = try machine.monitor("o /h 0xcfc 7")
        _ = try machine.monitor("cont")
    }

    /// Where crafted contents lead: to the code that the last driver receives with.
    private func target(_ report: MachineReport, _ memory: GuestMemory) -> UInt64 {
        let entry = report.drivers.last?.driver.functions.first { $0.name.elementsEqual("receive".utf8) }?.entry
        return entry.flatMap { GuestPageTables(of: memory).physical($0.rawValue) } ?? image.segments[0].start
    }

    private func send(_ round: AttackRound, by index: Int, _ maker: HostileFrameMaker) throws {
        for frame in round.frames where !machine.hasVerdict {
            let bytes = maker.bytes(of: frame)
            // Cards whose test is over take what they have room for; nobody empties their rings.
            for earlier in neighbours.prefix(index) { try earlier.attack(bytes) }
            try neighbours[index].attack(bytes, within: .milliseconds(100), attend: isAtItsTest)
        }
        guard round.cutsLink else { return }
        _ = try machine.monitor("set_link net\(index) off")
        _ = try neighbours[index].attack(maker.bytes(of: HostileFrame(40_000, .ones)))
        _ = try machine.monitor("set_link net\(index) on")
    }
}
