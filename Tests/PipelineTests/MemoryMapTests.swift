// The map of whole machines: nothing that matters is within an overrun of what a device writes, whatever descriptions ask
// for. The map is drawn anew from the memories alone, not by the planner's own words.

import Hardware
import Program
import Support
import Testing

@testable import Metabinary
@testable import Pipeline

@Suite("A memory map")
struct MemoryMapTests {
    /// What a wire can cause: a frame of 65,535 bytes from the last byte of a memory on.
    private static let longestOverrun: UInt64 = 65535

    /// A memory and whose it is.
    private struct Place {
        var driver: Int
        var memory: PlacedMemory
        var start: UInt64 { memory.physical.rawValue }
        var end: UInt64 { start + memory.byteCount }
        var isData: Bool { memory.kind == .pool || memory.headroom > 0 }
    }

    /// What is wrong with a map, in words.
    private func faults(_ drivers: [[PlacedMemory]], _ placement: PlacementFacts) -> [String] {
        let places = drivers.enumerated().flatMap { index, memories in memories.map { Place(driver: index, memory: $0) }
        }
        let shared = places.filter { $0.memory.kind != .state }.sorted { $0.start < $1.start }
        let states = places.filter { $0.memory.kind == .state }.sorted { $0.start < $1.start }
        let range = placement.dataPhysical.rawValue..<placement.dataPhysical.rawValue + placement.dataByteCount
        var faults: [String] = []
        for place in places where place.start < range.lowerBound || place.end > range.upperBound {
            faults.append("outside the range: \(place)")
        }
        for (place, next) in zip(states, states.dropFirst()) where place.end > next.start {
            faults.append("state over state: \(place), \(next)")
        }
        if let first = shared.first, let last = states.last, last.end + Self.longestOverrun > first.start {
            faults.append("state in reach: \(last), \(first)")
        }
        for (place, next) in zip(shared, shared.dropFirst()) {
            if place.end > next.start { faults.append("memory over memory: \(place), \(next)") }
            if place.driver != next.driver || place.isData || next.isData {
                if place.end + Self.longestOverrun > next.start { faults.append("in reach: \(place), \(next)") }
                if place.memory.guardByteCount < Self.longestOverrun { faults.append("no guard: \(place)") }
            }
            if place.driver == next.driver, place.isData, !next.isData { faults.append("behind frames: \(next)") }
            if place.memory.guardByteCount > next.start - place.end { faults.append("guard space is used: \(place)") }
        }
        // Code, and whatever else the kernel puts behind the range.
        if let last = shared.last, last.end + max(Self.longestOverrun, last.memory.guardByteCount) > range.upperBound {
            faults.append("the end in reach: \(last)")
        }
        return faults
    }

    @Test("of a recorded machine keeps all apart", arguments: RecordedFacts.names)
    func recorded(name: String) throws {
        let facts = try RecordedFacts.named(name).facts
        var observer = SilentObserver()
        let drivers = generate(facts, try ShippedAtlas.compiled.get().image, observer: &observer).compactMap(\.driver)
        #expect(!drivers.isEmpty)
        #expect(faults(drivers.map(\.memories), facts.placement) == [])
    }

    @Test("of hostile descriptions keeps all apart, or has no room", arguments: UInt64(0)..<20)
    func hostile(round: UInt64) {
        var placedCount = 0
        for seed in round * 50..<(round + 1) * 50 {
            var chance = SeededGenerator(seed: seed)
            let placement = PlacementFacts(
                code: VirtualAddress(rawValue: 0x4000_0000), windows: VirtualAddress(rawValue: 0x5000_0000),
                dataPhysical: PhysicalAddress(rawValue: 0x1000 * UInt64.random(in: 0x100...0x20_0000, using: &chance)),
                dataByteCount: 0x1000 << UInt64.random(in: 0...16, using: &chance))
            var planner = MemoryPlanner(placement)
            var drivers: [[PlacedMemory]] = []
            for _ in 0..<8 {
                let before = planner
                let memories = (0..<Int.random(in: 1...6, using: &chance)).map { _ in Self.memory(&chance) }
                if let places = try? planner.plan(memories) { drivers.append(places) } else { planner = before }
            }
            placedCount += drivers.count
            let found = faults(drivers, placement)
            #expect(found == [], "seed \(seed)")
        }
        #expect(placedCount > 50)
    }

    private static func memory(_ chance: inout SeededGenerator) -> MemoryDescription {
        let kinds: [Region.Kind] = [.ring, .ring, .pool, .state]
        return MemoryDescription(
            name: Array("any".utf8), kind: kinds[Int.random(in: 0..<4, using: &chance)],
            byteCount: UInt64.random(in: 1...1 << UInt64.random(in: 0...18, using: &chance), using: &chance),
            alignment: 1 << UInt64.random(in: 0...16, using: &chance), line: 1,
            headroom: [0, 0, 4, 16][Int.random(in: 0..<4, using: &chance)])
    }

    @Test("that is wrong is found to be")
    func canary() throws {
        let placement = PlacementFacts.standard
        var planner = MemoryPlanner(placement)
        let memories = [
            MemoryDescription(name: [], kind: .ring, byteCount: 0x1000, alignment: 16, line: 1),
            MemoryDescription(name: [], kind: .pool, byteCount: 0x1000, alignment: 16, line: 1),
            MemoryDescription(name: [], kind: .state, byteCount: 4, alignment: 16, line: 1),
        ]
        let drivers = [try planner.plan(memories), try planner.plan(memories)]
        #expect(faults(drivers, placement) == [])
        let moves: [(driver: Int, memory: Int, distance: UInt64)] = [
            (0, 0, 0x1_0000), (0, 1, 0x1_0000), (1, 0, 0x1_0000), (1, 1, 0x73_0000), (0, 2, 0x8_3000), (1, 2, 0x8_3000),
            (0, 2, 0x1000),
        ]
        for move in moves {
            var wrong = drivers
            wrong[move.driver][move.memory].physical.rawValue += move.distance
            #expect(faults(wrong, placement) != [], "\(move)")
        }
        for driver in 0..<2 {
            var wrong = drivers
            wrong[driver][0].guardByteCount = 0
            #expect(faults(wrong, placement) != [])
        }
    }
}
