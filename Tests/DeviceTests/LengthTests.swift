// Frames of every length that a neighbour may send, in every way in which a card may show them, and floods that no ring holds:
// none has a driver of any family give up, and the next good frame is received. METAOS_ATTACK=all has every length come in
// every way; a run without it a seeded share of those that nothing ends at.

import Devices
import Foundation
import Pipeline
import Testing

@Suite struct LengthTests {
    private static let longest = 16_384
    /// The longest frame that QEMU takes from a peer, which a neighbour that means harm sends.
    private static let longestOfAll = 69_632
    /// Lengths at which a frame, a buffer, a ring or what follows it ends.
    private static let edges =
        Array(0...70) + Array(1500...1560) + Array(2020...2060) + Array(4080...4100) + Array(8170...8200)
        + Array(9725...9750) + Array(14_830...14_860) + Array(16_370...longest)

    private static let lengths: [Int] = {
        if ProcessInfo.processInfo.environment["METAOS_ATTACK"] == "all" { return Array(0...longest) }
        var generator = SeededGenerator(seed: seed)
        return edges + (0..<400).map { _ in generator.number(in: 0...longest) }
    }()

    /// A driver with its card, and the frames that have to come through.
    private final class Wire {
        let machine: SimulatedMachine
        private var number: UInt8 = 0
        private(set) var bad = 0
        private(set) var bringUps = 0

        init(_ row: DriverUnderTest, _ timing: CardTiming, _ lengths: LengthManner, seed: UInt64) throws {
            machine = try SimulatedMachine(
                row.driver, row.model, timing: timing, clockFrequency: row.clockFrequency, seed: seed)
            machine.card.lengths = lengths
            try machine.start()
        }

        /// Everybody's frame, so that one too short for an address is let in as well.
        func arrive(_ byteCount: Int) {
            let content = [UInt8](repeating: UInt8(truncatingIfNeeded: byteCount), count: max(0, byteCount - 6))
            machine.card.arrive([UInt8](repeating: 0xFF, count: min(6, byteCount)) + content)
        }

        /// A good frame of a number, for this station alone.
        func good() -> [UInt8] {
            number &+= 1
            return SimulatedMachine.stationAddress + [UInt8](repeating: number, count: 60 + Int(number) - 6)
        }

        /// The good frames among those that have come. A card that wrote past its memory is brought up anew.
        ///
        /// Throws: `lost` where the driver gives up though all that came was a frame of some length.
        func take() throws -> [[UInt8]] {
            var frames: [[UInt8]] = []
            var quiet = 0
            // A card that is late may stand still for some thousand steps.
            while quiet < (machine.card.timing.isImmediate ? 8 : 24) {
                machine.card.step(machine.card.timing.isImmediate ? 1 : 400)
                let outcome = try machine.receive()
                if machine.memory.overrun != nil {
                    try bringUpAnew()
                    continue
                }
                quiet = outcome == .none ? quiet + 1 : 0
                switch outcome {
                case .none: break
                case .lost: throw SimulationError.lost
                case .bad(let buffer):
                    bad += 1
                    _ = try machine.returnBuffer(buffer: buffer)
                case .frame(let buffer, let byteCount):
                    let data = machine.buffer(buffer, of: machine.receivePool)
                    let frame = Array(UnsafeRawBufferPointer(start: data, count: byteCount))
                    if frame.starts(with: SimulatedMachine.stationAddress) { frames.append(frame) }
                    _ = try machine.returnBuffer(buffer: buffer)
                }
            }
            return frames
        }

        private func bringUpAnew() throws {
            bringUps += 1
            machine.memory.forgetOverrun()
            try machine.start()
        }
    }

    @Test(arguments: DriverUnderTest.families, LengthManner.allCases)
    func `a frame of any length is a frame, or bad, or not there, and the next good one is received`(
        row: DriverUnderTest, manner: LengthManner
    ) throws {
        let wire = try Wire(row, .immediate, manner, seed: seed)
        for length in Self.lengths {
            wire.arrive(length)
            #expect(try wire.take() == [], "\(length) bytes, seed \(seed)")
            let good = wire.good()
            wire.machine.card.arrive(good)
            #expect(try wire.take() == [good], "after \(length) bytes, seed \(seed)")
        }
        #expect(wire.machine.card.violations == [])
        print("\(row), \(manner): \(wire.bad) bad, \(wire.bringUps) bring-ups")
        if manner == .dropped { #expect(wire.bad == 0) }
        #expect(wire.bringUps == 0 || row == .byteRing && manner != .cut)
    }

    @Test(arguments: DriverUnderTest.families, LengthManner.allCases)
    func `so it is where longer ones come at once, and the card is late`(
        row: DriverUnderTest, manner: LengthManner
    ) throws {
        let wire = try Wire(row, .late, manner, seed: seed)
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<40 {
            for _ in 0..<generator.number(in: 1...8) { wire.arrive(generator.number(in: 0...Self.longestOfAll)) }
            _ = try wire.take()
            let good = wire.good()
            wire.machine.card.arrive(good)
            #expect(try wire.take() == [good], "seed \(seed)")
        }
        #expect(wire.machine.card.violations == [])
    }

    /// Of a flood some frames are lost, but none is changed, repeated or out of its order, and the card goes on.
    @Test(arguments: DriverUnderTest.families, [LengthManner.dropped, .asTheyAre])
    func `a flood costs frames and nothing else`(row: DriverUnderTest, manner: LengthManner) throws {
        // Late, frames come while others are read.
        let wire = try Wire(row, manner == .asTheyAre ? .late : .immediate, manner, seed: seed)
        var generator = SeededGenerator(seed: seed)
        var number = 0
        var missed = 0
        for _ in 0..<20 {
            var came: [[UInt8]] = []
            for _ in 0..<generator.number(in: 20...400) {
                let filling = [UInt8(truncatingIfNeeded: number >> 8), UInt8(truncatingIfNeeded: number)]
                let content = (0..<generator.number(in: 27...754)).flatMap { _ in filling }
                came.append(SimulatedMachine.stationAddress + content)
                number += 1
            }
            for frame in came { wire.machine.card.arrive(frame) }
            var rest = came[...]
            for frame in try wire.take() {
                // Each comes after the one before it, as it was sent.
                let place = try #require(rest.firstIndex(of: frame), "seed \(seed)")
                rest = rest[(place + 1)...]
            }
            let good = wire.good()
            wire.machine.card.arrive(good)
            #expect(try wire.take() == [good], "seed \(seed)")
            missed = wire.machine.card.missedCount
        }
        #expect(wire.machine.card.violations == [])
        print("\(row), \(manner): \(missed) of \(number) frames missed")
        #expect(wire.bringUps == 0)
    }
}
