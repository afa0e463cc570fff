// What the records mean: facts, drivers, results, tests, faults and the verdict.

import Hardware
import Pipeline
import Testing
import Verification

@testable import ReportReading

@Suite struct `Machine report` {
    private static let grant = "grant 00:03.0 e1000.regs.TDBAL 0x50003800 +0x4 wo=4 0+32=0x400000"

    private static let window = "window 00:03.0 e1000.regs bar=0 0x50000000 +0x20000"

    private func report(_ texts: [String] = SampleReport.texts) -> MachineReport {
        MachineReport(bytes: SampleReport.bytes(texts))
    }

    /// The sample with one of its records replaced.
    private func report(replacing text: String, by other: String) -> MachineReport {
        report(SampleReport.texts.map { $0 == text ? other : $0 })
    }

    @Test func `a window of configuration space is where its function is, and needs no BAR`() throws {
        let text = "window 00:03.0 e1000.regs configuration 0x18dc +0x6"
        let found = report(replacing: Self.window, by: text)
        #expect(
            found.drivers.first?.driver.windows == [
                PlacedWindow(
                    name: Array("regs".utf8), bar: 0, offset: 0xDC, space: .configuration,
                    physical: .init(rawValue: 0x18DC), virtual: .init(rawValue: 0x18DC), byteCount: 6)
            ])
        let grant = "grant 00:03.0 e1000.regs.CONTROL configuration 0x18e0 +0x2 ro=2"
        let driver = try #require(report(replacing: Self.grant, by: grant).drivers.first?.driver)
        #expect(driver.grants.first { $0.space == .configuration }?.start == 0x18E0)
    }

    @Test func `facts come back as discovery stated them`() throws {
        let facts = report().facts
        #expect(try FactsReader.facts(of: report().records) == facts)
        #expect(
            facts.processor.leaf(7)
                == ProcessorLeaf(leaf: 7, subleaf: 0, eax: 0, ebx: 0x9C27AB, ecx: 0, edx: 0))
        #expect(facts.memory.map(\.kind) == [.usable, .usable, .reserved])
        #expect(facts.memory[1].base.rawValue == 0x100000 && facts.memory[1].byteCount == 0x3EE0000)
        #expect(facts.memorySource == .pvh)
        // 'F' is 0x46 and is in the low byte.
        #expect(
            facts.tables == [ACPITable(signature: 0x5043_4146, address: .init(rawValue: 0x3FE17A0), byteCount: 0x74)])
        #expect(facts.clock == ClockFacts(frequency: 2_400_000_000, source: .powerManagementTimer))
        #expect(facts.placement == .standard)
        #expect(facts.functions.map(\.address.rawValue) == [0x0000, 0x0010, 0x0018])
        #expect(facts.functions[1].secondaryBus == 1 && facts.functions[1].subordinateBus == 1)

        var card = PCIFunction(address: FunctionAddress(bus: 0, device: 3, function: 0), vendor: 0x8086, device: 0x100E)
        card.classCode = 0x020000
        card.revision = 3
        card.subsystemVendor = 0x1AF4
        card.subsystem = 0x1100
        card.interruptLine = 11
        card.interruptPin = 1
        card.baseAddressRegisters = [
            BaseAddressRegister(
                index: 0, kind: .memory32, isPrefetchable: false, base: 0xFEBC_0000, byteCount: 0x20000),
            BaseAddressRegister(index: 1, kind: .io, isPrefetchable: false, base: 0xC000, byteCount: 0x40),
            BaseAddressRegister(index: 2, kind: .memory64, isPrefetchable: true, base: 0, byteCount: 0x4000),
        ]
        card.capabilities = [
            Capability(identifier: 1, offset: 0xDC, contents: [0x22, 0xC8, 0x03, 0x00]),
            Capability(identifier: 4, offset: 0xE0),
        ]
        #expect(facts.functions[2] == card)
    }

    @Test func `drivers come back with bytes and lines`() throws {
        let report = report()
        let driver = try #require(report.drivers.first)
        #expect(driver.ticks == 81234)
        #expect(driver.verificationTicks == 2345)
        #expect(driver.instructionCounts == [4, 3, 1])
        #expect(driver.driver.byteCount == 28)
        #expect(driver.driver.className == Array("nic".utf8))
        #expect(
            driver.driver.windows == [
                PlacedWindow(
                    name: Array("regs".utf8), bar: 0, physical: .init(rawValue: 0xFEBC_0000),
                    virtual: .init(rawValue: 0x5000_0000), byteCount: 0x20000)
            ])
        #expect(
            driver.driver.memories == [
                PlacedMemory(
                    name: Array("tx".utf8), kind: .ring, physical: .init(rawValue: 0x40_0000),
                    virtual: .init(rawValue: 0x6000_0000), byteCount: 0x1000, stride: 16),
                PlacedMemory(
                    name: Array("tx_pool".utf8), kind: .pool, physical: .init(rawValue: 0x40_1000),
                    virtual: .init(rawValue: 0x6000_1000), byteCount: 0x84000, stride: 2048, headroom: 12),
                PlacedMemory(
                    name: Array("state".utf8), kind: .state, physical: .init(rawValue: 0x48_5000),
                    virtual: .init(rawValue: 0x6008_5000), byteCount: 0x210),
            ])
        #expect(driver.driver.functions.map(\.parameterBounds) == [[], [], [.max, .max]])
        #expect(
            driver.driver.grants == [
                Grant(
                    name: Array("regs.TDBAL".utf8), start: 0x5000_3800, byteCount: 4, rights: .write,
                    elementByteCount: 4, isWhole: true,
                    limits: [Limit(firstBit: 0, bitCount: 32, range: ValueRange(0x40_0000))]),
                Grant(
                    name: Array("tx".utf8), start: 0x6000_0000, byteCount: 0x1000, rights: [.read, .write],
                    elementByteCount: 16, isWhole: false,
                    limits: [
                        Limit(firstBit: 0, bitCount: 64, range: ValueRange(low: 0x40_1000, high: 0x48_4800)),
                        Limit(firstBit: 64, bitCount: 16, range: ValueRange(low: 0, high: 0x800, bits: 0xFFFF)),
                    ]),
                Grant(
                    name: Array("tx.claim".utf8), start: 0x6008_5000, byteCount: 4, rights: [.read, .write],
                    elementByteCount: 4, isWhole: true, isPrivate: true,
                    limits: [Limit(firstBit: 0, bitCount: 32, range: ValueRange(bits: 0xFF0))]),
            ])
        let link = driver.driver.functions[0]
        #expect(link.bytes == [0x8B, 0x05, 0x02, 0, 0, 0x10, 0xD1, 0xE8, 0x83, 0xE0, 0x01, 0xC3])
        #expect(link.marks.map(\.offset) == [0, 6, 8, 11])
        #expect(link.marks.map(\.line) == [21, 22, 22, 22])
        #expect(link.signature.resultName == Array("up".utf8))
        #expect(driver.driver.functions[1].marks.map(\.line) == [26, 26, 27])
        #expect(
            report.refusals.map { String(decoding: $0.reason, as: UTF8.self) } == ["window regs: BAR 0 has no address"])
        #expect(report.results.map { String(decoding: $0.value, as: UTF8.self) } == ["1", "52:54:00:12:34:56"])
        #expect(String(decoding: report.options, as: UTF8.self) == "verbose trace")
        #expect(report.outcome == .passed)
    }

    @Test func `the map of guard space and what was written there come back`() throws {
        var texts = SampleReport.texts
        let place = try #require(texts.firstIndex { $0.hasPrefix("data ") })
        texts.insert("private 0x60000000 +0x80000 physical=0x400000 guard=0x12000", at: place + 1)
        let pool = try #require(texts.firstIndex { $0.contains("e1000.tx_pool pool") })
        texts.insert("guard 00:03.0 e1000.tx_pool 0x60085000 +0x12000", at: pool + 1)
        texts.insert("overrun 00:03.0 e1000 0x60085000 +0x7d23 changed=31999 behind=tx_pool of 00:03.0", at: pool + 2)
        texts.insert("overrun 00:03.0 e1000 0x60080010 +0x1 changed=1 behind=private", at: pool + 3)
        let report = MachineReport(bytes: SampleReport.bytes(texts))
        #expect(report.outcome == .passed && report.errors.isEmpty)
        var placement = report.facts.placement
        placement.dataByteCount = 0x80_0000
        #expect(report.privateRegion == placement.privateRegion)
        #expect(report.drivers[0].driver.memories.map(\.guardByteCount) == [0, 0x12000, 0])
        #expect(report.overruns.map(\.memory) == [Array("tx_pool".utf8), Array("private".utf8)])
        #expect(report.overruns.map { $0.owner?.rawValue } == [0x18, nil])
        #expect(report.overruns.map(\.byteCount) == [0x7D23, 1])
        #expect(report.overruns.map(\.changedByteCount) == [31999, 1])
        for (index, text) in [
            (place + 1, "private 0x60001000 +0x80000 physical=0x400000 guard=0x12000"),
            (place + 1, "private 0x60000000 +0x800001 physical=0x400000 guard=0x12000"),
            (pool + 1, "guard 00:03.0 e1000.tx_pool 0x60085001 +0x12000"),
            (pool + 1, "guard 00:03.0 e1000.tx 0x60001000 +0x12000"),
            (pool + 2, "overrun 00:03.0 e1000 0x60085000 changed=31999 behind=tx_pool of 00:03.0"),
            (pool + 3, "overrun 00:03.0 e1000 0x60080010 +0x1 changed=1 behind=private of"),
        ] {
            var wrong = texts
            wrong[index] = text
            #expect(MachineReport(bytes: SampleReport.bytes(wrong)).errors.count == 1, "\(text)")
        }
    }

    @Test func `an exchange comes back as one value a card`() throws {
        let report = report()
        let exchange = try #require(report.exchanges.first)
        #expect(report.exchanges.count == 1)
        #expect(exchange.function.rawValue == 0x18 && exchange.driver == Array("e1000".utf8))
        #expect(exchange.bringup == Array("ready".utf8) && exchange.isLinkUp == true)
        #expect(
            exchange.resolution
                == ReportedQuestion(
                    peer: Array("10.0.2.2".utf8), station: Array("52:55:0a:00:02:02".utf8), tries: 1, microseconds: 123)
        )
        #expect(
            exchange.echo
                == ReportedQuestion(
                    peer: Array("10.0.2.2".utf8), byteCount: 56, isAnswered: false, tries: 3, microseconds: 4_500_000))
        #expect(
            exchange.volume
                == ReportedVolume(returnedCount: 9999, plannedCount: 10_000, busyCount: 37, microseconds: 2_345_678))
        let counts = try #require(exchange.counts)
        #expect([counts.sent, counts.received, counts.stray, counts.malformed, counts.bad] == [2, 3, 1, 4, 5])
        #expect([counts.lost, counts.overruns, counts.bringups] == [6, 7, 8])
    }

    @Test(arguments: [
        "exchange 00:03.0 e1000 bringup=ready", "exchange 00:03.0 e1000 link=maybe us=12", "exchange 00:03.0 e1000",
        "exchange 00:03.0 e1000 arp=10.0.2.2 tries=1 us=123", "exchange 00:03.0 e1000 sent=2 received=3",
        "exchange 00:03.0 e1000 sent=2 received=3 stray=1 malformed=4 bad=5 lost=6",
        "exchange 00:03.0 e1000 arp=10.0.2.2 is=52:55:0a:00:02:02 silent tries=1 us=123",
        "exchange 00:03.0 e1000 echo=10.0.2.2 tries=1 us=1", "exchange 00:03.0 e1000 link=up us=12 late",
        "exchange 00:03.0 e1000 returned=1 of=2 us=3",
    ])
    func `an exchange that is not said as it should be is an error`(text: String) {
        let report = report(replacing: "exchange 00:03.0 e1000 link=up us=12", by: text)
        #expect(report.errors.count == 1)
    }

    @Test(arguments: [
        ("drivers 1 functions=3", "drivers 2 functions=3"),
        ("drivers 1 functions=3", "drivers 1 functions=4"),
        (
            "driver 00:03.0 e1000 is=nic functions=3 bytes=28 ticks=81234",
            "driver 00:03.0 e1000 is=nic functions=2 bytes=28 ticks=1"
        ),
        (
            "driver 00:03.0 e1000 is=nic functions=3 bytes=28 ticks=81234",
            "driver 00:03.0 e1000 is=nic functions=2 bytes=28 ticks=1"
        ),
        (
            "function 00:03.0 e1000.link 0x40000000 bytes=12 instructions=4 branches=0 rule=e1000.meta",
            "function 00:03.0 e1000.link 0x40000000 bytes=12 instructions=5 branches=0 rule=e1000.meta"
        ),
        (
            "function 00:03.0 e1000.link 0x40000000 bytes=12 instructions=4 branches=0 rule=e1000.meta",
            "function 00:03.0 e1000.link 0x40000000 bytes=12 instructions=4 branches=0"
        ),
        (
            "function 00:03.0 e1000.link 0x40000000 bytes=12 instructions=4 branches=0 rule=e1000.meta",
            "function 00:03.0 e1000.link 0x40000000 bytes=12 instructions=4 branches=0 rule="
        ),
        (
            "function 00:03.0 e1000.link 0x40000000 bytes=12 instructions=4 branches=0 rule=e1000.meta",
            "function 00:03.0 e1000.link 0x40000000 bytes=12 instructions=4 branches=0 rule=e1000.meta parameters=7"
        ),
        ("code 00:03.0 e1000.mac +0x6 48c1e020 @27 b878563412", "code 00:03.0 e1000.mac +0x7 48c1e020 @27 b878563412"),
        (
            "region 00:03.0 e1000.tx ring 0x60000000 +0x1000 physical=0x400000 stride=16",
            "region 00:03.0 e1000.tx window 0x60000000 +0x1000 physical=0x400000 stride=16"
        ),
        (
            "region 00:03.0 e1000.tx ring 0x60000000 +0x1000 physical=0x400000 stride=16",
            "region 00:03.0 e1001.tx ring 0x60000000 +0x1000 physical=0x400000 stride=16"
        ),
        (
            "region 00:03.0 e1000.tx ring 0x60000000 +0x1000 physical=0x400000 stride=16",
            "region 00:03.0 e1000.tx ring 0x60000000 +0x1000"
        ),
        (
            "region 00:03.0 e1000.tx ring 0x60000000 +0x1000 physical=0x400000 stride=16",
            "region 00:03.0 e1000.tx ring 0x60000000 +0x1000 physical=0x400000 stride=0x10"
        ),
        (window, "window 00:03.0 e1000.regs configuration 0x1900 +0x20000"),
        (window, "window 00:03.0 e1000.regs configuration +0x20000"),
        (window, "window 00:03.0 e1000.regs bar=0 configuration 0x1800 +0x20000"),
        (grant, "grant 00:03.0 e1001.regs.TDBAL 0x50003800 +0x4 wo=4 0+32=0x400000"),
        (grant, "grant 00:03.0 e1000.regs.TDBAL 0x50003800 +0x4 no=4 0+32=0x400000"),
        (grant, "grant 00:03.0 e1000.regs.TDBAL 0x50003800 +0x4 wo=4 private parts 0+32=0x400000"),
        (grant, "grant 00:03.0 e1000.regs.TDBAL 0x50003800 +0x4 wo=4 0+65=0x400000"),
        (grant, "grant 00:03.0 e1000.regs.TDBAL 0x50003800 +0x4 wo=4 0+0=0x400000"),
        (grant, "grant 00:03.0 e1000.regs.TDBAL 0x50003800 +0x4 wo=4 32=0x400000"),
        (grant, "grant 00:03.0 e1000.regs.TDBAL 0x50003800 +0x4 wo=4 0+32=0x400000&0x1"),
        (grant, "grant 00:03.0 e1000.regs.TDBAL 0x50003800 +0x4 wo=4 0+32=0x0..0x1"),
        (grant, "grant 00:03.0 e1000.regs.TDBAL 0x50003800 +0x4 wo=4 0+32=0x0...0x1&"),
        (grant, "grant 00:03.0 e1000.regs.TDBAL 0x50003800 +0x4 wo=4 0+32=&0x1&0x1"),
        (
            "data 0x60000000 +0x800000 physical=0x400000 by=chosen",
            "data 0x60000000 by=chosen"
        ),
        ("window 00:03.0 e1000.regs bar=0 0x50000000 +0x20000", "window 00:03.0 e1000.regs bar=5 0x50000000 +0x20000"),
        ("memory 0xfffc0000 +0x40000 reserved by=pvh", "memory 0xfffc0000 +0x40000 reserved by=multiboot2"),
        ("subsystem 00:03.0 1af4:1100 by=pci", "subsystem 00:04.0 1af4:1100 by=pci"),
        ("subsystem 00:03.0 1af4:1100 by=pci", "subsystem 00:03.0 1af4:1100 by=hearsay"),
        (
            "pci 00:03.0 8086:100e class=02.00.00 revision=03 header=0 by=pci",
            "pci 00:33.0 8086:100e class=02.00.00 revision=03 header=0 by=pci"
        ),
        (
            "pci 00:02.0 1b36:0001 class=06.04.00 revision=00 header=1 by=pci",
            "pci 00:00.0 1b36:0001 class=06.04.00 revision=00 header=1 by=pci"
        ),
        ("clock tsc hertz=2400000000 by=pmtimer", "clock tsc hertz=99999999999999999999 by=pmtimer"),
        ("clock tsc hertz=2400000000 by=pmtimer", "clock tsc  hertz=2400000000 by=pmtimer"),
        ("clock tsc hertz=2400000000 by=pmtimer", "clock tsc hertz=2400000000 by=pmtimer late"),
        ("clock tsc hertz=2400000000 by=pmtimer", "hearsay 17"),
        ("1..2", "1..x"),
        ("ok 1 clock advances", "ok 3 clock advances"),
        (
            "metaos 2 entry=pvh nonce=0123456789abcdef by=option options=\"verbose trace\"",
            "metaos 3 entry=pvh nonce=0123456789abcdef by=option options=\"\""
        ),
    ])
    func `a record that means nothing, or denies another, is named`(text: String, replacement: String) {
        let report = report(replacing: text, by: replacement)
        #expect(!report.errors.isEmpty)
        #expect(report.outcome != .passed)
        if case .unreadable(let errors) = report.outcome {
            #expect(errors == report.errors)
        } else {
            Issue.record("\(report.outcome)")
        }
    }

    @Test(arguments: [
        ("ok 1 clock advances", "not ok 1 clock advances"),
        (
            "verdict passed nonce=0123456789abcdef tests=2 failed=0",
            "verdict failed nonce=0123456789abcdef tests=2 failed=1"
        ),
        (
            "verdict passed nonce=0123456789abcdef tests=2 failed=0",
            "verdict failed nonce=0123456789abcdef reason=\"no memory map\""
        ),
        (
            "verdict passed nonce=0123456789abcdef tests=2 failed=0",
            "verdict passed nonce=0123456789abcdef tests=2 failed=1"
        ),
        (
            "verdict passed nonce=0123456789abcdef tests=2 failed=0",
            "verdict passed nonce=0123456789abcdef tests=3 failed=0"
        ),
        ("1..2", "1..3"),
        ("ok 2 counts # SKIP no counter", "fault divide-error vector=0 error=0x0 rip=0x101a2c during \"counting\""),
    ])
    func `a failed run never passes, whatever its verdict says`(text: String, replacement: String) {
        let report = report(replacing: text, by: replacement)
        guard case .failed = report.outcome else {
            Issue.record("\(report.outcome)")
            return
        }
    }

    @Test(arguments: [
        (
            "link=down us=15000001", "", "not ok 1 has its link up", "verdict no-peer", 1,
            ReportOutcome.noPeer(reason: "no link")
        ),
        (
            "link=up us=12", "arp=10.0.2.2 silent tries=3 us=4500000", "not ok 1 answers ARP", "verdict no-peer", 1,
            .noPeer(reason: "no link")
        ),
        (
            "link=up us=12", "arp=10.0.2.2 is=52:55:0a:00:02:02 tries=1 us=4", "not ok 1 answers echo",
            "verdict no-peer", 1, .failed(reason: "failed tests, though the verdict says no-peer")
        ),
        (
            "link=down us=15000001", "", "not ok 1 has its link up", "verdict passed", 1,
            .failed(reason: "failed tests, though the verdict says passed")
        ),
        (
            "link=down us=15000001", "", "ok 1 has its link up", "verdict passed", 0,
            .failed(reason: "failed tests, though the verdict says passed")
        ),
        (
            "link=up us=12", "", "ok 1 has its link up", "verdict no-peer", 0,
            .failed(reason: "failed tests, though the verdict says no-peer")
        ),
    ])
    func `a run has no peer where a card had no answer, and nothing else failed`(
        link: String, question: String, test: String, verdict: String, failedCount: Int, outcome: ReportOutcome
    ) {
        let card = "exchange 00:03.0 lamp "
        let reason = verdict.hasSuffix("peer") ? " reason=\"no link\"" : ""
        let report = report(
            ["metaos 2 entry=pvh nonce=0123456789abcdef by=option options=\"\"", "KTAP version 1", "1..1"]
                + ["bringup=ready us=1", link, question].filter { !$0.isEmpty }.map { card + $0 }
                + [test, "\(verdict) nonce=0123456789abcdef tests=1 failed=\(failedCount)\(reason)"])
        #expect(report.outcome == outcome)
    }

    @Test func `faults come back with all that they say`() throws {
        let texts = [
            "metaos 2 entry=pvh nonce=0123456789abcdef by=option options=\"\"",
            "fault page-fault vector=14 error=0x2 rip=0x101a2c address=0xdead0000 during \"scanning PCI\"",
            "fault expired-wait \"interval timer counts\" bound=20000us during \"calibrating the clock\"",
            "fault swift-trap vector=6 error=0x0 rip=0x101000 during \"matching\"",
            "verdict failed nonce=0123456789abcdef tests=0 failed=0 reason=\"page-fault\"",
        ]
        let report = report(texts)
        #expect(report.errors.isEmpty)
        #expect(report.faults.count == 3)
        let fault = report.faults[0]
        #expect(fault.vector == 14 && fault.errorCode == 2 && fault.address == 0xDEAD0000)
        #expect(fault.instruction == 0x101A2C)
        #expect(String(decoding: fault.activity, as: UTF8.self) == "scanning PCI")
        #expect(report.faults[1].boundMicroseconds == 20000)
        #expect(String(decoding: report.faults[1].subject, as: UTF8.self) == "interval timer counts")
        #expect(report.outcome == .failed(reason: "page-fault"))
    }

    @Test func `a report without a verdict is incomplete`() {
        #expect(report(Array(SampleReport.texts.dropLast())).outcome == .incomplete)
        #expect(MachineReport(bytes: [UInt8]()).outcome == .incomplete)
        #expect(MachineReport(bytes: Array("noise\r\n".utf8)).outcome == .incomplete)
    }

    @Test func `an error names its record`() throws {
        let report = report(replacing: "clock tsc hertz=2400000000 by=pmtimer", by: "clock tsc hertz=fast by=pmtimer")
        let error = try #require(report.errors.first)
        #expect(error.record == 10)
        #expect(error.description == "record 10 (\"clock tsc hertz=fast by=pmti...\"): expected a frequency")
        #expect(throws: error) { try FactsReader.facts(of: report.records) }
    }
}
