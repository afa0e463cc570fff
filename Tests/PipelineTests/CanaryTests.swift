// Each checker shown to fail: a comparison that takes everything for equal would pass every test but these. What is
// harmed is harmed in one place at a time; in every one where that is cheap.

import Foundation
import Hardware
import Metabinary
import Pipeline
import Program
import ReportReading
import Testing
import Verification

@Suite struct CanaryTests {
    /// Notes the programs of a machine.
    private struct Programs: PipelineObserver {
        var programs: [Program] = []

        mutating func optimised(_ program: Program) { programs.append(program) }
    }

    private static func outcomes() throws -> (MachineFacts, [GenerationOutcome]) {
        let facts = try RecordedFacts.named("q35").facts
        var observer = SilentObserver()
        return (facts, generate(facts, try ShippedAtlas.compiled.get().image, observer: &observer))
    }

    // MARK: Traces

    @Test func `one changed digit in any line of a trace is found in that line`() throws {
        let trace = MachineTrace.text(of: try RecordedFacts.named("pc"), try ShippedAtlas.compiled.get())
        #expect(TextDifference.first(expected: trace, made: trace) == nil)
        let lines = trace.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        var changedCount = 0
        for (index, line) in lines.enumerated() {
            guard let place = line.lastIndex(where: \.isNumber) else { continue }
            var changed = lines
            changed[index].replaceSubrange(place...place, with: line[place] == "0" ? "1" : "0")
            let difference = TextDifference.first(expected: changed.joined(separator: "\n"), made: trace)
            #expect(difference?.hasPrefix("differs first in line \(index + 1)\n") == true)
            #expect(difference?.contains("\n  - \(changed[index])\n  + \(line)\n") == true)
            changedCount += 1
        }
        #expect(changedCount > 100)
    }

