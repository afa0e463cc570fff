// What only the interpreter says, apart from what operations compute: control, time, accesses and how a run can end. What
// operations compute, the encoder's tests hold against a processor.

import Interpretation
import Program
import Testing

@Suite struct ProgramInterpreterTests {
    /// A window of eight bytes, and a program over it.
    private func program(_ items: String, result: String = "u32") throws -> Program {
        try ProgramReader.read("program -> \(result)\nregion regs window 0x0 +0x8\norigin 1\n\(items)").program
    }

    private func run(
        _ items: String, result: String = "u32", arguments: [UInt64] = [],
        over bytes: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8]
    ) throws -> (ProgramInterpreter.Outcome, ProgramInterpreter, [UInt8]) {
        var interpreter = ProgramInterpreter(try program(items, result: result), arguments: arguments)
        var memory = RegionBytes([bytes])
        let outcome = interpreter.run(over: &memory)
        return (outcome, interpreter, memory.contents[0])
    }

    @Test func `Accesses are noted in their order, with what was read and written`() throws {
        let text = """
            %0 = parameter u32 0
            %1 = load u16 regs+0x2+%0
            store u16 regs+0x0, %1
            return %0
            """
        let (outcome, interpreter, bytes) = try run(text, arguments: [4])
        #expect(outcome == .returned(4))
        #expect(
            interpreter.accesses == [
                .init(item: 1, isStore: false, region: 0, offset: 6, byteCount: 2, value: 0x0807),
                .init(item: 2, isStore: true, region: 0, offset: 0, byteCount: 2, value: 0x0807),
            ])
        #expect(bytes == [7, 8, 3, 4, 5, 6, 7, 8])
    }

    @Test func `An access past its region ends the run`() throws {
        let text = "%0 = parameter u64 0\n%1 = load u16 regs+0x0+%0\nreturn %1"
        #expect(try run(text, result: "u16", arguments: [6]).0 == .returned(0x0807))
        for offset in [7, 8, .max, .max - 1] as [UInt64] {
            #expect(try run(text, result: "u16", arguments: [offset]).0 == .leftRegion(item: 1))
        }
    }

    @Test func `A wait looks until its bound has passed, and once more`() throws {
        let text = """
            wait 160
                %1 = load u8 regs+0x0
                %2 = truncate bool %1
            until %2
                %4 = constant u32 0x9
                return %4
            end
            %7 = constant u32 0x5
            return %7
            """
        let (ready, look, _) = try run(text)
        #expect(ready == .returned(5) && look.accesses.count == 1 && look.expirationCount == 0 && look.time == 0)
        let (expired, looks, _) = try run(text, over: [UInt8](repeating: 0, count: 8))
        #expect(expired == .returned(9) && looks.expirationCount == 1)
        #expect(looks.accesses.count == 16 && looks.time > 160)
    }

    @Test func `An empty loop passes time, and another counts`() throws {
        let (outcome, interpreter, _) = try run(
            "%0 = loop 4000000000\nend\n%2 = loop 3\nstore u32 regs+0x4, %2\nend\nreturn", result: "void")
        #expect(outcome == .returned(0) && interpreter.time == 4_000_000_000)
        #expect(interpreter.accesses.map(\.value) == [0, 1, 2])
    }

    @Test func `A run that is too long ends, and so does one without a return`() throws {
        let long = "%0 = loop 2000000\n%1 = constant u8 0x1\nend\nreturn"
        #expect(try run(long, result: "void").0 == .ranTooLong)
        #expect(try run("fullFence").0 == .endedWithoutReturn)
    }

    @Test func `Arms run as their condition says, and a return leaves all blocks`() throws {
        let text = """
            %0 = parameter bool 0
            if %0
                %2 = loop 5
                    if %0
                        return %2
                    end
                end
            else
                %8 = constant u32 0x7
                return %8
            end
            """
        #expect(try run(text, arguments: [1]).0 == .returned(0))
        #expect(try run(text, arguments: [0]).0 == .returned(7))
    }
}
