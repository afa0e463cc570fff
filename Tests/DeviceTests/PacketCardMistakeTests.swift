// The simulated cards of the other families find mistakes too: rules that are changed, compile, and must not pass.

import Devices
import Pipeline
import Testing

@Suite struct PacketCardMistakeTests {
    /// A mistake in the atlas.
    struct Row: CustomTestStringConvertible, Sendable {
        var driver: DriverUnderTest
        var file: String
        var text: String
        var replacement: String

        init(_ driver: DriverUnderTest, _ file: String, _ text: String, _ replacement: String = "") {
            self.driver = driver
            self.file = file
            self.text = text
            self.replacement = replacement
        }

        var testDescription: String { "\(file): \(text) -> \(replacement)" }
    }

    static let rows = [
        Row(.express, "e1000e.meta", "        GCR = GCR | INIT\n"),
        Row(.express, "e1000e.meta", "        CTRL = GIO_DISABLE  "),
        Row(.byteRing, "rtl8139.meta", "        if size == 0xFFF0 { ", "        if size == 0xFFF1 { "),
        Row(.byteRing, "rtl8139.meta", "        if (CBR >> 2) & 2047 == here { return none }"),
        Row(.byteRing, "rtl8139.meta", "report & (TUN | TOK) == 0", "report & TUN == 1"),
        Row(.byteRing, "rtl8139.meta", "        sent[slot] = 1\n"),
        Row(.byteRing, "rtl8139.meta", "        wait CR.RST == 0 within 10_000 us else return stuck"),
        Row(.byteRing, "rtl8139.meta", "(ends[given.index] << 2) - 16", "(ends[given.index] << 2) - 12"),
        Row(.byteRing, "rtl8139.meta", "(size + 7) >> 2", "(size + 4) >> 2"),
        Row(.byteRing, "rtl8139.meta", "        if u8(taken.count - given.count) == 16 { return none }"),
        Row(.byteRing, "rtl8139.meta", "APM | AB | WRAP", "APM | AB"),
        Row(.byteRing, "rtl8139.meta", "APM | AB | WRAP", "AB | WRAP"),
        Row(.byteRing, "rtl8139.meta", "(slot + 1) & 3", "(slot + 2) & 3"),
        Row(.byteRing, "rtl8139.meta", "        CR = RE | TE  ", "        CR = RE  "),
        Row(.virtio, "virtqueue_nic.meta", "            fence     ", "            //        "),
        Row(
            .virtio, "virtqueue_nic.meta", "            fence\n            if rx_used.event",
            "            if rx_used.event"),
        Row(.virtio, "virtqueue_nic.meta", "filled - tx_used.event - 1", "filled - tx_used.event"),
        Row(.virtio, "virtqueue_nic.meta", "rx_used.event == filled", "rx_used.event == more"),
        Row(.virtio, "virtqueue_nic.meta", "length = length + header", "length = length + 11"),
        Row(.virtio, "virtqueue_nic.meta", "length: u16(size - header)", "length: u16(size - header + 1)"),
        Row(.virtio, "virtqueue_nic.meta", "            if tx_used.index == tx_seen.count { return busy }\n"),
        Row(.virtio, "virtqueue_nic.meta", "            tx_seen.advance()\n"),
        Row(.virtio, "virtqueue_nic.meta", "rx_used.elements[rx_seen.index].id", "rx_used.elements[tx_seen.index].id"),
        Row(.virtio, "virtqueue_nic.meta", "entries[tx_next.index]", "entries[tx_seen.index]"),
        Row(.virtio, "virtio_net.meta", "net_status << 16 | tells << 29", "net_status << 16 | 1 | tells << 29"),
        Row(.virtio, "virtio_net.meta", "net_status << 16 | tells << 29", "net_status << 16"),
        Row(
            .quietVirtio, "virtqueue_nic.meta", "        } else {\n            DOORBELL[tx_bell] = 1\n",
            "        } else {\n"),
        Row(
            .virtio, "virtio_net.meta", "        DOORBELL[rx_bell] = 0\n        return ready",
            "        return ready"),
        Row(.virtio, "virtio_net.meta", "        wait DEVICE_STATUS == 0 within 100_000 us else return stuck"),
        Row(.virtio, "virtio_net.meta", "DRIVER_FEATURE = version_1 |", "DRIVER_FEATURE = version_1 << 1 |"),
        Row(.virtio, "virtio_net.meta", "length: rx.bytes, flags: WRITE", "length: rx.bytes"),
        Row(
            .oldVirtio, "virtio_net_legacy.meta", "        DOORBELL[rx_bell] = 0\n        return ready",
            "        return ready"),
        Row(.oldVirtio, "virtio_net_legacy.meta", "any_layout << 27", "any_layout << 16"),
        Row(.oldVirtio, "virtio_net_legacy.meta", "fact header = 10 ", "fact header = 12 "),
        Row(.oldVirtio, "virtio_net_legacy.meta", "align 4096, behind tx_available", "behind tx_available"),
        Row(.oldVirtio, "virtqueue_nic.meta", "entries[filled & (entries - 1)]", "entries[filled & 127]"),
        Row(.lists, "list_nic.meta", "        flush STATUS     "),
        Row(.lists, "list_nic.meta", "        sends[slot].control = S\n"),
        Row(.lists, "list_nic.meta", "        if told != sent { sends[(slot + 15) & 15].control = 0 }     "),
        Row(.lists, "i8255x.meta", "        sends[(told + 15) & 15].control = 0\n"),
        Row(.lists, "i8255x.meta", "        told = sent\n"),
        Row(.lists, "list_nic.meta", "        if sends[(slot + 1) & 15].status.C == 0 { return busy }  "),
        Row(.lists, "list_nic.meta", "        sends[slot].status = 0\n"),
        Row(.lists, "list_nic.meta", "        if u8(taken - given) == 64 { return none }\n"),
        Row(.lists, "list_nic.meta", "        rx[here].control = EL     "),
        Row(.lists, "list_nic.meta", "        rx[(here + 63) & 63].control = 0     "),
        Row(.lists, "list_nic.meta", "                if (rx[here].status.C == 0) & ready_to_hear() { restart() }\n"),
        Row(.lists, "i8255x.meta", "        wait STATUS.CUS == 1 within 100_000 us else return stuck\n"),
        Row(.lists, "i8255x.meta", "COMMAND = M | CUC(2)", "COMMAND = CUC(2)"),
        Row(.lists, "i8255x.meta", "CMD(1) | EL", "CMD(1)"),
        Row(.ownMemory, "ne2000.meta", "        wait ISR.RST within 10_000 us else return stuck\n"),
        Row(.ownMemory, "ne2000.meta", "        if CR.TXP { return busy }\n"),
        Row(.ownMemory, "ne2000.meta", "        wait ISR.RDC within 2_000 us else return busy\n"),
        Row(.ownMemory, "ne2000.meta", "        DCR = WTS | LS | FT(2)\n        for", "        for"),
        Row(.ownMemory, "ne2000.meta", "RBCR[1] = words >> 7\n", "RBCR[1] = 0\n"),
        Row(.ownMemory, "ne2000.meta", "BNRY = u8(last - 1)", "BNRY = last"),
        Row(.ownMemory, "ne2000.meta", "length: u16(count - 4)", "length: u16(count - 3)"),
        Row(.ownMemory, "ne2000.meta", "        PSTOP = 0x80\n", "        PSTOP = 0x81\n"),
        Row(.ownMemory, "ne2000.meta", "        IMR = 0  ", "        IMR = 1  "),
        Row(.ownMemory, "ne2000.meta", "        RCR = AB\n"),
        Row(.ownMemory, "ne2000.meta", "TBCR[i] = station[i + 4]", "TBCR[i] = station[i]"),
        Row(.ownMemory, "ne2000.meta", "        CR = STA | RD(4)\n        TCR = 0", "        TCR = 0"),
        Row(.lance, "pcnet.meta", "        if sends[slot].control.OWN { return busy }\n"),
        Row(.lance, "pcnet.meta", "        filled.advance()\n"),
        Row(.lance, "pcnet.meta", "OWN | STP | ENP | ONES(15) | BCNT((4096", "OWN | STP | ONES(15) | BCNT((4096"),
        Row(.lance, "pcnet.meta", "        if u8(taken.count - given.count) == 64 { return none }\n"),
        Row(.lance, "pcnet.meta", "        if receives[here].control.OWN { return none }\n"),
        Row(.lance, "pcnet.meta", "length: u16(size - 4)", "length: u16(size - 3)"),
        Row(.lance, "pcnet.meta", "        setup.mode = 0\n"),
        Row(.lance, "pcnet.meta", "setup.filter[i] = 0", "setup.filter[0] = 0"),
        Row(.lance, "pcnet.meta", "setup.station[i] = APROM[i]", "setup.station[i] = APROM[5 - i]"),
        Row(.lance, "pcnet.meta", "        given.advance()\n"),
    ]

