// Edits of one line, each of which made a card of the atlas write or read outside of what its driver was given, while the
// compiler and the verifier took it. Each is refused now: by the compiler with its line and, with the compiler told to
// overlook that, by the verifier with the same line.

import Hardware
import Metabinary
import Pipeline
import RuleCompiler
import Testing
import Verification

@Suite struct `Values that make a card dangerous` {
    /// An edit of a rule: what is there, once, and what is put in its place.
    struct Edit: CustomTestStringConvertible, Sendable {
        let name: String
        let file: String
        let old: String
        let new: String
        /// What the compiler says of it.
        let diagnostic: String
        /// The machine whose driver shows what the verifier says.
        var machine = "pc-cards"
        /// The statement that stores it, with its file, where that is in another line.
        var statement: (file: String, text: String)?

        var testDescription: String { name }
    }

    private static let values = [
        Edit(
            name: "a self-test of the 8255x, which writes where PORT says", file: "i8255x.meta",
            old: "PORT = 2 ", new: "PORT = 0x0010_0001 ", diagnostic: "M136", machine: "pc-lists"),
        Edit(
            name: "buffers of 16 KiB and long packets of an e1000", file: "e1000.meta",
            old: "RCTL = EN | BAM | SECRC", new: "RCTL = EN | BAM | SECRC | LPE | BSIZE(1) | BSEX", diagnostic: "M136",
            machine: "pc"),
        Edit(
            name: "64 KiB for the RTL8139 to wrap in", file: "rtl8139.meta",
            old: "RCR = APM | AB | WRAP", new: "RCR = RBLEN(3) | APM | AB | WRAP", diagnostic: "M136"),
        Edit(
            name: "a head beyond its ring", file: "e1000.meta",
            old: "rx.notify()", new: "rx.notify() RDH = 256", diagnostic: "M136", machine: "pc"),
        Edit(
            name: "extended descriptors, with lengths of 20 bits", file: "e1000.meta",
            old: "command: EOP | IFCS | RS }", new: "command: 0x20 | EOP | IFCS | RS }", diagnostic: "M134",
            machine: "pc", statement: ("ring_nic.meta", "slot = outgoing(")),
        Edit(
            name: "a descriptor that leads to others", file: "virtio_net.meta",
            old: "length: rx.bytes, flags: WRITE", new: "length: rx.bytes, flags: WRITE | 4", diagnostic: "M134"),
        Edit(
            name: "a queue of 1024", file: "virtio_net.meta",
            old: "rx_available.index = buffers\n        QUEUE_SIZE = 128",
            new: "rx_available.index = buffers\n        QUEUE_SIZE = 1024", diagnostic: "M136"),
        Edit(
            name: "a descriptor of an old card that leads to others", file: "virtio_net_legacy.meta",
            old: "length: rx.bytes, flags: WRITE", new: "length: rx.bytes, flags: WRITE | 4", diagnostic: "M134",
            machine: "pc-old"),
        Edit(
            name: "an entry of an old card past its buffers", file: "virtio_net_legacy.meta",
            old: "rx_available.entries[i] = i", new: "rx_available.entries[i] = 128", diagnostic: "M136",
            machine: "pc-old"),
        Edit(
            name: "a command that writes the card's state", file: "i8255x.meta",
            old: "for i in 0..<64 { rx[i]", new: "sends[3].command = CMD(6) for i in 0..<64 { rx[i]",
            diagnostic: "M136",
            machine: "pc-lists"),
        Edit(
            name: "255 buffers of one frame", file: "i8255x.meta",
            old: "list: fragments[i].address, threshold: 224, number: 1",
            new: "list: fragments[i].address, threshold: 224, number: 255", diagnostic: "M136", machine: "pc-lists",
            statement: ("i8255x.meta", "sends[i] = Send {")),
        Edit(
            name: "a receive unit on the list of the transmit unit", file: "i8255x.meta",
            old: "POINTER = rx[taken & 63].address", new: "POINTER = sends[taken & 15].address", diagnostic: "M136",
            machine: "pc-lists"),
        Edit(
            name: "a command unit's base in another memory", file: "i8255x.meta",
            old: "POINTER = 0    COMMAND = M | CUC(6)", new: "POINTER = rx[0].address    COMMAND = M | CUC(6)",
            diagnostic: "M136", machine: "pc-lists"),
        Edit(
            name: "a transmit ring of 32 descriptors, of which there are 16", file: "pcnet.meta",
            old: "setup.tlen = TLEN(4)", new: "setup.tlen = TLEN(5)", diagnostic: "M136", machine: "pc-lance"),
        Edit(
            name: "a receive ring that begins in its middle", file: "pcnet.meta",
            old: "setup.rdra = receives[0].address", new: "setup.rdra = receives[1].address", diagnostic: "M136",
            machine: "pc-lance"),
        Edit(
            name: "a frame of 2,049 bytes into a buffer of 2,048", file: "pcnet.meta",
            old: "OWN | ONES(15) | BCNT(4096 - rx.bytes) }", new: "OWN | ONES(15) | BCNT(4096 - rx.bytes - 1) }",
            diagnostic: "M130", machine: "pc-lance", statement: ("pcnet.meta", "{ receives[i] = empty(")),
        Edit(
            name: "a frame of no byte, which a PCnet takes for 4,096", file: "pcnet.meta",
            old: "receives[given.index].control = OWN | ONES(15) | BCNT(4096 - rx.bytes)",
            new: "receives[given.index].control = OWN | ONES(15)", diagnostic: "M130", machine: "pc-lance"),
        Edit(
            name: "a frame longer than the caller's buffer", file: "pcnet.meta",
            old: "BCNT((4096 - length) & 0xFFF)", new: "BCNT((2047 - length) & 0xFFF)", diagnostic: "M132",
            machine: "pc-lance"),
        Edit(
            name: "descriptors of 8 bytes, whose addresses are elsewhere", file: "pcnet.meta",
            old: "STYLE = 2", new: "STYLE = 0", diagnostic: "M136", machine: "pc-lance"),
        Edit(
            name: "ownership without the ones that go with it", file: "pcnet.meta",
            old: "OWN | STP | ENP | ONES(15) |", new: "OWN | STP | ENP | ONES(14) |", diagnostic: "M136",
            machine: "pc-lance"),
    ]

