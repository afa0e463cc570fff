// The text of printed programs, which is for people: it has to name every part of an item.

import Hardware
import Interpretation
import Program
import Testing

@Suite struct ProgramPrinterTests {
    private func text(_ items: [Item], names: [[UInt8]]) -> String {
        var program = Program(result: .u64)
        program.items = items
        program.origins = [Origin(line: 21, facts: .identity), Origin(line: 22, facts: .identity)]
        var bytes: [UInt8] = []
        ProgramPrinter(program, regionNames: names).printItems(into: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    private func reference(_ index: UInt16) -> ItemReference { ItemReference(rawValue: index) }

    @Test func `every operation is printed with its operands and its line`() {
        let items = [
            Item(.load, .u32, immediate: 8, origin: 0),
            Item(.load, .u8, immediate: 0x1F0, region: 1, origin: 0),
            Item(.constant, .u32, immediate: 0xFFFF_FFF0, origin: 1),
            Item(.and, .u32, left: reference(0), right: reference(2), origin: 1),
            Item(.or, .u32, left: reference(3), right: reference(0), origin: 1),
            Item(.shiftLeft, .u32, left: reference(4), immediate: 3, origin: 1),
            Item(.shiftRight, .u32, left: reference(5), immediate: 10, origin: 1),
            Item(.extend, .u64, left: reference(6), origin: 1),
            Item(.truncate, .boolean, left: reference(7), origin: 1),
            Item(.fullFence, .void, origin: 1),
            Item(.returnValue, .u64, left: reference(7), origin: 1),
        ]
        let expected = """
            %0 = load u32 regs+0x8   // line 21
            %1 = load u8 region1+0x1f0   // line 21
            %2 = constant u32 0xfffffff0   // line 22
            %3 = and u32 %0, %2   // line 22
            %4 = or u32 %3, %0   // line 22
            %5 = shiftLeft u32 %4, 3   // line 22
            %6 = shiftRight u32 %5, 10   // line 22
            %7 = extend u64 %6   // line 22
            %8 = truncate bool %7   // line 22
            fullFence   // line 22
            return %7   // line 22

            """
        #expect(text(items, names: [Array("regs".utf8)]) == expected)
    }

    @Test func `blocks are indented`() {
        let items = [
            Item(.parameter, .u32, immediate: 1, origin: 0),
            Item(.constant, .boolean, immediate: 1, origin: 0),
            Item(.wait, .void, immediate: 2400, origin: 0),
            Item(.load, .u32, left: reference(0), immediate: 8, origin: 0),
            Item(.until, .void, left: reference(1), origin: 0),
            Item(.returnValue, .void, origin: 0),
            Item(.end, .void, origin: 0),
            Item(.ifTrue, .void, left: reference(1), origin: 1),
            Item(.loop, .u32, immediate: 8, origin: 1),
            Item(.store, .u32, left: reference(8), right: reference(0), immediate: 4, region: 1, origin: 1),
            Item(.end, .void, origin: 1),
            Item(.else, .void, origin: 1),
            Item(.releaseFence, .void, origin: 1),
            Item(.store, .u32, right: reference(0), immediate: 4, origin: 1),
            Item(.end, .void, origin: 1),
            Item(.unsignedLessOrEqual, .boolean, left: reference(0), right: reference(0), origin: 1),
        ]
        let expected = """
            %0 = parameter u32 1   // line 21
            %1 = constant bool 0x1   // line 21
            wait 2400   // line 21
                %3 = load u32 regs+0x8+%0   // line 21
            until %1   // line 21
                return   // line 21
            end   // line 21
            if %1   // line 22
                %8 = loop 8   // line 22
                    store u32 region1+0x4+%8, %0   // line 22
                end   // line 22
            else   // line 22
                releaseFence   // line 22
                store u32 regs+0x4, %0   // line 22
            end   // line 22
            %15 = unsignedLessOrEqual bool %0, %0   // line 22

            """
        #expect(text(items, names: [Array("regs".utf8)]) == expected)
    }

    @Test func `an ill-formed item is printed as far as it goes`() {
        let items = [Item(.and, .u16, left: reference(9), origin: 5), Item(.returnValue, .void, origin: 0)]
        #expect(text(items, names: []) == "%0 = and u16 %9, %?\nreturn   // line 21\n")
    }
}
