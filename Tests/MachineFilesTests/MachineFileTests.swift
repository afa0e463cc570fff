// Machine files as text: what is written is read again as the same facts, what people do to a text does no harm, and
// what is wrong is refused with its line.

import Hardware
import ReportReading
import Testing

@testable import MachineFiles

@Suite struct `Machine files` {
    @Test(arguments: ["pc", "q35", "pc-second-root", "pc-cards", "q35-cards"])
    func `what is written is read as the same facts`(name: String) throws {
        var facts = try Fixtures.facts(name)
        facts.placement.dataPhysical = PhysicalAddress(rawValue: 0x26_9000)
        // Without a memory map there is no record to tell who gave it.
        if facts.memory.isEmpty { facts.memorySource = .multiboot2 }
        let text = MachineFile(facts: facts, origin: ["a test"]).text
        #expect(try MachineFile(text: text).facts == facts)
        for line in text.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
        #expect(text.hasPrefix("machine 1\n# a test\n"))
    }

    @Test func `what is assumed says so in its record and above it`() throws {
        var facts = try Fixtures.facts("pc")
        facts.clock?.source = .assumed
        let address = FunctionAddress(bus: 0, device: 4, function: 0)
        let words = "nobody told, so that this line is one that does not fit into the eighty columns of a terminal"
        let text = MachineFile(
            facts: facts,
            assumptions: [
                Assumption(.machine, "all of it"), Assumption(.clock, "fast"), Assumption(.range(address, 1), words),
            ]
        ).text
        #expect(text.hasPrefix("machine 1\n# assumed: all of it\n"))
        #expect(text.contains("# assumed: fast\nclock tsc hertz="))
        let lines = text.split(separator: "\n")
        let index = try #require(lines.firstIndex { $0.hasPrefix("bar 00:04.0 1 ") })
        #expect(lines[index].hasSuffix(" by=assumed"))
        #expect(lines[index - 2].hasPrefix("# assumed: nobody told, ") && lines[index - 1].hasPrefix("#   "))
        #expect(lines.count { $0.hasSuffix("by=assumed") } == 2)
        #expect(try MachineFile(text: text).facts == facts)
    }

    @Test func `comments, blanks and carriage returns mean nothing`() throws {
        let facts = try Fixtures.facts("q35")
        let lines = MachineFile(facts: facts).text.split(separator: "\n")
        let text = lines.map { "  " + $0.replacing(" ", with: " \t ") + "  # a word\r\n" }.joined(separator: "\n#\n")
        #expect(try MachineFile(text: "\n# first\n" + text).facts == facts)
    }

    @Test func `what is left out is not there`() throws {
        let facts = try MachineFile(text: "machine 1").facts
        #expect(facts == MachineFacts())
        #expect(facts.clock == nil && facts.placement == .standard)
    }

    private static let function = "pci 00:03.0 8086:100e class=02.00.00 revision=03 header=0 by=pci"

    @Test(arguments: [
        ("", 1, "no machine file: it does not begin with 'machine 1'"),
        ("# nothing\n", 1, "no machine file: it does not begin with 'machine 1'"),
        (
            "metaos 2 entry=pvh nonce=0123456789abcdef by=option options=\"\" # 0 00000000", 1,
            "no machine file: it does not begin with 'machine 1'; it looks like a report: metaos record makes a "
                + "machine file of one"
        ),
        ("\nmachine 2", 2, "'machine 2': this program reads 'machine 1'"),
        ("machine 1\nclock tsc hertz=4GHz by=assumed", 2, "'clock tsc hertz=4GHz by=assumed': expected a frequency"),
        (
            "machine 1\n\nbar 00:03.0 0 memory32 0x0 +0x10 by=pci", 3,
            "'bar 00:03.0 0 memory32 0x0 +0x10 by=pci': no line before it introduces the PCI function"
        ),
        ("machine 1\nverdict passed", 2, "'verdict passed': no kind of fact that a machine file holds"),
        (
            "machine 1\nclock tsc hertz=1 by=pit\nclock tsc hertz=2 by=pit", 3,
            "'clock tsc hertz=2 by=pit': 'clock' stands in a line before"
        ),
        (
            "machine 1\n\(function)\nbar 00:03.0 0 io 0xc000 +0x10 by=pci\nbar 00:03.0 0 io 0xd000 +0x10 by=pci", 4,
            "'bar 00:03.0 0 io 0xd000 +0x10 by=pci': 'bar 00:03.0 0' stands in a line before"
        ),
        (
            "machine 1\n\(function)\n\(function)", 3,
            "'pci 00:03.0 8086:100e class=02.00.00 ...': this function was introduced before"
        ),
    ])
    func `what is wrong is refused with its line`(text: String, line: Int, words: String) {
        let error = #expect(throws: MachineFileError.self) { try MachineFile(text: text) }
        #expect(error?.line == line)
        #expect(error?.description == words)
    }

    /// Every line of a file lost, doubled or cut: the reader gives facts or an error of that line or a later one.
    @Test func `an injured file is read or refused, with a place`() throws {
        let lines = MachineFile(facts: try Fixtures.facts("pc")).text.split(separator: "\n").map(String.init)
        var refusals = 0
        for index in lines.indices {
            for injury in [[], [lines[index], lines[index]], [String(lines[index].dropLast(3))], ["\u{0}"]] {
                var injured = lines
                injured.replaceSubrange(index...index, with: injury)
                do throws(MachineFileError) {
                    _ = try MachineFile(text: injured.joined(separator: "\n"))
                } catch {
                    refusals += 1
                    #expect(error.line >= index && error.line <= lines.count + 1)
                }
            }
        }
        #expect(refusals > lines.count)
    }
}