    /// What is not told, or not any more, when the device is set to work: each family's premise in turn.
    private static let omissions = [
        Edit(
            name: "a receiver of an e1000 that is told of no ring", file: "e1000.meta",
            old: "rx.start()\n        rx.notify()\n        RCTL", new: "\n        rx.notify()\n        RCTL",
            diagnostic: "M136", machine: "pc"),
        Edit(
            name: "a transmitter of an e1000 that is told of no ring", file: "e1000.meta",
            old: "tx.start()\n        tx.notify()\n        TCTL", new: "\n        tx.notify()\n        TCTL",
            diagnostic: "M136", machine: "pc"),
        Edit(
            name: "an e1000 that is reset after it was told", file: "e1000.meta",
            old: "rx.notify()\n        RCTL", new: "CTRL = RST\n        RCTL", diagnostic: "M136", machine: "pc"),
        Edit(
            name: "a receiver of an e1000e that is told of no ring", file: "e1000e.meta",
            old: "rx.start()\n        rx.notify()\n        RCTL", new: "\n        rx.notify()\n        RCTL",
            diagnostic: "M136", machine: "q35-cards"),
        Edit(
            name: "a transmitter of an e1000e that is reset after it was told", file: "e1000e.meta",
            old: "TCTL = EN", new: "CTRL = RST TCTL = EN", diagnostic: "M136", machine: "q35-cards"),
        Edit(
            name: "a receiver of an RTL8139 that is told of no memory", file: "rtl8139.meta",
            old: "rx.start()\n        CR", new: "\n        CR", diagnostic: "M136"),
        Edit(
            name: "a transmitter of an RTL8139 one of whose pairs is told of no buffer", file: "rtl8139.meta",
            old: "0..<4 { TSAD[i] = tx[i].address }\n        rx.start()\n        CR = RE",
            new: "0..<3 { TSAD[i] = tx[i].address }\n        rx.start()\n        CR = RE", diagnostic: "M136"),
        Edit(
            name: "a queue without a size", file: "virtio_net.meta",
            old: "QUEUE_SIZE = 128\n        rx_table.start()\n        rx_available.start()\n        rx_used.start()\n"
                + "        QUEUE",
            new: "\n        rx_table.start()\n        rx_available.start()\n        rx_used.start()\n        QUEUE",
            diagnostic: "M136"),
        Edit(
            name: "a queue without descriptors", file: "virtio_net.meta",
            old: "rx_table.start()\n        rx_available.start()\n        rx_used.start()\n        QUEUE",
            new: "\n        rx_available.start()\n        rx_used.start()\n        QUEUE", diagnostic: "M136"),
        Edit(
            name: "a queue that shows the card no buffers", file: "virtio_net.meta",
            old: "tx_available.start()\n        tx_used.start()\n        QUEUE",
            new: "\n        tx_used.start()\n        QUEUE", diagnostic: "M136"),
        Edit(
            name: "a queue into which the card writes at address 0", file: "virtio_net.meta",
            old: "tx_used.start()\n        QUEUE", new: "\n        QUEUE", diagnostic: "M136"),
        Edit(
            name: "a queue that is told of another one's memory", file: "virtio_net.meta",
            old: "tx_used.start()\n        QUEUE", new: "rx_used.start()\n        QUEUE", diagnostic: "M136"),
        Edit(
            name: "a queue that is enabled in another one's place", file: "virtio_net.meta",
            old: "rx_used.start()\n        QUEUE_ENABLE", new: "QUEUE_SELECT = 1 rx_used.start()\n        QUEUE_ENABLE",
            diagnostic: "M136"),
        Edit(
            name: "an old card that is told of no queue", file: "virtio_net_legacy.meta",
            old: "rx_table.start()\n        QUEUE_SELECT = 1\n        tx_table.start()\n        DEVICE_STATUS",
            new: "\n        QUEUE_SELECT = 1\n\n        DEVICE_STATUS", diagnostic: "M136", machine: "pc-old"),
        Edit(
            name: "an old card that is reset after it was told", file: "virtio_net_legacy.meta",
            old: "DEVICE_STATUS = ACKNOWLEDGE | DRIVER | DRIVER_OK",
            new: "DEVICE_STATUS = 0 DEVICE_STATUS = ACKNOWLEDGE | DRIVER | DRIVER_OK", diagnostic: "M136",
            machine: "pc-old"),
        Edit(
            name: "an old card whose last queue is not told of", file: "virtio_net_legacy.meta",
            old: "        tx_table.start()\n        DEVICE_STATUS", new: "\n        DEVICE_STATUS", diagnostic: "M136",
            machine: "pc-old"),
        Edit(
            name: "a command of an 8255x that is about nothing", file: "i8255x.meta",
            old: "POINTER = setup[0].address    COMMAND", new: "COMMAND", diagnostic: "M136", machine: "pc-lists"),
        Edit(
            name: "a PCnet that is told of no block", file: "pcnet.meta",
            old: "setup.start()\n        CONTROL", new: "\n        CONTROL", diagnostic: "M136", machine: "pc-lance"),
        Edit(
            name: "a PCnet that is stopped after it was told", file: "pcnet.meta",
            old: "CONTROL = START(3)", new: "CONTROL = STOP CONTROL = START(3)", diagnostic: "M136",
            machine: "pc-lance"),
        Edit(
            name: "a PCnet that is reset by a read after it was told", file: "pcnet.meta",
            old: "CONTROL = START(3)", new: "flush RESET CONTROL = START(3)", diagnostic: "M136",
            machine: "pc-lance"),
        Edit(
            name: "a PCnet that starts without reading its block", file: "pcnet.meta",
            old: "CONTROL = START(3)", new: "CONTROL = START(2)", diagnostic: "M136", machine: "pc-lance"),
        Edit(
            name: "a block that is told before structures have 32 bits", file: "pcnet.meta",
            old: "STYLE = 2\n        setup.start()\n        CONTROL",
            new: "\n        setup.start()\n        CONTROL", diagnostic: "M136", machine: "pc-lance"),
    ]

