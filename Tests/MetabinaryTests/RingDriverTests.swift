// What the shipped card's driver does, function by function, on the interpreter of items: the contract of its class,
// and the stores that its registers see.

import Interpretation
import Metabinary
import Program
import Testing

@Suite struct RingDriverTests {
    private func broughtUp() throws -> RingDriver {
        var driver = try RingDriver()
        #expect(try driver.ask("bringup") == "ready")
        return driver
    }

    @Test func `Every program is well formed, and the whole stays small`() throws {
        let driver = try RingDriver()
        for (name, program) in driver.programs.sorted(by: { $0.key < $1.key }) {
            #expect(program.defect == nil, "\(name)")
            #expect(throws: Never.self, "\(name)") { try ProgramChecker.check(program) }
            print("items: \(name) \(program.items.count)")
        }
        #expect(driver.programs.values.reduce(0) { $0 + $1.items.count } < 375)
    }

    @Test func `Bring-up resets first, fills both rings, and starts them last`() throws {
        let driver = try broughtUp()
        let card = driver.card
        let table = (0..<128).map { UInt64(0x5200 + 4 * $0) }
        #expect(
            card.writes.map(\.offset) == [0xD8, 0, 0x10, 0x10, 0xD8, 0x20, 0] + table + [
                0x2800, 0x2804, 0x2808, 0x2810, 0x2818, 0x100, 0x3800, 0x3804, 0x3808, 0x3810, 0x3818, 0x400, 0x410,
            ])
        #expect(card.writes[1].value == 0x0400_0000 && card.writes[6].value == 0x60)
        #expect(table.allSatisfy { card.registers[$0] == 0 })
        #expect(card.registers[0x2800] == card.physical[2] && card.registers[0x2808] == 4096)
        #expect(card.registers[0x2810] == 0 && card.registers[0x2818] == 255 && card.registers[0x100] == 0x0400_8002)
        #expect(card.registers[0x3800] == card.physical[1] && card.registers[0x3808] == 4096)
        #expect(card.registers[0x3810] == 0 && card.registers[0x3818] == 0)
        #expect(card.registers[0x400] == 0x0004_00FA && card.registers[0x410] == 0x0060_100A)
        for slot in UInt64(0)..<256 {
            #expect(card.read(2, slot * 16, 8) == card.physical[4] + slot * 2048)
            #expect(card.read(2, slot * 16 + 8, 8) == 0)
            #expect(card.read(1, slot * 16, 8) == card.physical[3] + slot * 2048)
            #expect(card.read(1, slot * 16 + 8, 8) == 1 << 32)
        }
    }

    @Test func `A card that is gone is not touched, and one that stays in reset is stuck`() throws {
        var gone = try RingDriver()
        gone.card.isGone = true
        #expect(try gone.ask("bringup") == "gone")
        #expect(gone.card.writes.isEmpty)
        var stuck = try RingDriver()
        stuck.card.resetSticks = true
        #expect(try stuck.ask("bringup") == "stuck")
        #expect(stuck.card.writes.count == 2)
        var nameless = try RingDriver()
        nameless.card.registers[0x5404] = 0
        #expect(try nameless.ask("bringup") == "stuck")
    }

    @Test func `Frames are exchanged for the buffers of their slots, and one doorbell tells of all`() throws {
        var driver = try broughtUp()
        let before = driver.card.writes.count
        for number in UInt64(0)..<8 {
            #expect(try driver.ask("transmit", 256 + number, 60 + number) == .init("sent", ["buffer": number]))
        }
        #expect(driver.card.writes.count == before)
        #expect(try driver.call("notify") == 0)
        #expect(driver.card.writes.count == before + 1 && driver.card.registers[0x3818] == 8)
        driver.card.send()
        #expect(driver.card.sent.map(\.length) == Array(60...67))
        #expect(driver.card.sent.map(\.address) == (256...263).map { driver.card.physical[3] + $0 * 2048 })
        #expect(driver.card.read(1, 8, 8) == 60 | 0x0B00_0000 | 1 << 32)
    }

    @Test func `Buffers and lengths out of range are refused, and nothing changes`() throws {
        var driver = try broughtUp()
        let memories = driver.card.memories
        for (buffer, length) in [(264, 60), (0, 59), (0, 1515), (0xFFFF_FFFF, 60), (0, 0), (0, 0xFFFF_FFFF)] {
            #expect(try driver.ask("transmit", UInt64(buffer), UInt64(length)).outcome == "refused")
        }
        #expect(try driver.ask("giveback", 256) == "refused")
        #expect(try driver.ask("giveback", 0) == "refused")
        #expect(driver.card.memories == memories)
        #expect(try driver.ask("transmit", 263, 60).outcome == "sent")
        #expect(try driver.ask("transmit", 0, 1514).outcome == "sent")
    }

    @Test func `A full ring is busy until the card has sent, however the doorbell was rung`() throws {
        var driver = try broughtUp()
        for _ in 0..<255 { #expect(try driver.ask("transmit", 256, 60).outcome == "sent") }
        #expect(try driver.ask("transmit", 256, 60).outcome == "busy")
        _ = try driver.call("notify")
        #expect(driver.card.registers[0x3818] == 255)
        driver.card.send(atMost: 1)
        #expect(try driver.ask("transmit", 256, 60).outcome == "sent")
        #expect(try driver.ask("transmit", 256, 60).outcome == "busy")
        _ = try driver.call("notify")
        driver.card.send()
        #expect(driver.card.sent.count == 256)
    }

    @Test func `Every buffer has one owner while frames go round the rings many times`() throws {
        var driver = try broughtUp()
        var spare = Set(UInt64(256)...263)
        for round in UInt64(0)..<600 {
            let buffer = try #require(spare.randomElement())
            let result = try driver.ask("transmit", buffer, 60 + round)
            #expect(result.outcome == "sent")
            spare.remove(buffer)
            #expect(spare.insert(try #require(result.fields["buffer"])).inserted)
            if round % 7 == 0 { _ = try driver.call("notify") }
            if round % 31 == 0 { driver.card.send() }
        }
        _ = try driver.call("notify")
        driver.card.send()
        #expect(driver.card.sent.map(\.length) == Array(60..<660))
        for round in UInt64(0)..<600 {
            #expect(driver.card.receive(length: 60 + round))
            let buffer = round % 256
            #expect(try driver.ask("receive") == .init("frame", ["length": 60 + round, "buffer": buffer]))
            #expect(try driver.ask("giveback", buffer) == "done")
        }
        #expect(try driver.ask("receive") == "none")
    }

    @Test func `Frames that are not whole, have errors or claim too much are bad, and their buffers come back`() throws
    {
        var driver = try broughtUp()
        for (length, status, outcome) in [
            (60, 3, "frame"), (2048, 3, "frame"), (2049, 3, "bad"), (0xFFFF, 3, "bad"), (60, 1, "bad"),
            (60, 0x103, "bad"), (60, 0x8003, "bad"), (60, 7, "frame"),
        ] {
            #expect(driver.card.receive(length: UInt64(length), status: UInt64(status)))
            let result = try driver.ask("receive")
            #expect(result.outcome == outcome, "\(length) \(status)")
            #expect(result.fields["length"] == (outcome == "frame" ? UInt64(length) : nil))
            #expect(try driver.ask("giveback", try #require(result.fields["buffer"])) == "done")
        }
    }

    @Test func `A card that says done for every slot gives no buffer twice`() throws {
        var driver = try broughtUp()
        var seen: Set<UInt64> = []
        for slot in UInt64(0)..<256 { driver.card.write(2, slot * 16 + 8, 8, 60 | 3 << 32) }
        while let buffer = try driver.ask("receive").fields["buffer"] {
            #expect(seen.insert(buffer).inserted)
        }
        #expect(seen.count == 255)
        for buffer in seen.sorted().reversed() { #expect(try driver.ask("giveback", buffer) == "done") }
        #expect(try driver.ask("giveback", 0) == "refused")
        #expect(driver.card.registers[0x2818] == 254)
    }

    @Test func `Giving back in another order fills the oldest slots first`() throws {
        var driver = try broughtUp()
        for _ in 0..<3 { #expect(driver.card.receive(length: 60)) }
        let buffers = try (0..<3).map { _ in try driver.ask("receive").fields["buffer"] }
        #expect(buffers == [0, 1, 2])
        for (slot, buffer) in [2, 0, 1 as UInt64].enumerated() {
            #expect(try driver.ask("giveback", buffer) == "done")
            #expect(driver.card.registers[0x2818] == UInt64(slot))
            #expect(driver.card.read(2, UInt64(slot) * 16, 8) == driver.card.physical[4] + buffer * 2048)
            #expect(driver.card.read(2, UInt64(slot) * 16 + 8, 8) == 0)
        }
    }

    @Test func `Link and address are what the registers say`() throws {
        var driver = try RingDriver()
        #expect(try driver.call("link") == 1)
        #expect(try driver.call("mac") == 0x5634_1200_5452)
        driver.card.isGone = true
        #expect(try driver.call("link") == 1)
        #expect(try driver.call("mac") == 0xFFFF_FFFF_FFFF)
    }
}
