// Programs go out as text and come back the same; and every way in which a text can be wrong, provoked, with its place.

import Hardware
import Interpretation
import Program
import Support
import Testing

@Suite struct ProgramReaderTests {
    private static let regions = [
        Region(kind: .window, address: VirtualAddress(rawValue: 0x5000_0000), byteCount: 256),
        Region(
            kind: .ring, address: VirtualAddress(rawValue: 0x6000_0000),
            physical: PhysicalAddress(rawValue: 0xB9_5000), byteCount: 256),
        Region(kind: .state, address: VirtualAddress(rawValue: 0x6000_1000), byteCount: 256),
        Region(kind: .ports, address: VirtualAddress(rawValue: 0xCFC), byteCount: 256, selection: 0x8000_1800),
    ]

    @Test(arguments: UInt64(1)...6)
    func `Random programs come back from their text`(seed: UInt64) throws {
        var programs = RandomPrograms(seed: seed, regions: Self.regions)
        for number in 0..<100 {
            let program = number % 3 == 0 ? programs.next(itemLimit: 60) : programs.nextWithBlocks(itemLimit: 80)
            let names = number % 2 == 0 ? ["regs", "ring", "state", "ports"] : (0..<4).map { "region\($0)" }
            let named = NamedProgram(program, regionNames: names)
            let back = try ProgramReader.read(named.text)
            guard back == named else {
                Issue.record("seed \(seed), program \(number):\n\(named.text)\nread as\n\(back.text)")
                return
            }
        }
    }