    static let edits = values + omissions

    /// What lets an edit pass the checker, so that the verifier is asked.
    private static let overlooked: Set<DiagnosticIdentifier> = [.valueUnstated, .valueNotAllowed, .lengthPastBuffer]

    /// The atlas with the edit, and the line of it.
    private static func edited(_ edit: Edit) throws -> (sources: [RuleSource], line: Int) {
        var sources = try ShippedAtlas.compiled.get().sources
        let index = try #require(sources.firstIndex { $0.name == edit.file })
        let text = sources[index].text
        let place = try #require(text.firstRange(of: edit.old), "\(edit.file) has changed")
        #expect(text[place.upperBound...].firstRange(of: edit.old) == nil, "there are two of it")
        sources[index] = RuleSource(name: edit.file, text: text.replacing(edit.old, with: edit.new))
        // Where what is new ends: it is the only line that differs.
        return (sources, line(of: place.upperBound, in: text))
    }

    private static func line(of place: String.Index, in text: String) -> Int {
        text[..<place].count { $0 == "\n" } + 1
    }

    @Test(arguments: edits) func `the compiler refuses it, with its line`(edit: Edit) throws {
        let (sources, line) = try Self.edited(edit)
        let found = RuleCompiler.compileAndTry(sources).diagnostics
        #expect(found.map(\.identifier.text).contains(edit.diagnostic), "\(found)")
        for diagnostic in found {
            #expect(diagnostic.file == edit.file && diagnostic.line == line, "\(diagnostic)")
        }
    }

