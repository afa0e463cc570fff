// Thousands of frames each way between the kernel and a peer on the host, through the generated driver and QEMU's model of
// the card, with the rings full both ways now and then. Some models drop what comes then: that costs frames and no more.

import Machines
import ReportReading
import Testing

@Suite("The volume test")
struct VolumeTests {
    private static let count = 10_000
    private static let floodCount = 4000

    /// Sends frames to a machine with one card of a model that returns them, until all are back or given up.
    private func run(
        _ model: String, count: Int, patienceMilliseconds: Int64 = 3000
    ) throws -> (VolumeResult, BootResult) {
        var description = Scenario.plain.description()
        description.instructionTimePower = nil
        description.devices = [model]
        description.networks = []
        var test = try VolumeTest(of: count, in: &description)
        test.patienceMilliseconds = patienceMilliseconds
        let machine = try Machine(starting: description)
        defer { machine.stop() }
        let result = test.run(on: machine, within: Images.timeLimit)
        return (result, try machine.finish())
    }

    @Test(
        "brings every frame there and back, once, in order and unchanged",
        arguments: [("e1000", 256), ("rtl8139", 64), ("virtio-net-pci", 128)])
    func carriesEveryFrame(_ model: String, held: Int) throws {
        let (result, boot) = try run(model, count: Self.count)

        #expect(result.isComplete, "seed \(VolumeTest.seed): \(result)")
        #expect(boot.outcome == .passed, "\(boot.tail)")
        let exchange = try #require(boot.report.exchanges.first)
        let volume = try #require(exchange.volume)
        #expect(volume.returnedCount == Self.count && volume.plannedCount == Self.count)
        // Pressure was there: more frames under way than the card holds, and transmit was busy, where a card sends later
        // than it is told.
        #expect(result.mostUnderWay > held)
        if model == "e1000" { #expect(volume.busyCount > 0) }
        let counts = try #require(exchange.counts)
        #expect(counts.sent == UInt64(Self.count) && counts.received == UInt64(Self.count) + 1)
        #expect(counts.bad == 0 && counts.malformed == 0 && counts.stray == 0)
    }

    /// Models that drop what they have no room for at once, which a peer that floods them sees as lost frames.
    @Test(
        "goes on where a card drops frames, and repeats, reorders and changes none",
        arguments: ["i82559c", "ne2k_pci", "pcnet"])
    func goesOn(_ model: String) throws {
        let (result, boot) = try run(model, count: Self.floodCount, patienceMilliseconds: 500)

        print("\(model): \(result)")
        #expect(result.isSound, "seed \(VolumeTest.seed): \(result)")
        #expect(result.lostCount > 0 && result.returnedCount > Self.floodCount / 10)
        #expect(boot.outcome == .passed, "\(boot.tail)")
        let exchange = try #require(boot.report.exchanges.first)
        #expect(try #require(exchange.volume).returnedCount == result.returnedCount)
        let counts = try #require(exchange.counts)
        #expect(counts.lost == 0 && counts.bad == 0 && counts.malformed == 0 && counts.bringups == 0)
    }
}
