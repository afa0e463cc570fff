// A program's way through the stages: what observers see, where functions go, and the refusal of each stage.

import Encoding
import Hardware
import Program
import Testing

@testable import Pipeline

/// Notes which stages were seen, and what the last of them made.
private struct StageObserver: PipelineObserver {
    var stages: [String] = []
    var entry: VirtualAddress?

    mutating func optimised(_ program: Program) { stages.append("optimised \(program.items.count)") }
    mutating func encoded(_ function: EncodedFunction) { stages.append("encoded \(function.relocations.count)") }
    mutating func placed(_ function: EncodedFunction, at entry: VirtualAddress) {
        stages.append("placed \(function.relocations.count)")
        self.entry = entry
    }
}

@Suite struct FunctionPipelineTests {
    private static let rule = Array("link".utf8)

    private func pipeline(
        from start: UInt64 = 0x4000_0000, beside other: UInt64 = 0x5000_0000
    ) -> FunctionPipeline {
        FunctionPipeline(
            area: AddressArea(from: VirtualAddress(rawValue: start), beside: VirtualAddress(rawValue: other)),
            clockFrequency: 1_000_000_000)
    }

    /// Reads a register at 8 and returns whether its second bit is set: 12 bytes.
    private func linkProgram(window: UInt64 = 0x5000_0000) -> Program {
        var program = Program(result: .boolean)
        program.items = [
            Item(.load, .u32, immediate: 8, origin: 0),
            Item(.shiftRight, .u32, left: ItemReference(rawValue: 0), immediate: 1, origin: 0),
            Item(.truncate, .boolean, left: ItemReference(rawValue: 1), origin: 0),
            Item(.returnValue, .boolean, left: ItemReference(rawValue: 2), origin: 0),
        ]
        program.regions = [Region(kind: .window, address: VirtualAddress(rawValue: window), byteCount: 0x2_0000)]
        program.origins = [Origin(line: 21, facts: [.identity, .baseAddressRegister(0)])]
        return program
    }

    private func error(_ program: Program, _ pipeline: FunctionPipeline? = nil) -> GenerationError? {
        var pipeline = pipeline ?? self.pipeline()
        var observer = SilentObserver()
        do throws(GenerationError) {
            _ = try pipeline.run(program, of: Self.rule, observer: &observer)
            return nil
        } catch {
            return error
        }
    }

    private func reason(_ error: GenerationError?) -> String {
        var text: [UInt8] = []
        error?.writeReason(into: &text)
        return String(decoding: text, as: UTF8.self)
    }

    @Test func `observers see each stage in its order`() throws {
        var pipeline = pipeline()
        var observer = StageObserver()
        let (function, entry, _) = try pipeline.run(linkProgram(), of: Self.rule, observer: &observer)
        #expect(observer.stages == ["optimised 4", "encoded 1", "placed 0"])
        #expect(observer.entry == entry)
        #expect(entry.rawValue == 0x4000_0000)
        #expect(function.bytes == [0x8B, 0x05, 0x02, 0x00, 0x00, 0x10, 0xD1, 0xE8, 0x83, 0xE0, 0x01, 0xC3])
    }

    @Test func `functions start at multiples of 16, and each driver on a page of its own`() throws {
        var pipeline = pipeline()
        var observer = SilentObserver()
        var entries: [UInt64] = []
        for isNewDriver in [true, false, false, true, false, true] {
            if isNewDriver { pipeline.startPage() }
            entries.append(try pipeline.run(linkProgram(), of: Self.rule, observer: &observer).entry.rawValue)
        }
        #expect(entries == [0x4000_0000, 0x4000_0010, 0x4000_0020, 0x4000_1000, 0x4000_1010, 0x4000_2000])
    }

    @Test func `an ill-formed program is refused by the stage that made it`() {
        var program = linkProgram()
        program.items[1].immediate = 32
        let error = error(program)
        #expect(error == .illFormed(function: Self.rule, .shiftPastType(item: 1)))
        #expect(error?.stage == .evaluate)
        #expect(reason(error) == "link: shift count reaches the width at item 1")
    }