    @Test(arguments: edits) func `the verifier refuses it by itself, with its line`(edit: Edit) throws {
        let (sources, line) = try Self.edited(edit)
        let compilation = RuleCompiler.compile(sources, ignoring: Self.overlooked)
        let image = try MetabinaryImage(try #require(compilation.metabinary, "\(compilation.diagnostics)"))
        var observer = SilentObserver()
        let outcomes = generate(try RecordedFacts.named(edit.machine).facts, image, observer: &observer)
        var refusals: [RefusedCode] = []
        for case .refused(let refusal) in outcomes {
            guard case .verification(let code) = refusal.error else { continue }
            refusals.append(code)
        }
        let code = try #require(refusals.first, "no code is refused")
        #expect(code.error.reason == .limitBroken)
        var place = (edit.file, line)
        if let statement = edit.statement {
            let text = try #require(sources.first { $0.name == statement.file }).text
            let found = try #require(text.firstRange(of: statement.text))
            place = (statement.file, Self.line(of: found.lowerBound, in: text))
        }
        #expect((String(decoding: code.ruleFile, as: UTF8.self), Int(code.line)) == place)
    }

    @Test func `nothing is refused where nothing is edited`() throws {
        let sources = try ShippedAtlas.compiled.get().sources
        #expect(RuleCompiler.compileAndTry(sources).diagnostics.isEmpty)
        for machine in Set(Self.edits.map(\.machine)) {
            var observer = SilentObserver()
            let image = try ShippedAtlas.compiled.get().image
            for outcome in generate(try RecordedFacts.named(machine).facts, image, observer: &observer) {
                if case .refused(let refusal) = outcome { Issue.record("\(machine): \(refusal.error)") }
            }
        }
    }
}
