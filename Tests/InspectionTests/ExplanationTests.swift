// An explanation from the calls of a pipeline, made by hand: what it shows, what it leaves out, and how it breaks lines.

import Hardware
import Program
import Testing

@testable import Inspection
@testable import Metabinary
@testable import Pipeline

@Suite struct `Explanation of a device` {
    private static let address = FunctionAddress(bus: 0, device: 3, function: 0)

    private static func rule(_ name: String) -> FunctionDescription {
        let rule = FunctionDescription()
        rule.signature = FunctionSignature(
            name: Array(name.utf8), resultName: Array("up".utf8), resultBitCount: 1, ruleFile: Array("lamp.meta".utf8))
        rule.line = 20
        return rule
    }

    private static let device = {
        let device = DeviceDescription()
        (device.name, device.ruleFile) = (Array("lamp".utf8), Array("lamp.meta".utf8))
        device.itsClass = ClassDescription(name: Array("light".utf8), version: 1)
        return device
    }()

    private static func program(_ value: UInt64, _ facts: FactSet = .identity) -> Program {
        var program = Program(result: .boolean)
        program.origins = [Origin(line: 21, facts: facts)]
        program.items = [
            Item(.constant, .boolean, immediate: value, origin: 0),
            Item(.returnValue, .boolean, left: ItemReference(rawValue: 0), origin: 0),
        ]
        return program
    }

    private func explanation(
        function: String? = nil, form: Explanation.Form = .pages, _ calls: (inout StageRecord) -> Void
    ) -> Explanation {
        var facts = MachineFacts()
        let pci = PCIFunction(address: Self.address, vendor: 0x1234, device: 1)
        facts.functions = [pci]
        var record = StageRecord(of: [Self.address])
        record.matched(pci, by: Self.device)
        calls(&record)
        return Explanation(
            of: record, function: function, facts, form: form, fact: { $0.replacing("by=pci", with: "by=hand") })
    }

    @Test func `a window of configuration space is shown by its place and its ports`() {
        let shown = explanation {
            $0.planned([
                PlacedWindow(
                    name: Array("power".utf8), bar: 0, offset: 0xDC, space: .configuration,
                    physical: PhysicalAddress(rawValue: 0x18DC), virtual: VirtualAddress(rawValue: 0x18DC), byteCount: 6
                )
            ])
        }
        #expect(shown.lines.contains { $0.hasSuffix("configuration space, 0x18dc +0x6, by ports 0xcf8 and 0xcfc") })
    }

    @Test func `a program that the optimiser changed is shown twice, another once`() {
        let changed = explanation {
            $0.evaluated(Self.program(1), of: Self.rule("lit"))
            $0.optimised(Self.program(0))
        }
        #expect(changed.lines.contains("program, 2 items") && changed.lines.contains("optimised, 2 items"))
        #expect(changed.lines.count { $0.hasPrefix("  %0 = constant bool ") } == 2)
        let same = explanation {
            $0.evaluated(Self.program(1), of: Self.rule("lit"))
            $0.optimised(Self.program(1))
        }
        #expect(same.lines.suffix(2) == ["optimised", "  the same program"])
    }

    @Test func `facts are shown as the caller wants them, and with the lines that used them`() {
        let lines = explanation {
            $0.evaluated(Self.program(1, [.clock, .baseAddressRegister(2)]), of: Self.rule("lit"))
        }.lines
        #expect(lines.contains { $0.hasPrefix("  pci 00:03.0 1234:0001 ") && $0.hasSuffix(" by=hand") })
        #expect(lines.contains("  bar2 clock: line 21"))
        let plain = explanation { $0.evaluated(Self.program(1, []), of: Self.rule("lit")) }.lines
        #expect(plain.contains { $0.hasPrefix("  none: ") })
    }

    @Test func `one function alone is shown if it is asked for`() {
        let narrow = explanation(function: "lamp.lit") {
            $0.evaluated(Self.program(1), of: Self.rule("dark"))
            $0.optimised(Self.program(1))
            $0.evaluated(Self.program(1), of: Self.rule("lit"))
            $0.optimised(Self.program(1))
        }
        #expect(narrow.lines.first == "lamp.lit for 00:03.0")
        #expect(narrow.lines.count { $0 == "optimised" } == 1 && !narrow.lines.contains("facts"))
    }

    @Test func `a device that nobody asked for is left out`() {
        let other = FunctionAddress(bus: 0, device: 4, function: 0)
        let alone = explanation { _ in }
        let quiet = explanation { record in
            record.matched(PCIFunction(address: other, vendor: 0x1234, device: 1), by: Self.device)
            record.planned([])
            record.evaluated(Self.program(1), of: Self.rule("lit"))
            record.refused(Refusal(function: other, deviceName: [], error: .placementNotAligned))
            #expect(record.devices.count == 1)
        }
        #expect(!alone.lines.isEmpty && quiet.lines == alone.lines)
    }

    @Test func `a trace is not broken into columns, and has facts and report once`() {
        let windows = (0..<9).map { index in
            PlacedWindow(
                name: Array("window\(index)".utf8), bar: 0, physical: PhysicalAddress(rawValue: 0),
                virtual: VirtualAddress(rawValue: 0), byteCount: 4)
        }
        let trace = explanation(form: .trace) {
            $0.planned(windows)
            $0.evaluated(Self.program(1, [.clock, .identity]), of: Self.rule("lit"))
            $0.optimised(Self.program(1, [.clock, .identity]))
        }.lines
        #expect(trace.first == "facts" && trace.count { $0.hasPrefix("  pci 00:03.0 ") } == 1)
        #expect(!trace.contains("windows") && trace.contains("  identity clock: line 21"))
        #expect(trace.last == "report of lamp for 00:03.0")
    }

    @Test func `bytes that Capstone refuses are an error beside the explanation`() {
        let broken = explanation {
            $0.evaluated(Self.program(1), of: Self.rule("lit"))
            $0.generated(
                GeneratedFunction(
                    FunctionSignature(
                        name: Array("lit".utf8), resultName: [], resultBitCount: 1, ruleFile: []),
                    entry: VirtualAddress(rawValue: 0x4000_0000), bytes: [0x0F],
                    marks: [InstructionMark(offset: 0, line: 21)], branchCount: 0))
        }
        #expect(broken.error == .undecodable(function: "lamp.lit", offset: 0))
        #expect(broken.lines.suffix(2) == ["bytes", "  40000000  0f"])
    }

    @Test func `long lines break between words`() {
        let words = (0..<40).map { "word\($0)" }.joined(separator: " ")
        let lines = words.wrapped(first: "  ", rest: "      ")
        #expect(lines.count > 2 && lines.allSatisfy { $0.count <= 80 })
        #expect(lines.joined(separator: " ").split(separator: " ").joined(separator: " ") == words)
        #expect("left   as it is".wrapped(rest: "  ") == ["left   as it is"])
        let wide = String(repeating: "w", count: 90)
        #expect("a      \(wide) b".wrapped(rest: "  ") == ["a", "  \(wide)", "  b"])
    }
}
