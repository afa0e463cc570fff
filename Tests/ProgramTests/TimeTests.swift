// What a call of a program takes at most: every kind of item by its price, and blocks as often as they run.

import Hardware
import Program
import Testing

@Suite struct TimeTests {
    /// Counts of a clock of 1 GHz in a microsecond.
    private static let microsecond: UInt64 = 1000

    /// A program over a window, ports and a ring, whose item n is of line n + 1.
    private func time(_ items: [Item]) throws -> TimeMeter {
        var program = Program(result: .void)
        program.items = (items + [Item(.returnValue, .void, origin: 0)]).enumerated().map { index, item in
            var item = item
            item.origin += UInt16(2 * index)
            return item
        }
        program.regions = [Region.Kind.window, .ports, .ring].map {
            Region(kind: $0, address: VirtualAddress(rawValue: 0x8000), byteCount: 16)
        }
        program.origins = program.items.indices.flatMap { index in
            [FactSet.identity, [.identity, .clock]].map { Origin(line: UInt16(index + 1), facts: $0) }
        }
        try ProgramChecker.check(program)
        return program.time(clockFrequency: 1_000_000 * Self.microsecond)
    }

    private func load(_ region: UInt8) -> Item { Item(.load, .u32, region: region, origin: 0) }
    private func loop(_ count: UInt64) -> Item { Item(.loop, .u32, immediate: count, origin: 0) }
    private let end = Item(.end, .void, origin: 0)

    /// A wait for a cell of the ring, as item `index`: its time, 300 ns of items that count twice, 300 that count once.
    private func wait(_ microseconds: UInt64, at index: UInt16) -> [Item] {
        let value = ItemReference(rawValue: index + 1)
        return [
            Item(.wait, .void, immediate: microseconds * Self.microsecond, origin: 1), load(2),
            Item(.equal, .boolean, left: value, right: value, origin: 0),
            Item(.until, .void, left: ItemReference(rawValue: index + 2), origin: 0),
            Item(.returnValue, .void, origin: 0), end,
        ]
    }

    @Test func `an item takes a tenth of a microsecond, an access of a device two more`() throws {
        #expect(try time([]).bound == TimeBound(workNanoseconds: 100))
        #expect(try time([load(2)]).bound == TimeBound(workNanoseconds: 200))
        #expect(try time([load(0)]).bound == TimeBound(workNanoseconds: 2_200))
        #expect(try time([load(1), load(0)]).bound == TimeBound(workNanoseconds: 4_300))
    }

    @Test func `what stands in loops counts as often as they turn together`() throws {
        #expect(try time([loop(10), load(2), end]).bound.workNanoseconds == 100 + 10 * 200 + 100)
        let nested = [loop(10), loop(20), load(0), end, load(2), end]
        #expect(try time(nested).bound.workNanoseconds == 100 + 10 * (100 + 20 * 2_200 + 100 + 100) + 100)
    }

    @Test func `a wait takes its time, and two looks`() throws {
        let once = TimeBound(workNanoseconds: 100 + 2 * 300 + 200 + 100, waitingMicroseconds: 50)
        #expect(try time(wait(50, at: 0)).bound == once)
        let repeated = TimeBound(workNanoseconds: 100 + 8 * (900 + 100) + 100, waitingMicroseconds: 400)
        #expect(try time([loop(8)] + wait(50, at: 1) + [end]).bound == repeated)
    }

    @Test func `a pause takes sixteen times what was asked for`() throws {
        let pause = Item(.loop, .u32, immediate: 8 * 30 * Self.microsecond, origin: 1)
        #expect(try time([pause, end]).bound == TimeBound(workNanoseconds: 300, waitingMicroseconds: 480))
    }

    @Test func `a program is too long from the loop on that makes it so`() throws {
        let deep = try time(Array(repeating: loop(65_536), count: 16) + [load(2)] + Array(repeating: end, count: 16))
        #expect(deep.bound.workNanoseconds == .max)
        #expect(deep.excess == TimeExcess(isWaiting: false, line: 2))
        #expect(try time([loop(65_536), loop(75), load(2), end, end]).excess == nil)
        #expect(
            try time([loop(65_536), loop(76), load(2), end, end]).excess == TimeExcess(isWaiting: false, line: 2))
        #expect(try time(wait(60_000_000, at: 0)).excess == nil)
        #expect(try time([load(2)] + wait(60_000_001, at: 1)).excess == TimeExcess(isWaiting: true, line: 2))
        #expect(try time([loop(61)] + wait(1_000_000, at: 1) + [end]).excess == TimeExcess(isWaiting: true, line: 1))
    }
}
