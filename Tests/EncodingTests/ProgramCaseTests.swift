// The cases of Tests/Programs, each read from its text, run by its meaning and, encoded, in Unicorn. What the case says,
// what the interpreter does and what the code does agree: results, every access with its value, and what is left behind.

import Encoding
import Interpretation
import Program
import Testing

@Suite struct ProgramCaseTests {
    @Test(arguments: ProgramCase.names)
    func `a program does what its case says, by its meaning and as code`(name: String) throws {
        let expected = try ProgramCase(named: name)
        let program = expected.named.program
        try ProgramChecker.check(program)
        #expect(try ProgramReader.read(expected.named.text) == expected.named)

        var meaning = ProgramInterpreter(program, arguments: expected.arguments)
        var left = RegionBytes(expected.contents)
        let outcome = meaning.run(over: &left)
        #expect(outcome == expected.result.map { .returned($0) })
        #expect(meaning.expirationCount == expected.expirationCount)
        let anonymous = meaning.accesses.map {
            var access = $0
            access.item = 0
            return access
        }
        if expected.expirationCount == 0 { #expect(anonymous == expected.accesses) }

        let machine = try PortMachine(functionCount: 1, seed: 1)
        let places = try program.regions.map { try #require(machine.regions.firstIndex(of: $0), "another region") }
        var contents = machine.contents
        for (place, bytes) in zip(places, expected.contents) { contents[place] = bytes }
        let function = try Encoder().encode(program).placed(at: machine.entry, regions: program.regions)
        let result = try machine.run(function.bytes, arguments: expected.arguments, over: contents)
        #expect(outcome.difference(fromResult: result, of: program) == nil)
        if expected.expirationCount == 0 { #expect(machine.accesses == machine.accesses(meant: meaning, program)) }
        let remains = try machine.remains()
        #expect(places.map { remains[$0] } == left.contents)
    }

    @Test func `the cases use every operation`() throws {
        var unused = Set(Operation.allCases)
        for name in ProgramCase.names {
            unused.subtract(try ProgramCase(named: name).named.program.items.map(\.operation))
        }
        #expect(unused.isEmpty)
        #expect(ProgramCase.names.count >= 12)
    }

    @Test(arguments: [
        "given argument", "given u32 cells+0x0", "given u32 cells+0xfe 0x1", "given bool cells+0x0 0x1",
        "given u32 rings+0x0 0x1", "expect load u32 cells 0x1", "expect peace 1", "expect return 0xyz",
    ])
    func `a case with a line that is none is refused`(line: String) {
        let program = "program -> void\nregion cells state 0x50000200 +0x100\nreturn"
        #expect(throws: Never.self) { try ProgramCase(text: "\(program)\nexpect return 0") }
        #expect(throws: ProgramCase.Failure.self) { try ProgramCase(text: "\(program)\n\(line)\nexpect return 0") }
        #expect(throws: ProgramCase.Failure.self) { try ProgramCase(text: program) }
    }
}
