// What goes through a card at a boot, and what the kernel says where nothing can: no network, no link, no permission. What
// went over the wire is read by Wireshark, not by us.

import Foundation
import Machines
import ReportReading
import Testing

@Suite("An exchange")
struct ExchangeTests {
    @Test("is two questions and two answers, as Wireshark reads the capture")
    func isReadByWireshark() throws {
        let path = "/tmp/metaos-\(UUID().uuidString).pcap"
        defer { try? FileManager.default.removeItem(atPath: path) }
        var description = Scenario.plain.description()
        description.capture = MachineDescription.Capture(network: "net0", path: path)
        let result = try Machine.boot(description, within: Images.timeLimit)
        #expect(result.outcome == .passed, "\(result.tail)")

        let options = ["-o", "ip.check_checksum:TRUE"]
        let malformed = try wireshark(options + ["-r", path, "-Y", "_ws.malformed || _ws.expert.severity >= 6291456"])
        #expect(malformed.isEmpty, "\(malformed)")
        let fields = [
            "eth.src", "eth.dst", "frame.len", "arp.opcode", "arp.dst.proto_ipv4", "arp.src.hw_mac", "icmp.type",
            "ip.src", "ip.checksum.status", "icmp.checksum.status", "data.len",
        ]
        // Of what came, only what the exchange is about: the network also says things of its own, such as IPv6.
        let lines = try wireshark(
            options + ["-r", path, "-Y", "arp || icmp", "-T", "fields", "-E", "separator=/s"]
                + fields.flatMap { ["-e", $0] })
        let card = "52:54:00:00:00:01"
        let gateway = "52:55:0a:00:02:02"
        // Status 1 of a checksum is "good". QEMU pads its answer to 64 bytes.
        #expect(
            lines.map { $0.split(separator: " ").joined(separator: " ") } == [
                "\(card) ff:ff:ff:ff:ff:ff 60 1 10.0.2.2 \(card)", "\(gateway) \(card) 64 2 10.0.2.15 \(gateway)",
                "\(card) \(gateway) 98 8 10.0.2.15 1 1 56", "\(gateway) \(card) 98 0 10.0.2.2 1 1 56",
            ])
    }

    @Test("that is switched off leaves a card that came up, and says what was skipped")
    func isSwitchedOff() throws {
        var scenario = Scenario.plain
        scenario.hasNetworks = false
        scenario.devices = ["e1000,mac=52:54:00:00:00:01"]
        let result = try Images.boot(scenario, options: "exchange=none")
        #expect(result.outcome == .passed, "\(result.tail)")
        let exchange = try #require(result.report.exchanges.first)
        #expect(exchange.bringup == Array("ready".utf8) && exchange.isLinkUp == true)
        #expect(exchange.resolution == nil && exchange.echo == nil && exchange.counts?.sent == 0)
        let skipped = result.report.tests.map { String(decoding: $0.name, as: UTF8.self) }.filter {
            $0.hasSuffix("# SKIP exchange=none")
        }
        #expect(skipped.count == 2)
    }

    @Test("with nobody there fails after three tries, and says which answer did not come")
    func failsInSilence() throws {
        var scenario = Scenario.plain
        scenario.hasNetworks = false
        scenario.devices = ["e1000,mac=52:54:00:00:00:01"]
        let result = try Images.boot(scenario)
        #expect(result.outcome == .failed(reason: "self-tests failed"), "\(result.tail)")
        let exchange = try #require(result.report.exchanges.first)
        let question = try #require(exchange.resolution)
        #expect(!question.isAnswered && question.tries == 3 && question.station.isEmpty)
        #expect((4_500_000..<6_000_000).contains(question.microseconds))
        #expect(exchange.echo == nil && exchange.counts?.sent == 3)
        let failed = result.report.tests.filter { !$0.hasPassed }.map { String(decoding: $0.name, as: UTF8.self) }
        #expect(failed == ["00:03.0 e1000 answers ARP"])
    }

    @Test("without a link waits for it three seconds, and fails")
    func failsWithoutLink() throws {
        var description = Scenario.plain.description()
        description.devices = ["e1000,id=card,netdev=net0,mac=52:54:00:00:00:01"]
        description.hasMonitor = true
        description.extraArguments = ["-S"]
        let machine = try Machine(starting: description)
        defer { machine.stop() }
        _ = try machine.monitor("set_link card off")
        _ = try machine.monitor("cont")
        machine.listen(within: Images.timeLimit)
        let result = machine.result
        #expect(result.values(of: "link") == ["0"])
        #expect(result.outcome == .failed(reason: "self-tests failed"), "\(result.tail)")
        let exchange = try #require(result.report.exchanges.first)
        #expect(exchange.isLinkUp == false && exchange.resolution == nil)
        let failed = result.report.tests.filter { !$0.hasPassed }.map { String(decoding: $0.name, as: UTF8.self) }
        #expect(failed == ["00:03.0 e1000 has its link up"])
    }

    @Test("whose link goes down on the way ends in time, and says which answer did not come")
    func failsWhenTheLinkGoesDown() throws {
        var description = Scenario.plain.description()
        description.devices = ["e1000,id=card,netdev=net0,mac=52:54:00:00:00:01"]
        description.hasMonitor = true
        // In the time of the host: QEMU's card takes nothing in for its first second, so no answer is there yet.
        description.instructionTimePower = nil
        let machine = try Machine(starting: description)
        defer { machine.stop() }
        machine.listen(within: Images.timeLimit) { $0.line.contains(" link=up ") }
        _ = try machine.monitor("set_link card off")
        machine.listen(within: Images.timeLimit)
        let result = machine.result
        #expect(result.outcome == .failed(reason: "self-tests failed"), "\(result.tail)")
        #expect(result.report.quarantines.isEmpty)
        let exchange = try #require(result.report.exchanges.first)
        #expect(exchange.isLinkUp == true && exchange.resolution?.isAnswered == false)
        #expect(exchange.resolution?.tries == 3)
        let failed = result.report.tests.filter { !$0.hasPassed }.map { String(decoding: $0.name, as: UTF8.self) }
        #expect(failed == ["00:03.0 e1000 answers ARP"])
    }

    @Test("on a network that drops every frame sends three, and fails in time")
    func failsWhereFramesAreDropped() throws {
        let peer = try NetworkPeer()
        var description = Scenario.plain.description()
        description.networks = [peer.network(named: "net0")]
        let result = try Machine.boot(description, within: Images.timeLimit)
        #expect(result.outcome == .failed(reason: "self-tests failed"), "\(result.tail)")
        #expect(result.report.quarantines.isEmpty)
        let exchange = try #require(result.report.exchanges.first)
        #expect(exchange.bringup == Array("ready".utf8) && exchange.isLinkUp == true)
        let question = try #require(exchange.resolution)
        #expect(!question.isAnswered && question.tries == 3 && question.microseconds < 6_000_000)
        #expect(exchange.echo == nil)
        #expect(exchange.counts.map { [$0.sent, $0.received] } == [3, 0])
        var frames: [[UInt8]] = []
        while let frame = try peer.receive() { frames.append(frame) }
        // Broadcast, and the type of address resolution (RFC 826).
        #expect(frames.map { $0.prefix(6) } == Array(repeating: Array(repeating: 0xFF, count: 6)[...], count: 3))
        #expect(frames.allSatisfy { $0[12...13].elementsEqual([0x08, 0x06]) })
    }

    @Test(
        "that the command line asks for in other words is refused",
        arguments: ["nones", "count:", "count:0", "count:1x", "count:12345678", "count", ""])
    func isNotUnderstood(value: String) throws {
        let result = try Images.boot(.plain, options: "exchange=\(value)")
        let fault = try #require(result.report.faults.first)
        #expect(String(decoding: fault.name, as: UTF8.self) == "unknown-option")
        #expect(String(decoding: fault.subject, as: UTF8.self) == "exchange=\(value)")
        #expect(result.outcome != .passed)
    }

    /// What tshark prints, line by line.
    private func wireshark(_ arguments: [String]) throws -> [String] {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/tshark")
        process.arguments = arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }
}