    /// Brings a driver up and exchanges frames; gives the error.
    private func error(of driver: GeneratedDriver, _ row: DriverUnderTest, seed: UInt64) throws -> SimulationError? {
        do throws(SimulationError) {
            let machine = try SimulatedMachine(
                driver, row.model, clockFrequency: row.clockFrequency, seed: seed)
            try machine.start()
            var policy = ExchangePolicy.rough
            // Short frames: more of them fit into a ring of bytes. Few at a time: the card is often just falling asleep.
            if seed % 2 == 0 { policy.frameByteCounts = 60...120 }
            if seed % 4 > 1 {
                (policy.burst, policy.receives, policy.arrivals, policy.steps) = (1...3, 0...2, 0...2, 0...3)
            }
            var exchange = FrameExchange(machine, policy, count: 1000, seed: seed)
            try exchange.run()
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: rows) func `a mistake in the atlas is found`(row: Row) throws {
        var isThere = false
        let driver = try DriverUnderTest.generate(
            row.driver.deviceName, probes: row.driver.probes, clockFrequency: row.driver.clockFrequency
        ) { name, source in
            guard name == row.file else { return source }
            isThere = source.contains(row.text)
            return source.replacing(row.text, with: row.replacement)
        }
        #expect(isThere, "\(row.file) does not say that any more: mutate it another way")
        var found: SimulationError?
        for seed in seed..<seed + 4 where found == nil { found = try error(of: driver, row.driver, seed: seed) }
        #expect(found != nil, "not found, from seed \(seed)")
    }
}
