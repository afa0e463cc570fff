// The small world that samples live in: registers of a window, a ring, cells of state, ports and configuration space.

import Verification

extension Sample {
    private static func grant(
        _ name: String, _ space: Grant.Space = .memory, at start: UInt64, _ byteCount: UInt64, _ rights: Rights,
        element: UInt64, isWhole: Bool = true, isPrivate: Bool = false, isClosed: Bool = false, voids: Bool = false,
        select: UInt64? = nil, _ limits: [Limit] = []
    ) -> Grant {
        Grant(
            name: Array(name.utf8), space: space, start: start, byteCount: byteCount, rights: rights,
            elementByteCount: element, isWhole: isWhole, isPrivate: isPrivate, limits: limits, isClosed: isClosed,
            voids: voids, select: select)
    }

    /// A register that the port 0xC006 is after its number was written to 0xC004.
    private static func selected(
        _ name: String, _ number: UInt64, _ rights: Rights, voids: Bool = false, _ limits: [Limit]
    ) -> Grant {
        grant(
            name, .selected, at: Grant.place(ofSelected: number, behind: 0xC006), 2, rights, element: 2,
            isClosed: true, voids: voids, limits)
    }

    /// 3 after a stop, and after both halves of an address.
    private static let start = Limit(
        firstBit: 0, bitCount: 2, range: ValueRange(0),
        sequels: [
            Limit.Sequel(
                range: ValueRange(3),
                premises: [(0, 4), (1, 0x1000), (2, 0x10)].map {
                    premise(Grant.place(ofSelected: $0, behind: 0xC006), ValueRange($1))
                })
        ])

    private static func limit(_ firstBit: UInt16, _ bitCount: UInt8, _ range: ValueRange) -> Limit {
        Limit(firstBit: firstBit, bitCount: bitCount, range: range)
    }

    private static func premise(_ place: UInt64, _ told: ValueRange) -> Limit.Premise {
        Limit.Premise(place: place, told: told)
    }

    /// 1 after the pointer was told of the first memory, 6 after it was told nothing.
    private static let order = Limit(
        firstBit: 0, bitCount: 3, range: ValueRange(0), others: [ValueRange(2)],
        sequels: [
            Limit.Sequel(
                range: ValueRange(1), premises: [premise(0x5001_0030, ValueRange(low: 0x30_0000, high: 0x30_0F00))]),
            Limit.Sequel(range: ValueRange(6), premises: [premise(0x5001_0030, ValueRange(0))]),
        ])

    /// 1 after a queue was told where its memory is, the low and the high half, and its length; 1 after another was.
    private static let enable = Limit(
        firstBit: 0, bitCount: 16, range: ValueRange(0),
        sequels: [0x10_0000, 0x20_0000].map { base in
            Limit.Sequel(
                range: ValueRange(1),
                premises: [
                    premise(0x5001_0090, ValueRange(base)), premise(0x5001_0094, ValueRange(1)),
                    premise(0x5001_0098, ValueRange(128)),
                ])
        })

