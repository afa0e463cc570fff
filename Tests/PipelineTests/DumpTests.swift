// The dump of each stage, of one function of the shipped atlas on a recorded machine, compared with a text under
// Tests/Fixtures/dumps, and read back where there is a reader.

import Foundation
import Hardware
import Inspection
import MachineFiles
import Pipeline
import RuleCompiler
import Testing

@Suite struct DumpTests {
    private static let device = "e1000"

    /// A function with a register, a shift and a result, which is another thing in each stage; there is no jump in it to be
    /// told of as evidence.
    private static func function(for stage: Stage) -> String { stage == .evidence ? "giveback" : "link" }

    private static func record() throws -> (record: StageRecord, machine: MachineFile) {
        let machine = try RecordedFacts.named("pc")
        var record = StageRecord()
        _ = generate(machine.facts, try ShippedAtlas.compiled.get().image, observer: &record)
        return (record, MachineFile(facts: machine.facts, origin: ["the recorded machine \(machine.name)"]))
    }

    private static func blocks(of stage: Stage) throws -> [DumpBlock] {
        let atlas = try ShippedAtlas.compiled.get()
        let rules = RuleDump(RuleStages(atlas.sources))
        let function = function(for: stage)
        switch stage {
        case .tokens: return rules.tokens(of: device, function: function)
        case .syntax: return rules.syntax(of: device, function: function)
        case .checked: return rules.checked(of: device, function: function)
        case .bytecode: return try RuleDump.bytecode(of: device, function: function, in: atlas.metabinary)
        case .facts, .program, .optimised, .assembly, .bytes, .evidence:
            let (record, machine) = try record()
            return MachineDump(of: record, machine).blocks(stage, function: "\(device).\(function)")
        }
    }

    @Test(arguments: Stage.allCases)
    func `each stage is dumped as its fixture says`(stage: Stage) throws {
        let blocks = try Self.blocks(of: stage)
        #expect(blocks.count == 1)
        let text = blocks.map(\.text).joined(separator: "\n")
        if let complaint = try BlessedText(path: "dumps/\(stage).txt").complaint(about: text) {
            Issue.record("\(complaint)")
        }
    }

    @Test func `there is no fixture of another stage`() throws {
        let folder = BlessedText.folder.appending(path: "dumps")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(Set(files).isSubset(of: Stage.allCases.map { "\($0).txt" }))
    }

    @Test(arguments: RecordedFacts.names)
    func `facts come back from their dump`(name: String) throws {
        var facts = try RecordedFacts.named(name).facts
        // A map without ranges has no record, and nobody who learned it.
        if facts.memory.isEmpty { facts.memorySource = MachineFacts().memorySource }
        let text = MachineDump(of: StageRecord(), MachineFile(facts: facts)).blocks(.facts).map(\.text).joined()
        let back = try MachineFile(text: text).facts
        #expect(TextDifference.first(expected: Self.lines(facts), made: Self.lines(back)) == nil)
    }

    /// A line a value.
    private static func lines(_ facts: MachineFacts) -> String {
        var text = ""
        dump(facts, to: &text)
        return text
    }

    @Test func `bytes come back from their dump`() throws {
        let (record, machine) = try Self.record()
        let functions = record.devices.flatMap(\.functions)
        let blocks = MachineDump(of: record, machine).blocks(.bytes)
        #expect(blocks.count == functions.count)
        for (block, function) in zip(blocks, functions) {
            let rows = block.lines.map { $0.split(separator: " ") }
            #expect(rows.flatMap { $0.dropFirst() }.compactMap { UInt8($0, radix: 16) } == function.generated?.bytes)
            #expect(rows.first.flatMap { UInt64($0[0], radix: 16) } == function.entry?.rawValue)
        }
    }

    @Test func `a function of a class is found from each of its devices, and the nearest is taken`() throws {
        let rules = RuleStages(try ShippedAtlas.compiled.get().sources)
        let dump = RuleDump(rules)
        #expect(dump.tokens(of: "e1000", function: "notify").map(\.title) == ["tokens ring_nic.notify, ring_nic.meta"])
        #expect(dump.tokens(of: "e1000", function: "notify") == dump.tokens(of: "ring_nic", function: "notify"))
        #expect(dump.syntax(of: "e1000e", function: "link").count == 1)
        #expect(rules.functionNames(of: "e1000e").contains("transmit"))
        #expect(dump.syntax(of: "e1000", function: "nothing").isEmpty && rules.functionNames(of: "nothing").isEmpty)
    }

    @Test func `tokens of all sources are those of its files, whose end is a token`() throws {
        let sources = try ShippedAtlas.compiled.get().sources
        let blocks = RuleDump(RuleStages(sources)).tokens()
        #expect(blocks.map(\.title) == sources.map { "tokens \($0.name)" })
        #expect(blocks.allSatisfy { $0.lines.last?.hasSuffix(" end") == true })
    }

    @Test func `rules with mistakes have tokens and a tree, and no device`() {
        let text = """
            class light 1 {
                require lit() -> up: bool
            }
            device lamp is light {
                window ? = bar 0 memory
            }
            """
        let stages = RuleStages([RuleSource(name: "lamp.meta", text: text)])
        #expect(!stages.diagnostics.isEmpty)
        let dump = RuleDump(stages)
        #expect(dump.tokens(of: "lamp").first?.lines.first == "4:1      keyword  device")
        #expect(dump.syntax().map(\.title) == ["syntax light, lamp.meta", "syntax lamp, lamp.meta"])
        #expect(dump.checked().isEmpty)
    }
}