    @Test func `Facts, and origins that share a line, come back`() throws {
        var program = Program(result: .void)
        let facts: [FactSet] = [
            [], .identity, [.identity, .clock], [.baseAddressRegister(0), .baseAddressRegister(5)],
            [.placement, .location], FactSet(rawValue: 0x8000_0401),
        ]
        program.origins = facts.map { Origin(line: 7, facts: $0) } + [Origin(line: 8, facts: .clock)]
        program.items = program.origins.indices.map { Item(.releaseFence, .void, origin: UInt16($0)) }
        program.items.append(Item(.returnValue, .void, origin: 6))
        let named = NamedProgram(program, regionNames: [])
        #expect(try ProgramReader.read(named.text) == named)
        #expect(named.text.contains("\norigin 7 bar0 bar5\n"))
        #expect(named.text.contains("\nreleaseFence   // line 7 origin 5\nfullFence") == false)
        #expect(
            named.text.contains("\nreleaseFence   // line 7 origin 5\nreleaseFence   // line 8\nreturn   // line 8\n"))
    }

    @Test func `An ill-formed program comes back too`() throws {
        let text = "program -> u32\norigin 1\n%0 = add u16 %9, %?   // line 1\nreturn %?   // line 1\n"
        let read = try ProgramReader.read(text)
        #expect(read.program.items[0].left.rawValue == 9 && read.program.items[0].right == .none)
        #expect(throws: ProgramError.operandNotEarlier(item: 0)) { try ProgramChecker.check(read.program) }
    }

    @Test func `People may leave out lines, indent as they like and remark`() throws {
        let text = """
            // What it is for.

              program -> u8
            origin 3 identity
            origin 4
                %0 = constant u8 0x1

            // More.
            return %0
            """
        let program = try ProgramReader.read(text).program
        #expect(program.items.map(\.origin) == [0, 0] && program.result == .u8)
        try ProgramChecker.check(program)
    }

    /// A text with something wrong in its last line, and the error at that line.
    private static let faults: [(text: String, reason: String)] = [
        ("", "1:1: a program begins with 'program -> ' and the type of its result"),
        ("fullFence", "1:1: a program begins with 'program -> ' and the type of its result"),
        ("program -> u7", "1:12: no type is called 'u7'"),
        ("program -> u8 u8", "1:15: the line has to end here"),
        ("program -> u8\nregion", "2:1: no operation is called 'region'"),
        ("program -> u8\nregion a  wall 0x0 +0x1", "2:11: no kind of region is called 'wall'"),
        ("program -> u8\nregion a ring 10 +0x1", "2:15: expected '0x'"),
        ("program -> u8\nregion a ring 0x0 0x1", "2:18: expected ' +'"),
        ("program -> u8\nregion a ring 0x0 +0x1 selection=0x100000000", "2:36: the number is too large here"),
        ("program -> u8\nregion a ring 0x0 +0x1\nregion a ring 0x0 +0x1", "3:8: a region before is named 'a'"),
        ("program -> u8\norigin 65536", "2:8: the number is too large here"),
        ("program -> u8\norigin 1 weather", "2:10: no fact is called 'weather'"),
        ("program -> u8\norigin 1 0x100000000", "2:12: the number is too large here"),
        ("program -> u8\n  nand", "2:3: no operation is called 'nand'"),
        ("program -> u8\n%1 = constant u8 0x1", "2:1: the item is %0"),
        ("program -> u8\nconstant u8 0x1", "2:1: the item is %0"),
        ("program -> u8\n%0 = fullFence", "2:1: the item has no value, and so no number"),
        ("program -> u8\n%0 = constant u9 0x1", "2:15: no type is called 'u9'"),
        ("program -> u8\n%0 = constant u8 1", "2:18: expected '0x'"),
        ("program -> u8\n%0 = constant u64 0x1ffffffffffffffff", "2:21: the number is too large here"),
        ("program -> u8\n%0 = constant u8 0xg", "2:20: expected a number in base 16"),
        ("program -> u8\n%0 = add u8 %0 %1", "2:15: expected ','"),
        ("program -> u8\n%0 = add u8 0, %1", "2:13: expected '%'"),
        ("program -> u8\n%0 = add u8 %0, %4294967295", "2:18: the number is too large here"),
        ("program -> u8\n%0 = load u8 a+0x0", "2:14: no region before is named 'a'"),
        ("program -> u8\n%0 = load u8 ", "2:14: expected the name of a region"),
        ("program -> u8\nfullFence // line 3", "2:19: no origin is line or number 3"),
        ("program -> u8\norigin 3\nfullFence // line 3 origin 1", "3:28: no origin is line or number 1"),
        ("program -> u8\norigin 3\nfullFence // line 3 twice", "3:21: the line has to end here"),
        ("program -> u8\nfullFence now", "2:11: expected '// line '"),
    ]

    @Test func `A faulty text is refused at its line and column`() {
        for (text, reason) in Self.faults {
            do throws(ProgramTextError) {
                let read = try ProgramReader.read(text)
                Issue.record("'\(text)' is read as\n\(read.text)")
            } catch {
                #expect(error.description == reason, "'\(text)'")
            }
        }
    }

    @Test(arguments: Operation.allCases)
    func `Every word of the table is read as its operation`(operation: Operation) throws {
        var program = Program(result: .u32)
        program.regions = Self.regions
        program.origins = [Origin(line: 1, facts: .identity)]
        let operand = ItemReference(rawValue: 0)
        let letters = Set(operation.row.operands.description.utf8.compactMap { OperandLetter(rawValue: $0) })
        let type: ValueType =
            letters.contains(.type) || operation == .loop || operation == .returnValue ? .u32 : .void
        let hasNumber = !letters.isDisjoint(with: [.hexadecimal, .decimal, .place])
        program.items = [
            Item(
                operation, type, left: letters.isDisjoint(with: [.left, .place]) ? .none : operand,
                right: letters.contains(.right) ? operand : .none, immediate: hasNumber ? 12 : 0,
                region: letters.contains(.place) ? 2 : 0, origin: 0)
        ]
        let named = NamedProgram(program, regionNames: ["a", "b", "c", "d"])
        #expect(try ProgramReader.read(named.text) == named, "\(named.text)")
    }
}
