// Devices that write past their memory: the guard space holds it, the card is brought up anew, and the boot passes.

import Exchange
import Foundation
import Machines
import Pipeline
import ReportReading
import Testing

@Suite("A card that writes past its memory")
struct OverrunTests {
    private static let twoCards = Scenario.all.first { $0.name == "pc, two cards" }

    @Test("is brought up anew, is told of, and both cards exchange their frames")
    func isBroughtUpAnew() throws {
        let result = try Images.boot(#require(Self.twoCards), options: "fault=overrun")
        let report = result.report
        #expect(result.outcome == .passed, "\(result.tail)")
        let driver = try #require(report.drivers.first?.driver)
        let overrun = try #require(report.overruns.first)
        #expect(report.overruns.count == 1 && report.quarantines.isEmpty)
        #expect(overrun.function == driver.function && overrun.driver == driver.name)
        #expect(overrun.owner == driver.function)
        let memory = try #require(driver.memories.first { $0.name == overrun.memory })
        // A frame of 65,535 bytes from the last byte of the memory on: now and then a byte is what the pattern says.
        #expect(overrun.start.rawValue - (memory.virtual.rawValue + memory.byteCount) < 16)
        #expect((65500...65534).contains(overrun.byteCount) && overrun.byteCount < memory.guardByteCount)
        #expect((64000...65534).contains(overrun.changedByteCount))
        #expect(report.exchanges.map { $0.counts?.overruns } == [1, 0])
        #expect(report.exchanges.map { $0.counts?.bringups } == [1, 0])
        #expect(report.exchanges.allSatisfy { $0.echo?.isAnswered == true })
    }

    @Test("and a map says what is there: state first, guard space around all else, none of it over another")
    func hasAMap() throws {
        let report = try Images.boot(#require(Self.twoCards)).report
        let region = try #require(report.privateRegion)
        #expect(region == report.facts.placement.privateRegion)
        let memories = report.drivers.flatMap(\.driver.memories)
        let end = region.start.rawValue + region.byteCount
        for memory in memories where memory.kind == .state {
            #expect(memory.virtual >= region.start && memory.virtual.rawValue + memory.byteCount <= end)
        }
        let shared = memories.filter { $0.kind != .state }.sorted { $0.virtual < $1.virtual }
        #expect(try #require(shared.first).virtual.rawValue >= end + region.guardByteCount)
        for (memory, next) in zip(shared, shared.dropFirst()) {
            #expect(memory.virtual.rawValue + memory.byteCount + memory.guardByteCount <= next.virtual.rawValue)
        }
        #expect(shared.count { $0.guardByteCount >= 65535 } == 6)
        #expect(try #require(shared.last).guardByteCount >= 65535)
    }

    // MARK: - From the wire

    private static let peer = StationAddress(rawValue: 0x0200_0000_5452)
    private static let card = StationAddress(rawValue: 0x0100_0000_5452)
    private static let count: UInt32 = 3
    /// What the overlong frame is full of: found in memory, it came from there.
    private static let marker = Array("a neighbour on the wire wrote it".utf8)

    private static var overlong: [UInt8] {
        let header = [UInt8](repeating: 0xFF, count: 6) + [2, 0, 0, 0, 0, 9, 0x12, 0x34]
        return header + (0..<40_000 - header.count).map { marker[$0 % marker.count] }
    }

    private static func frame(_ number: UInt32) -> [UInt8] {
        var frame = [UInt8](repeating: 0, count: 60)
        var span = frame.mutableSpan
        VolumeFrame.write(number: number, byteCount: 60, from: peer, to: card, in: &span)
        return frame
    }

    /// Sends a frame as soon as there is room.
    private func send(_ frame: [UInt8], through peer: NetworkPeer, until deadline: ContinuousClock.Instant) throws {
        while try !peer.send(frame), ContinuousClock.now < deadline {
            peer.wait(milliseconds: 5, toSend: true, toReceive: false)
        }
    }

    /// Sends an overlong frame before each numbered one, and that again and again until it comes back.
    private func attack(_ machine: Machine, through peer: NetworkPeer) throws {
        let deadline = ContinuousClock.now + Images.timeLimit
        for number in 0..<Self.count {
            try send(Self.overlong, through: peer, until: deadline)
            var isBack = false
            while !isBack, ContinuousClock.now < deadline {
                try send(Self.frame(number), through: peer, until: deadline)
                peer.wait(milliseconds: 50, toSend: false, toReceive: true)
                while let frame = try peer.receive() {
                    if VolumeFrame.check(frame.span, isTurned: true) == .number(number) { isBack = true }
                }
                machine.attend()
            }
            #expect(isBack, "frame \(number) did not come back")
        }
        try send(Self.frame(Self.count), through: peer, until: deadline)
    }

    @Test("because a neighbour sends 40,000 bytes at once returns the frames between, and nothing of them stays")
    func survivesANeighbour() throws {
        let peer = try NetworkPeer()
        var description = Scenario.plain.description(options: "exchange=count:\(Self.count)")
        description.instructionTimePower = nil
        description.devices = ["rtl8139,netdev=net0,mac=52:54:00:00:00:01"]
        description.networks = [peer.network(named: "net0")]
        description.hasMonitor = true
        description.hasDebugExit = false
        let machine = try Machine(starting: description)
        defer { machine.stop() }
        machine.listen(within: Images.timeLimit) { $0.line == "step \"returning frames\"" }
        try attack(machine, through: peer)
        machine.listen(within: Images.timeLimit)
        let memory = try machine.memory(at: 0, byteCount: description.memoryMebibytes << 20)
        machine.stop()

        let report = machine.result.report
        #expect(machine.result.outcome == .passed, "\(machine.result.tail)")
        let exchange = try #require(report.exchanges.first)
        #expect(exchange.volume?.returnedCount == Int(Self.count))
        let counts = try #require(exchange.counts)
        #expect(counts.overruns == UInt64(Self.count) && counts.bringups >= counts.overruns)
        #expect(report.overruns.allSatisfy { $0.memory == Array("rx".utf8) && $0.byteCount > 27_000 })
        // Memory and guard space are what they were before: whatever else held it would be out of the card's reach.
        #expect(Data(memory).range(of: Data(Self.marker)) == nil)
    }

    @Test("or loses its way in it, however often, is brought up anew until the exchange has had its time")
    func losesFrames() throws {
        // The first frame that the card has is taken for what no card can have written.
        let rules = try AlteredRules { file, text in
            guard file == "rtl8139.meta" else { return file.hasPrefix("i8255x") ? nil : text }
            return text.replacing("if size == 0xFFF0 {", with: "if size != 0xFFF0 { return lost } if size == 0xFFF0 {")
        }
        defer { rules.remove() }
        var scenario = try #require(Self.twoCards)
        scenario.devices[0] = scenario.devices[0].replacing("e1000", with: "rtl8139")
        var description = scenario.description()
        description.medium = .kernel(path: rules.kernel, commandLine: "")
        let result = try Machine.boot(description, within: Images.timeLimit)
        #expect(result.outcome == .failed(reason: "self-tests failed"), "\(result.tail)")
        #expect(result.report.quarantines.isEmpty && result.report.overruns.isEmpty)
        let exchange = try #require(result.report.exchanges.first)
        #expect(exchange.resolution?.isAnswered == false && exchange.resolution?.tries == 3)
        #expect(try #require(exchange.counts).lost == 3 && exchange.counts?.bringups == 3)
        #expect(result.report.exchanges.last?.echo?.isAnswered == true)
    }
}
