// The kernel calls drivers by the names of their contract, and knows no bit of what they return.

import Machines
import Report
import RuleCompiler
import Testing

@Suite("By the contract of a class, the kernel")
struct ContractTests {
    private static let twoCards = Scenario.all.first { $0.name == "pc, two cards" }

    /// Boots two cards of one family with every text of the atlas changed in one way.
    private func boot(_ changes: [(String, String)]) throws -> BootResult {
        let rules = try AlteredRules { _, text in changes.reduce(text) { $0.replacing($1.0, with: $1.1) } }
        defer { rules.remove() }
        var description = try #require(Self.twoCards).description()
        description.medium = .kernel(path: rules.kernel, commandLine: "")
        return try Machine.boot(description, within: Images.timeLimit)
    }

    @Test("exchanges frames whatever the bits of results")
    func knowsNoBits() throws {
        let result = try boot([
            ("ready | stuck | gone", "ready 7 | stuck 200 | gone"),
            ("sent { buffer: own tx 0…15 } | busy | refused", "sent 3 { buffer: own tx 9…24 } | busy 90 | refused 0"),
            (
                "frame { length: 0…15, buffer: own rx 16…31 } | none | bad { buffer: own rx 16…31 } | lost",
                "frame 255 { buffer: own rx 0…12, length: 15…30 } | none 4 | bad 1 { buffer: own rx 5…20 } | lost 0"
            ), ("done | refused 2", "done 6 | refused"),
        ])
        #expect(result.outcome == .passed, "\(result.tail)")
        #expect(result.report.exchanges.count == 2)
        #expect(result.report.exchanges.allSatisfy { $0.echo?.isAnswered == true })
    }

    /// A driver that moves no frame, with buffers of so many bytes to send from.
    private static func idleCard(bufferByteCount: Int) -> String {
        """
        import "packet_nic.meta"
        device idler is packet_nic {
            match pci vendor 0x8086 device 0x100E
            window regs = bar 0 memory
            register regs.STATUS at 0x08 ro
            fact checksum_offload = 0
            fact segmentation_offload = 0
            fact queue_pairs = 1
            fact interrupt_vectors = 0
            pool tx { count 16, bytes \(bufferByteCount), data u8 }
            pool rx { count 16, bytes 2048, data u8 }
            state held: own tx
            generate link() -> up: bool { return STATUS != 0xFFFF_FFFF }
            generate mac() -> address: u48 { return 0x5634_1200_5452 }
            generate bringup() -> ready | stuck | gone {
                if STATUS == 0xFFFF_FFFF { return gone }
                reset state
                return ready
            }
            generate transmit(frame: own tx, length: u32 in 60…1514) -> sent { buffer: own tx 0…15 } | busy | refused {
                if length == 0 { return busy }
                let idle = held.exchange(frame)
                return sent { buffer: idle }
            }
            generate notify() -> none { flush STATUS }
            generate receive() -> frame { length: 0…15, buffer: own rx 16…31 } | none
                | bad { buffer: own rx 16…31 } | lost { return none }
            generate giveback(buffer: own rx) -> done | refused 2 {
                release buffer
                return done
            }
        }
        """
    }

    @Test("refuses a driver whose buffers hold no frame", arguments: [32])
    func holdsNoFrame(_ byteCount: Int) throws {
        let card = RuleSource(name: "idler.meta", text: Self.idleCard(bufferByteCount: byteCount))
        let rules = try AlteredRules(adding: [card]) { ["nic.meta", "packet_nic.meta"].contains($0) ? $1 : nil }
        defer { rules.remove() }
        var description = try #require(Self.twoCards).description()
        description.medium = .kernel(path: rules.kernel, commandLine: "")
        let result = try Machine.boot(description, within: Images.timeLimit)
        let quarantines = result.report.quarantines.map {
            String(decoding: $0.reason + [0x20] + $0.subject, as: UTF8.self)
        }
        #expect(quarantines == ["missing tx", "missing tx"], "\(result.tail)")
        #expect(result.report.faults.isEmpty && result.ending == .exited(status: Ending.status(of: .failed)))
    }

    @Test(
        "refuses a driver that lacks an outcome, or what it carries",
        arguments: [("lost", "lost", "astray"), ("length", "{ length: ", "{ size: "), ("buffer", "own rx 16", "16")])
    func missesOutcome(_ row: (name: String, text: String, replacement: String)) throws {
        let result = try boot([(row.text, row.replacement)])
        let reasons = result.report.quarantines.map { String(decoding: $0.reason, as: UTF8.self) }
        let subjects = result.report.quarantines.map { String(decoding: $0.subject, as: UTF8.self) }
        #expect(reasons == ["missing", "missing"] && subjects == [row.name, row.name], "\(result.tail)")
        #expect(result.report.faults.isEmpty && result.ending == .exited(status: Ending.status(of: .failed)))
    }
}
