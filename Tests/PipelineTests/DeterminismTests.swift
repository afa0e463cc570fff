// The same facts give the same bytes, in whatever order the machine was scanned and whoever looks on, and what is put
// somewhere is in nobody's way: machines of chance with many cards, by seed.

import Hardware
import Metabinary
import Pipeline
import Testing

@Suite struct DeterminismTests {
    private static let seeds = UInt64(1)...40
    private static let pageByteCount: UInt64 = 4096

    /// SplitMix64: the same draws for the same seed.
    private struct Chance: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var value = state
            value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
            value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
            return value ^ value >> 31
        }
    }

    private static func image() throws -> MetabinaryImage { try ShippedAtlas.compiled.get().image }

    private static func outcomes(_ facts: MachineFacts) throws -> [GenerationOutcome] {
        var observer = SilentObserver()
        return generate(facts, try image(), observer: &observer)
    }

    /// The functions of the recorded machines that a rule describes.
    private static func cards() throws -> [PCIFunction] {
        let image = try image()
        return try RecordedFacts.all.get().flatMap(\.facts.functions).filter {
            image.mostSpecificDevice(for: $0) != nil
        }
    }

    /// A machine with up to nine cards among other functions, with windows of many sizes, placed anywhere.
    private static func machine(_ chance: inout Chance) throws -> MachineFacts {
        var facts = MachineFacts()
        let cards = try cards()
        let others = try RecordedFacts.named("pc").facts.functions.filter { $0.vendor != cards[0].vendor }
        var addresses = Set<UInt16>()
        let count = Int.random(in: 1...9, using: &chance)
        while addresses.count < count + 4 { addresses.insert(UInt16.random(in: 0...0xFFFF, using: &chance)) }
        for (index, address) in addresses.sorted().shuffled(using: &chance).enumerated() {
            let candidates = index < count ? cards : others
            var function = candidates[Int.random(in: 0..<candidates.count, using: &chance)]
            function.address = FunctionAddress(rawValue: address)
            for bar in function.baseAddressRegisters.indices where function.baseAddressRegisters[bar].kind != .io {
                let grown = function.baseAddressRegisters[bar].byteCount << UInt64.random(in: 0...9, using: &chance)
                function.baseAddressRegisters[bar].byteCount = grown
                function.baseAddressRegisters[bar].base = grown * UInt64.random(in: 0...60, using: &chance)
            }
            facts.functions.append(function)
        }
        // Apart by 16 MiB at least: what is below the other may end there.
        let code = UInt64.random(in: 0x1000...0x7_FFFF, using: &chance) * pageByteCount
        var windows = code
        while windows.distance(to: code).magnitude < 16 << 20 {
            windows = UInt64.random(in: 0x1000...0x7_FFFF, using: &chance) * pageByteCount
        }
        let dataByteCount: UInt64 = 16 << 20
        var data = code
        while data.distance(to: code).magnitude < 32 << 20 || data.distance(to: windows).magnitude < 32 << 20 {
            data = UInt64.random(in: 0x1000...0x7_EFFF, using: &chance) * pageByteCount
        }
        facts.placement = PlacementFacts(
            code: VirtualAddress(rawValue: code), windows: VirtualAddress(rawValue: windows),
            data: VirtualAddress(rawValue: data), dataPhysical: PhysicalAddress(rawValue: 0x40_0000),
            dataByteCount: dataByteCount)
        // A driver waits, so it needs a clock.
        facts.clock = ClockFacts(frequency: 2_000_000_000, source: .powerManagementTimer)
        return facts
    }

    /// The pages that a driver takes: those of its code, of each window, of its state, and of its other memories with the
    /// guard spaces between and after them.
    private static func ranges(of driver: GeneratedDriver) -> [Range<UInt64>] {
        let code = driver.functions[0].entry.rawValue
        let places = [code..<code + UInt64(driver.code.count)]
        return places
            + driver.windows.filter { $0.space == .memory }.map { window in
                let start = window.virtual.rawValue / pageByteCount * pageByteCount
                let end = window.virtual.rawValue + window.byteCount
                return start..<(end + pageByteCount - 1) / pageByteCount * pageByteCount
            }
            + [false, true].compactMap { Self.memoryPages(of: driver, isState: $0) }
    }

    private static func memoryPages(of driver: GeneratedDriver, isState: Bool) -> Range<UInt64>? {
        let memories = driver.memories.filter { ($0.kind == .state) == isState }
        guard let first = memories.map(\.virtual.rawValue).min(),
            let end = memories.map({ $0.virtual.rawValue + $0.byteCount + $0.guardByteCount }).max()
        else { return nil }
        return first / pageByteCount * pageByteCount..<(end + pageByteCount - 1) / pageByteCount * pageByteCount
    }

    @Test(arguments: RecordedFacts.names)
    func `functions found in another order give the same drivers`(name: String) throws {
        let facts = try RecordedFacts.named(name).facts
        let expected = try Self.outcomes(facts)
        #expect(expected.contains { $0.driver != nil })
        for seed in Self.seeds {
            var chance = Chance(state: seed)
            var shuffled = facts
            shuffled.functions.shuffle(using: &chance)
            let isSame = try Self.outcomes(shuffled) == expected
            #expect(isSame, "seed \(seed)")
        }
    }

    @Test func `machines of chance give the same drivers in any order, and whoever looks on`() throws {
        for seed in Self.seeds {
            var chance = Chance(state: seed)
            var facts = try Self.machine(&chance)
            let expected = try Self.outcomes(facts)
            let isSameAgain = try Self.outcomes(facts) == expected
            #expect(isSameAgain, "seed \(seed)")
            facts.functions.shuffle(using: &chance)
            var counter = CountingObserver()
            let isSameShuffled = generate(facts, try Self.image(), observer: &counter) == expected
            #expect(isSameShuffled, "seed \(seed)")
            #expect(counter.count > 0)
        }
    }

    @Test func `no two drivers share a page, no window overlaps, and all is within reach`() throws {
        var driverCount = 0
        for seed in Self.seeds {
            var chance = Chance(state: seed)
            let facts = try Self.machine(&chance)
            let drivers = try Self.outcomes(facts).compactMap(\.driver)
            driverCount += drivers.count
            let ranges = drivers.flatMap(Self.ranges).sorted { $0.lowerBound < $1.lowerBound }
            let overlap = zip(ranges, ranges.dropFirst()).first { $0.upperBound > $1.lowerBound }
            #expect(overlap == nil, "seed \(seed)")
            let end = ranges.map(\.upperBound).max() ?? 0
            #expect(end <= 0x8000_0000, "seed \(seed)")
            for driver in drivers {
                #expect(driver.functions[0].entry.rawValue % Self.pageByteCount == 0, "seed \(seed)")
                for (function, next) in zip(driver.functions, driver.functions.dropFirst()) {
                    let functionEnd = function.entry.rawValue + UInt64(function.bytes.count)
                    #expect(functionEnd <= next.entry.rawValue, "seed \(seed)")
                }
                for window in driver.windows where window.space != .configuration {
                    let register = facts.functions.first { $0.address == driver.function }?
                        .baseAddressRegister(window.bar)
                    #expect(window.physical.rawValue == (register?.base ?? 0) + window.offset, "seed \(seed)")
                    #expect(window.offset + window.byteCount <= register?.byteCount ?? 0, "seed \(seed)")
                    // The processor's page offset is the same on both sides of a page table.
                    #expect(
                        window.virtual.rawValue % Self.pageByteCount == window.physical.rawValue % Self.pageByteCount)
                }
            }
        }
        #expect(driverCount > 60, "the machines of chance are to have cards that get a driver")
    }

    @Test func `two cards of one kind get the same code, each on its own page and for its own window`() throws {
        var facts = try RecordedFacts.named("pc").facts
        let address = FunctionAddress(bus: 0, device: 31, function: 7)
        let card = try #require(facts.functions.first { $0.vendor == 0x8086 && $0.device == 0x100E })
        var second = card
        second.address = address
        second.baseAddressRegisters[0].base += 0x2_0000
        facts.functions.append(second)
        let drivers = try Self.outcomes(facts).compactMap(\.driver).filter { $0.name == Array("e1000".utf8) }
        try #require(drivers.count == 2)
        #expect(drivers.map(\.function) == [address, card.address])
        #expect(
            drivers.map { $0.functions.map(\.bytes.count) }[0] == drivers.map { $0.functions.map(\.bytes.count) }[1])
        let pages = drivers.map { $0.functions[0].entry.rawValue / Self.pageByteCount }
        #expect(pages[0] < pages[1])
        #expect(drivers[0].functions[0].bytes != drivers[1].functions[0].bytes)
    }

    @Test func `other places give other bytes: the comparison above is not blind`() throws {
        var facts = try RecordedFacts.named("pc").facts
        let expected = try Self.outcomes(facts)
        facts.placement.windows.rawValue += Self.pageByteCount << 8
        let isSame = try Self.outcomes(facts) == expected
        #expect(!isSame)
    }
}

/// Counts what it sees, and so is in the way if an observer could be.
private struct CountingObserver: PipelineObserver {
    var count = 0

    mutating func matched(_ function: PCIFunction, by device: DeviceDescription) { count += 1 }
    mutating func planned(_ windows: [PlacedWindow]) { count += 1 }
    mutating func refused(_ refusal: Refusal) { count += 1 }
    mutating func verified(_ driver: GeneratedDriver) { count += 1 }
}
