// Every way in which a program can be ill-formed, provoked; and that well-formed ones pass.

import Hardware
import Program
import Testing

@Suite struct ProgramCheckerTests {
    /// A program over one region of 16 bytes.
    private func program(_ items: [Item], result: ValueType = .u32) -> Program {
        var program = Program(result: result)
        program.items = items
        program.regions = [Region(kind: .window, address: VirtualAddress(rawValue: 0x5000_0000), byteCount: 16)]
        program.origins = [Origin(line: 7, facts: .identity)]
        return program
    }

    private func item(
        _ operation: Operation, _ type: ValueType, _ left: UInt32? = nil, _ right: UInt32? = nil,
        immediate: UInt64 = 0, region: UInt8 = 0, origin: UInt16 = 0
    ) -> Item {
        Item(
            operation, type, left: left.map(ItemReference.init) ?? .none, right: right.map(ItemReference.init) ?? .none,
            immediate: immediate, region: region, origin: origin)
    }

    private func error(_ items: [Item], result: ValueType = .u32) -> ProgramError? {
        do throws(ProgramError) {
            try ProgramChecker.check(program(items, result: result))
            return nil
        } catch {
            return error
        }
    }

    private var load: Item { item(.load, .u32) }

    @Test func `a program that uses every operation is well formed`() {
        let items = [
            item(.load, .u32, immediate: 8), item(.load, .u32, immediate: 12), item(.constant, .u32, immediate: 0xFF),
            item(.and, .u32, 0, 2), item(.extend, .u64, 3), item(.extend, .u64, 1),
            item(.shiftLeft, .u64, 5, immediate: 63), item(.or, .u64, 4, 6), item(.shiftRight, .u64, 7, immediate: 1),
            item(.truncate, .boolean, 8), item(.returnValue, .boolean, 9),
        ]
        #expect(error(items, result: .boolean) == nil)
    }

    @Test func `a program without result returns nothing`() {
        #expect(error([load, item(.returnValue, .void)], result: .void) == nil)
        #expect(error([load, item(.returnValue, .void, 0)], result: .void) == .typesDisagree(item: 1))
    }

    @Test func `an operand has to be an earlier item`() {
        for left in [UInt32?.none, 1, 2, .max] {
            #expect(error([load, item(.shiftRight, .u32, left), load]) == .operandNotEarlier(item: 1))
            #expect(error([load, item(.and, .u32, 0, left), load]) == .operandNotEarlier(item: 1))
            #expect(error([load, item(.returnValue, .u32, left)]) == .operandNotEarlier(item: 1))
        }
    }

    @Test func `types have to agree`() {
        let narrow = item(.load, .u16)
        #expect(error([load, narrow, item(.and, .u32, 0, 1)]) == .typesDisagree(item: 2))
        #expect(error([load, narrow, item(.or, .u32, 1, 0)]) == .typesDisagree(item: 2))
        #expect(error([load, item(.shiftLeft, .u64, 0)]) == .typesDisagree(item: 1))
        #expect(error([narrow, item(.returnValue, .u16, 0)]) == .typesDisagree(item: 1))
        for type in [ValueType.boolean, .u8, .u16, .u32] {
            #expect(error([load, item(.extend, type, 0)]) == .typesDisagree(item: 1))
        }
        for type in [ValueType.u32, .u64] {
            #expect(error([load, item(.truncate, type, 0)]) == .typesDisagree(item: 1))
        }
    }

    @Test func `a value has a type with bits, and a load one with bytes`() {
        #expect(error([item(.load, .void)]) == .typeWithoutWidth(item: 0))
        #expect(error([load, item(.truncate, .void, 0)]) == .typeWithoutWidth(item: 1))
        #expect(error([item(.load, .boolean)]) == .typeWithoutWidth(item: 0))
    }

    @Test func `a constant fits its type`() {
        for type in [ValueType.boolean, .u8, .u16, .u32] {
            let most = (UInt64(1) << UInt64(type.bitCount)) - 1
            let returned = item(.returnValue, type, 0)
            #expect(error([item(.constant, type, immediate: most), returned], result: type) == nil)
            #expect(
                error([item(.constant, type, immediate: most + 1), returned], result: type)
                    == .constantPastType(item: 0))
        }
        #expect(error([item(.constant, .u64, immediate: .max), item(.returnValue, .u64, 0)], result: .u64) == nil)
    }

    @Test func `a shift moves by less than the width`() {
        for operation in [Operation.shiftLeft, .shiftRight] {
            let returned = item(.returnValue, .u32, 1)
            #expect(error([load, item(operation, .u32, 0, immediate: 31), returned]) == nil)
            for count in [UInt64(32), 64, .max] {
                #expect(error([load, item(operation, .u32, 0, immediate: count)]) == .shiftPastType(item: 1))
            }
        }
    }

    @Test func `a load stays inside its region and on its alignment`() {
        for type in [ValueType.u8, .u16, .u32, .u64] {
            let width = UInt64(type.bitCount / 8)
            for offset in UInt64(0)..<20 {
                let found = error([item(.load, type, immediate: offset), item(.returnValue, type, 0)], result: type)
                let expected: ProgramError? =
                    offset + width > 16
                    ? .accessPastRegion(item: 0) : offset % width != 0 ? .accessNotAligned(item: 0) : nil
                #expect(found == expected)
            }
            #expect(error([item(.load, type, immediate: .max)]) == .accessPastRegion(item: 0))
        }
        #expect(error([item(.load, .u32, region: 1)]) == .unknownRegion(item: 0))
    }

    @Test func `every item has an origin`() {
        #expect(error([item(.load, .u32, origin: 1)]) == .unknownOrigin(item: 0))
        #expect(error([load, item(.returnValue, .u32, 0, origin: .max)]) == .unknownOrigin(item: 1))
    }

    @Test func `a program ends with its only return`() {
        #expect(error([]) == .missingReturn(item: 0))
        #expect(error([load]) == .missingReturn(item: 1))
        #expect(error([load, item(.returnValue, .u32, 0), load]) == .itemAfterReturn(item: 2))
    }

    @Test func `a return gives no value to others`() {
        let items = [load, item(.returnValue, .void, 0), item(.extend, .u64, 1)]
        #expect(error(items) == .itemAfterReturn(item: 2))
    }
}