    @Test func `a lost line, an added line and a lost end of a text are found`() {
        let text = "a\nb\nc\nd\ne\n"
        #expect(TextDifference.first(expected: text, made: "a\nb\nd\ne\n")?.contains("line 3\n") == true)
        #expect(TextDifference.first(expected: text, made: "a\nb\nc\nd\ne")?.contains("line 6\n") == true)
        #expect(TextDifference.first(expected: "", made: text)?.contains("line 1\n") == true)
        #expect(
            TextDifference.first(expected: text, made: text + "f\n")
                == "differs first in line 6\n    c\n    d\n    e\n  - \n  + f\n    ")
    }

    @Test func `a fixture that differs fails, is rewritten when blessed, and passes then`() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "metaos-blessed-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let fixture = BlessedText(path: "a.trace", in: folder)
        let absent = try fixture.complaint(about: "+0x0 8b\n", mode: .compare)
        #expect(absent == "a.trace: there is no such file\nRight? `make bless` rewrites it.")
        #expect(try fixture.complaint(about: "+0x0 8b\n", mode: .bless) == nil)
        #expect(try fixture.complaint(about: "+0x0 8b\n", mode: .compare) == nil)
        let changed = try #require(try fixture.complaint(about: "+0x0 8c\n", mode: .compare))
        #expect(changed.contains("  - +0x0 8b\n  + +0x0 8c\n") && changed.contains("make bless"))
        #expect(fixture.text == "+0x0 8b\n")
        #expect(try fixture.complaint(about: "+0x0 8c\n", mode: .bless) == nil)
        #expect(fixture.text == "+0x0 8c\n")
    }

    // MARK: Replay

    /// Of the bytes of a driver, every how many one is changed: each change takes a generation of its own.
    private static let step = 11

    @Test func `one changed byte of generated code is found by the replay comparison`() throws {
        let (facts, outcomes) = try Self.outcomes()
        let image = try ShippedAtlas.compiled.get().image
        var changedCount = 0
        for (place, outcome) in outcomes.enumerated() {
            guard let driver = outcome.driver else { continue }
            for (index, function) in driver.functions.enumerated() {
                for offset in stride(from: index % Self.step, to: function.bytes.count, by: Self.step) {
                    var changed = driver
                    changed.functions[index].bytes[offset] ^= 1
                    var all = outcomes
                    all[place] = .driver(changed)
                    let report = MachineReport(bytes: Replay.report(facts, all))
                    let difference = Replay.difference(report, image)
                    #expect(difference?.hasSuffix(": byte +\(offset)") == true, "\(difference ?? "no difference")")
                    changedCount += 1
                }
            }
        }
        #expect(changedCount > 80)
    }

    @Test func `every other change of a driver is found by the replay comparison`() throws {
        let (facts, outcomes) = try Self.outcomes()
        let image = try ShippedAtlas.compiled.get().image
        let place = try #require(outcomes.firstIndex { $0.driver != nil })
        let driver = try #require(outcomes[place].driver)
        let changes: [(inout GeneratedDriver) -> Void] = [
            { $0.functions[0].entry.rawValue += 16 },
            { $0.functions[0].marks[1].line += 1 },
            { $0.functions[0].marks[1].offset += 1 },
            { $0.functions[0].marks.removeLast() },
            { $0.functions[0].branchCount += 1 },
            { $0.functions[0].rename(ruleFile: $0.functions[0].ruleFile + [0x61]) },
            { $0.functions[0].parameterBounds.append(1) },
            { $0.functions[0].rename($0.functions[0].name + [0x61]) },
            { $0.functions[0].bytes.append(0xC3) },
            { $0.functions.swapAt(0, 1) },
            { $0.functions.removeLast() },
            { $0.windows[0].virtual.rawValue += 0x1000 },
            { $0.windows[0].byteCount *= 2 },
            { $0.windows.removeAll() },
            { $0.memories[0].physical.rawValue += 0x1000 },
            { $0.memories.removeLast() },
            { $0.grants[0].byteCount += 4 },
            { $0.grants[0].rights = [.write] },
            { $0.grants[0].isWhole.toggle() },
            { $0.grants[0].limits.append(Limit(firstBit: 0, bitCount: 1, range: ValueRange(0))) },
            { $0.grants.removeLast() },
            { $0.name.append(0x61) },
            { $0.className.append(0x61) },
            { $0.function = FunctionAddress(bus: 0, device: 0, function: 0) },
        ]
        for (index, change) in changes.enumerated() {
            var changed = driver
            change(&changed)
            var all = outcomes
            all[place] = .driver(changed)
            let report = MachineReport(bytes: Replay.report(facts, all))
            #expect(Replay.difference(report, image) != nil, "change \(index)")
        }
        var fewer = outcomes
        fewer.remove(at: place)
        #expect(Replay.difference(MachineReport(bytes: Replay.report(facts, fewer)), image) != nil)
    }

    // MARK: Program checker

    @Test func `an operand swapped for any other of another type, or a later one, is refused`() throws {
        var observer = Programs()
        _ = generate(
            try RecordedFacts.named("pc").facts, try ShippedAtlas.compiled.get().image, observer: &observer)
        var refusedCount = 0
        for program in observer.programs {
            #expect(Self.accepts(program))
            for index in program.items.indices {
                for other in 0..<program.items.count {
                    for operand in [\Item.left, \Item.right] where program.items[index][keyPath: operand] != .none {
                        let old = program.items[Int(program.items[index][keyPath: operand].rawValue)]
                        var changed = program
                        changed.items[index][keyPath: operand] = ItemReference(rawValue: UInt16(other))
                        // Widening, narrowing and the offset of an access take more than one type.
                        let takesMore = [.extend, .truncate, .load, .store].contains(program.items[index].operation)
                        if other >= index || !takesMore && program.items[other].type != old.type {
                            #expect(!Self.accepts(changed), "item \(index) with operand \(other)")
                            refusedCount += 1
                        }
                    }
                }
            }
        }
        #expect(refusedCount > 30)
    }

    private static func accepts(_ program: Program) -> Bool {
        do throws(ProgramError) {
            try ProgramChecker.check(program)
            return true
        } catch {
            return false
        }
    }
}

extension GeneratedFunction {
    fileprivate mutating func rename(_ name: [UInt8]? = nil, ruleFile: [UInt8]? = nil) {
        signature = FunctionSignature(
            name: name ?? signature.name, resultName: signature.resultName, resultBitCount: signature.resultBitCount,
            outcomes: signature.outcomes, ruleFile: ruleFile ?? signature.ruleFile)
    }
}
