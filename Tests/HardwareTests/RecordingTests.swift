// Recordings as text, and replay: what fits returns the same facts, what differs is told where.

import Hardware
import Recording
import Testing

struct RecordingTests {
    @Test("a recorded machine is discovered again from its text", arguments: RecordedMachine.all)
    func replays(_ machine: RecordedMachine) throws {
        let recording = try machine.recording
        let discovered = try recording.replay()
        #expect(discovered.facts.functions.count >= 5)
        #expect(discovered.facts.tables.count >= 4)
        #expect(discovered.oddities == [])
        #expect(try Recording(text: recording.text) == recording)
        // Recording the replay gives the recording back.
        var access = RecordingAccess(
            ReplayingAccess(recording), machine: recording.machine, entry: recording.entry)
        #expect(try Recording.discover(recording.entry, &access) == discovered)
        #expect(access.recording.text == recording.text)
    }

    @Test("a BAR above 4 GiB, a second root bus and a card behind a bridge are in the recordings")
    func coversMachines() throws {
        let facts = try RecordedMachine.all.map { try $0.recording.replay().facts }
        #expect(facts[2].functions.contains { $0.baseAddressRegisters.contains { $0.base >= 4 << 30 } })
        #expect(facts[2].functions.contains { $0.address.bus > 0x7F })
        // Every kind of card that the atlas is to know, and a virtio card with its older registers and without.
        for facts in facts[3...4] {
            let devices = Set(facts.functions.map(\.device))
            #expect(devices.isSuperset(of: [0x100E, 0x10D3, 0x8139, 0x1000, 0x1041]))
        }
        for facts in facts[...4] {
            #expect(facts.functions.contains { $0.address.bus > 0 && $0.classCode == 0x02_0000 })
        }
    }

    @Test("the first difference from a recording is told, and everything after it answers all ones")
    func tellsDivergence() throws {
        let text = "metaos recording 1\nmachine none\nentry 0 0\nin 2 10 7*2 8\nset 00:1f.7+4 2 step=0 6\n"
        let wrong = text.replacing("set 00:1f.7+4 2 step=0 6", with: "set 2 0:1f.7+4 6")
        #expect(throws: RecordingError.line(5)) { try Recording(text: text) }
        var access = ReplayingAccess(try Recording(text: wrong))
        let port = PortNumber(rawValue: 0x10)
        #expect([7, 7, 8] == (0..<3).map { _ in access.readPort(port, .word) })
        #expect(access.divergence == nil)
        access.writeConfiguration(FunctionAddress(bus: 0, device: 31, function: 7), 4, .word, 7)
        #expect(access.divergence?.asked == "set 2 0:1f.7+4 7")
        #expect(access.divergence?.recorded == "set 2 0:1f.7+4 6")
        #expect(access.divergence?.access == 3)
        #expect(access.readPort(port, .word) == 0xFFFF)
        #expect(access.readMemory(PhysicalAddress(rawValue: 0), .quadWord) == .max)
        #expect(access.unreadCount == 1)
    }

    @Test("a recording that lost or gained a line does not replay")
    func refusesChangedRecording() throws {
        let whole = try RecordedMachine.all[0].recording
        // A look at a timer or at the time is one among many: without it discovery asks for the same.
        let places = whole.runs.indices.filter { ![.readPort, .readTimestamp].contains(whole.runs[$0].kind) }
        for index in places.enumerated().filter({ $0.offset % 17 == 0 }).map(\.element) {
            var recording = whole
            recording.runs.remove(at: index)
            #expect(throws: RecordingError.self, "without run \(index)") { try recording.replay() }
        }
        var recording = whole
        recording.runs.append(RecordedRun(kind: .readTimestamp, width: 0, place: 0, values: [1, 2]))
        #expect(throws: RecordingError.unread(accesses: 2)) { try recording.replay() }
    }

    @Test("text that is no recording is refused with its line")
    func refusesText() {
        #expect(throws: RecordingError.title) { try Recording(text: "") }
        #expect(throws: RecordingError.title) { try Recording(text: "metaos recording 2\nmachine\nentry 0 0\n") }
        for line in [
            "in", "in 3 10 1", "in 1 zz 1", "get 1 0:20.0+0 1", "cpuid 1 2 3 4 5", "read 8 0", "tsc 1*0", "x 1",
        ] {
            let text = "metaos recording 1\nmachine none\nentry 0 0\n# comment\n\(line)\n"
            #expect(throws: RecordingError.line(5), "\(line)") { try Recording(text: text) }
        }
    }
}
