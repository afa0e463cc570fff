// Rings and pools that are smaller where a machine has little memory for many cards: how many buffers each card has then,
// that none is refused before it would have fewer than 64, and that nothing changes where memory is plenty.

import Hardware
import Metabinary
import Pipeline
import Testing

@Suite struct ScarceMemoryTests {
    /// The drivers of a recorded machine that has so much memory for them, each of its cards so many times.
    private func outcomes(_ mebibytes: UInt64, times: UInt8) throws -> [GenerationOutcome] {
        var facts = try RecordedFacts.named("pc-cards").facts
        let cards = facts.functions.filter { $0.address.bus == 0 && $0.classCode >> 16 == 2 }
        facts.functions = (0..<times).flatMap { round in
            cards.map { card in
                var other = card
                other.address = FunctionAddress(bus: round, device: card.address.device, function: 0)
                // Ranges of their own, where they would not be another's.
                for index in other.baseAddressRegisters.indices {
                    let isPort = other.baseAddressRegisters[index].kind == .io
                    let apart = UInt64(round) * (isPort ? 0x400 : 0x20_0000)
                    if isPort {
                        other.baseAddressRegisters[index].base += apart
                    } else {
                        other.baseAddressRegisters[index].base -= apart
                    }
                }
                return other
            }
        }
        facts.placement.dataByteCount = mebibytes << 20
        var observer = SilentObserver()
        return generate(facts, try ShippedAtlas.compiled.get().image, observer: &observer)
    }

    /// Buffers of each direction, by the name of a description.
    private func buffers(_ outcomes: [GenerationOutcome]) -> [String: Set<UInt64>] {
        var counts: [String: Set<UInt64>] = [:]
        for case .driver(let driver) in outcomes {
            for pool in driver.memories where pool.kind == .pool {
                counts[String(decoding: driver.name, as: UTF8.self), default: []].insert(pool.byteCount / pool.stride)
            }
        }
        return counts
    }

    @Test func `a card has as many as it can use where memory is plenty`() throws {
        let outcomes = try outcomes(32, times: 1)
        #expect(outcomes.allSatisfy { if case .driver = $0 { true } else { false } }, "\(outcomes)")
        let counts = buffers(outcomes)
        #expect(counts["e1000"] == [256, 264] && counts["e1000e"] == [256, 264] && counts["virtio_net"] == [128])
    }

    @Test func `a card has 64 where all could not have more, and each has its driver`() throws {
        // Five cards eight times; with full rings 13 drivers have room in 12 MiB.
        let outcomes = try outcomes(20, times: 8)
        #expect(outcomes.count == 40)
        #expect(outcomes.allSatisfy { if case .driver = $0 { true } else { false } }, "\(outcomes)")
        let counts = buffers(outcomes)
        #expect(counts["e1000"] == [64, 72] && counts["e1000e"] == [64, 72] && counts["virtio_net"] == [64])
    }

    @Test func `where 64 have no room either a card is refused by the memory that it lacks`() throws {
        let outcomes = try outcomes(8, times: 8)
        var reasons: Set<String> = []
        for case .refused(let refusal) in outcomes {
            guard case .memory(_, .noRoom) = refusal.error else {
                Issue.record("\(refusal.error)")
                continue
            }
            reasons.insert(String(decoding: refusal.deviceName, as: UTF8.self))
        }
        #expect(!reasons.isEmpty && outcomes.contains { if case .driver = $0 { true } else { false } })
        for counts in buffers(outcomes).values { #expect(counts.isSubset(of: [12, 16, 64, 72]), "\(counts)") }
    }
}