    @Test func `a program that needs too many registers is refused by encoding`() {
        var program = linkProgram()
        let loads = (0..<10).map { Item(.load, .u32, immediate: UInt64($0) * 4, origin: 0) }
        let sums = (1..<10).map {
            Item(
                .or, .u32, left: ItemReference(rawValue: $0 == 1 ? 0 : UInt16(8 + $0)),
                right: ItemReference(rawValue: UInt16($0)), origin: 0)
        }
        program.items = loads + sums + [Item(.returnValue, .u32, left: ItemReference(rawValue: 18), origin: 0)]
        program.result = .u32
        let error = error(program)
        #expect(error == .encoding(function: Self.rule, .outOfRegisters(item: 9)))
        #expect(error?.stage == .encode)
        #expect(reason(error) == "link: out of registers at item 9")
    }

    @Test func `a window out of reach is refused by placement`() {
        let error = error(linkProgram(window: 0xFEBC_0000))
        #expect(error == .placement(function: Self.rule, .outOfReach(item: 0, region: 0)))
        #expect(error?.stage == .place)
        #expect(reason(error) == "link: region is out of reach at item 0")
    }

    @Test func `code that finds no room is refused by placement`() throws {
        var pipeline = pipeline(from: 0x4FFF_FFF0)
        pipeline.startPage()
        let error = error(linkProgram(), pipeline)
        #expect(error == .noRoomForCode(function: Self.rule))
        #expect(error?.stage == .place)
        #expect(reason(error) == "link: no room for code")

        var last = self.pipeline(from: 0x4FFF_F000)
        var observer = SilentObserver()
        for _ in 0..<256 { _ = try last.run(linkProgram(), of: Self.rule, observer: &observer) }
        #expect(self.error(linkProgram(), last) == .noRoomForCode(function: Self.rule))
    }

    @Test func `reasons of windows name window and register`() {
        let name = Array("regs".utf8)
        let reasons: [(WindowError, String)] = [
            (.absent(bar: 5), "window regs: BAR 5 is absent"),
            (.unassigned(bar: 0), "window regs: BAR 0 has no address"),
            (.wrongKind(bar: 1, isMemory: false), "window regs: BAR 1 decodes ports, not memory"),
            (.pastPorts(bar: 1), "window regs: BAR 1 reaches past the last port"),
            (
                .over(bar: 1, .boardPorts, at: 0xCF8),
                "window regs: BAR 1 lies over the machine's own ports at 0xcf8"
            ),
            (
                .over(bar: 0, .eventTimers, at: 0xFED0_0000),
                "window regs: BAR 0 lies over the event timers at 0xfed00000"
            ),
            (.ofBridge(bar: 0), "window regs: BAR 0 belongs to a bridge"),
            (.beyondProcessor(bar: 0), "window regs: BAR 0 reaches past what the processor addresses"),
            (
                .tooShort(bar: 2, byteCount: 1, minimumByteCount: 2),
                "window regs: BAR 2 is too short: 0x1 of 0x2 bytes"
            ),
            (.malformed(bar: 3), "window regs: BAR 3 is malformed"),
            (.noRoom(bar: 4), "window regs: BAR 4 finds no room"),
        ]
        for (windowError, text) in reasons {
            #expect(reason(.window(name: name, windowError)) == text)
            #expect(GenerationError.window(name: name, windowError).stage == .evaluate)
        }
        #expect(reason(.memory(name: name, .noRoom)) == "memory regs finds no room")
        #expect(reason(.memory(name: name, .malformed)) == "memory regs cannot be")
        #expect(GenerationError.memory(name: name, .noRoom).stage == .evaluate)
        #expect(reason(.noClock(function: Self.rule)) == "link: waits, but there is no clock")
        #expect(GenerationError.noClock(function: Self.rule).stage == .evaluate)
        #expect(reason(.placementNotAligned) == "placement is not page-aligned")
        #expect(
            GenerationStage.allCases.map { "\($0.word)" } == [
                "probe", "evaluate", "optimise", "encode", "place", "verify",
            ])
    }
}
