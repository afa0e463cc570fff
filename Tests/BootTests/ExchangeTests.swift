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

    @Test("with nobody there ends after three tries with the verdict that says so, and which answer did not come")
    func lacksPeer() throws {
        var scenario = Scenario.plain
        scenario.hasNetworks = false
        scenario.devices = ["e1000,mac=52:54:00:00:00:01"]
        let result = try Images.boot(scenario)
        #expect(result.outcome == .noPeer(reason: "link up, nobody answered"), "\(result.tail)")
        #expect(result.ending == .exited(status: 37) && result.report.verdict?.outcome == .noPeer)
        let exchange = try #require(result.report.exchanges.first)
        let question = try #require(exchange.resolution)
        #expect(!question.isAnswered && question.tries == 3 && question.station.isEmpty)
        #expect((4_500_000..<6_000_000).contains(question.microseconds))
        #expect(exchange.echo == nil && exchange.counts?.sent == 3)
        let failed = result.report.tests.filter { !$0.hasPassed }.map { String(decoding: $0.name, as: UTF8.self) }
        #expect(failed == ["00:03.0 e1000 answers ARP"])
    }

    @Test("without a link waits for it fifteen seconds, says so, and ends with the verdict of no peer")
    func lacksLink() throws {
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
        #expect(result.outcome == .noPeer(reason: "no link"), "\(result.tail)")
        #expect(result.report.steps.contains(Array("waiting for a link".utf8)))
        let exchange = try #require(result.report.exchanges.first)
        #expect(exchange.isLinkUp == false && exchange.resolution == nil)
        let waited = result.report.records.compactMap { record in
            record.line.split(separator: " link=down us=").last.flatMap { UInt64($0) }
        }
        #expect(waited.allSatisfy { (15_000_000..<16_000_000).contains($0) } && waited.count == 1)
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
        #expect(result.outcome == .noPeer(reason: "link up, nobody answered"), "\(result.tail)")
        #expect(result.report.quarantines.isEmpty)
        let exchange = try #require(result.report.exchanges.first)
        #expect(exchange.isLinkUp == true && exchange.resolution?.isAnswered == false)
        #expect(exchange.resolution?.tries == 3)
        let failed = result.report.tests.filter { !$0.hasPassed }.map { String(decoding: $0.name, as: UTF8.self) }
        #expect(failed == ["00:03.0 e1000 answers ARP"])
    }

    @Test("on a network that drops every frame sends three, and ends in time")
    func endsWhereFramesAreDropped() throws {
        let peer = try NetworkPeer()
        var description = Scenario.plain.description()
        description.networks = [peer.network(named: "net0")]
        let result = try Machine.boot(description, within: Images.timeLimit)
        #expect(result.outcome == .noPeer(reason: "link up, nobody answered"), "\(result.tail)")
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

    @Test("on a network of its own asks whom the command line names, from the address that it gives")
    func isAddressed() throws {
        var description = Scenario.plain.description(options: "address=192.168.7.77/24 peer=192.168.7.2")
        description.networks = ["user,id=net0,net=192.168.7.0/24"]
        let result = try Machine.boot(description, within: Images.timeLimit)
        #expect(result.outcome == .passed, "\(result.tail)")
        let exchange = try #require(result.report.exchanges.first)
        #expect(exchange.resolution?.peer == Array("192.168.7.2".utf8) && exchange.echo?.isAnswered == true)
        #expect(exchange.resolution?.station == Array("52:55:c0:a8:07:02".utf8))
    }

    @Test("goes by the options of the image, where GRUB loads it")
    func isAddressedByImage() throws {
        let path = "/tmp/metaos-\(UUID().uuidString).iso"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let options = "address=192.168.7.77 peer=192.168.7.2"
        try Images.makeDisc(path, of: Images.kernel, ["SOURCE_DATE_EPOCH": "1234567890", "OPTIONS": options])
        var description = Scenario.plain.description()
        description.medium = .cdrom(path: path)
        description.networks = ["user,id=net0,net=192.168.7.0/24"]
        let result = try Machine.boot(description, within: Images.timeLimit)
        #expect(result.outcome == .passed, "\(result.tail)")
        #expect(result.report.options == Array(options.utf8))
    }

    @Test("waits for a link that comes after six seconds")
    func waitsForLink() throws {
        var description = Scenario.plain.description()
        description.devices = ["e1000,id=card,netdev=net0,mac=52:54:00:00:00:01"]
        description.hasMonitor = true
        description.extraArguments = ["-S"]
        // In the time of the host, which the monitor's command comes by.
        description.instructionTimePower = nil
        let machine = try Machine(starting: description)
        defer { machine.stop() }
        _ = try machine.monitor("set_link card off")
        _ = try machine.monitor("cont")
        machine.listen(within: Images.timeLimit) { $0.line == "step \"waiting for a link\"" }
        // A second has gone by in the machine by now.
        Thread.sleep(forTimeInterval: 5)
        _ = try machine.monitor("set_link card on")
        machine.listen(within: Images.timeLimit)
        let result = machine.result
        #expect(result.outcome == .passed, "\(result.tail)")
        #expect(result.report.exchanges.first?.isLinkUp == true)
    }

    @Test(
        "with an address that is none, or a peer that is not in its network, is refused",
        arguments: [
            ("address=192.168.7.256", "no-address"), ("address=192.168.7", "no-address"),
            ("address=192.168.7.1/31", "no-address"), ("peer=192.168.7.2/24", "no-address"),
            ("peer=", "no-address"), ("peer=192.168.7.2", "peer-not-in-network"),
            ("address=192.168.7.77", "peer-not-in-network"), ("peer=10.0.2.255", "peer-not-in-network"),
        ])
    func isMisaddressed(word: String, name: String) throws {
        let result = try Images.boot(.plain, options: word)
        #expect(result.outcome == .failed(reason: "fault \(name) \"\(word)\" during reading the options"))
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