    /// In rising order.
    static let grants: [Grant] = [
        grant("control", at: 0x5000_0000, 4, [.read, .write], element: 4),
        grant("status", at: 0x5000_0004, 4, .read, element: 4),
        grant("doorbell", at: 0x5000_0008, 4, .write, element: 4),
        // Where a device is told of its ring: that address and no other.
        grant("base", at: 0x5000_0010, 4, .write, element: 4, [limit(0, 32, ValueRange(0x10_0000))]),
        // Where it is told of two memories, one at a time.
        grant(
            "bases", at: 0x5000_0014, 4, .write, element: 4,
            [Limit(firstBit: 0, bitCount: 32, range: ValueRange(0x30_0000), others: [ValueRange(0x50_0000)])]),
        grant("table", at: 0x5000_0020, 16, [.read, .write], element: 4),
        // Slots of an address in a pool of 64 KiB and a length up to 2048.
        grant(
            "ring", at: 0x5000_1000, 4096, [.read, .write], element: 16, isWhole: false,
            [
                limit(0, 64, ValueRange(low: 0x20_0000, high: 0x20_F800)),
                limit(64, 16, ValueRange(low: 0, high: 2048)),
            ]),
        grant(
            "cell", at: 0x5000_2000, 4, [.read, .write], element: 4, isPrivate: true,
            [limit(0, 32, ValueRange(bits: 0xFF))]),
        grant(
            "position", at: 0x5000_2008, 8, [.read, .write], element: 8, isPrivate: true,
            [limit(0, 64, ValueRange(bits: 0xFF0))]),
        // A count, and eight marks of a byte each.
        grant("count", at: 0x5000_2010, 2, [.read, .write], element: 2, isPrivate: true),
        grant(
            "marks", at: 0x5000_2018, 8, [.read, .write], element: 1, isPrivate: true,
            [limit(0, 8, ValueRange(bits: 3))]),
        // Where it is told what commands are about, or nothing; commands, in bits 2:0, and a bit that may always be set.
        grant(
            "pointer", at: 0x5001_0030, 4, .write, element: 4,
            [
                Limit(
                    firstBit: 0, bitCount: 32, range: ValueRange(low: 0x30_0000, high: 0x30_0F00),
                    others: [ValueRange(0x50_0000), ValueRange(0)])
            ]),
        grant(
            "order", at: 0x5001_0034, 4, [.read, .write], element: 4, isClosed: true,
            [order, limit(8, 1, ValueRange(bits: 1))]),
        // Nothing but zero, and in the middle of it any 16 bits or some of four.
        grant("mode", at: 0x5001_0038, 4, .write, element: 4, isClosed: true),
        grant(
            "entry", at: 0x5001_0040, 64, .write, element: 8, isWhole: false, isClosed: true,
            [
                limit(16, 16, ValueRange(bits: 0xFFFF)), limit(40, 8, ValueRange(bits: 0x55)),
                limit(56, 8, ValueRange(3)),
            ]),
        // A queue, which the first selects: its memory, low and high half, its length, and what sets it to work.
        grant("queue", at: 0x5001_008C, 4, .write, element: 4, voids: true),
        grant(
            "low", at: 0x5001_0090, 4, .write, element: 4,
            [Limit(firstBit: 0, bitCount: 32, range: ValueRange(0x10_0000), others: [ValueRange(0x20_0000)])]),
        grant("high", at: 0x5001_0094, 4, .write, element: 4, [limit(0, 32, ValueRange(1))]),
        grant("length", at: 0x5001_0098, 2, .write, element: 2),
        grant("enable", at: 0x5001_009A, 2, .write, element: 2, isClosed: true, [enable]),
        grant("data", .ports, at: 0x1F0, 2, [.read, .write], element: 2),
        grant("error", .ports, at: 0x1F4, 1, .read, element: 1),
        grant("select", .ports, at: 0x1F6, 1, .write, element: 1, [limit(0, 8, ValueRange(bits: 0x0F))]),
        grant("command", .ports, at: 0x1F7, 1, .write, element: 1),
        grant("index", .ports, at: 0xCF4, 4, [.read, .write], element: 4),
        grant("number", .ports, at: 0xC004, 2, [.read, .write], element: 2),
        grant("holder", .ports, at: 0xC006, 2, [.read, .write], element: 2, select: 0xC004),
        grant("reset", .ports, at: 0xC008, 2, .read, element: 2, voids: true),
        grant("slots", .ports, at: 0xC040, 16, [.read, .write], element: 4),
        grant("bounded", .ports, at: 0xC050, 8, .write, element: 4, [limit(0, 32, ValueRange(bits: 0xFF))]),
        // Function 0 of device 3.
        grant("identity", .configuration, at: 0x1800, 4, .read, element: 4),
        grant("latency", .configuration, at: 0x180D, 1, .read, element: 1),
        grant("power", .configuration, at: 0x1844, 2, [.read, .write], element: 2),
        grant(
            "route", .configuration, at: 0x1848, 4, [.read, .write], element: 4, [limit(0, 32, ValueRange(bits: 0xFF))]),
        selected("start", 0, [.read, .write], voids: true, [start, limit(2, 1, ValueRange(bits: 1))]),
        selected("lower", 1, .write, [limit(0, 16, ValueRange(0x1000))]),
        selected("upper", 2, .write, [limit(0, 16, ValueRange(0x10))]),
        selected("plain", 3, [.read, .write], [limit(0, 16, ValueRange(low: 0, high: 15, bits: 15))]),
    ]
}
