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
        _ operation: Operation, _ type: ValueType, _ left: UInt16? = nil, _ right: UInt16? = nil,
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
        for left in [UInt16?.none, 1, 2, .max] {
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

    // MARK: Blocks

    private let yes = Item(.constant, .boolean, immediate: 1, origin: 0)
    private func open(_ operation: Operation, _ left: UInt16? = 0) -> Item { item(operation, .void, left) }
    private var end: Item { item(.end, .void) }
    private var leave: Item { item(.returnValue, .void) }
    private func loop(_ count: UInt64) -> Item { item(.loop, .u32, immediate: count) }

    private func blocks(_ items: Item...) -> ProgramError? { error([yes] + items, result: .void) }

    @Test func `blocks nest, and every path returns`() {
        let wait = open(.wait, nil)
        #expect(blocks(open(.ifTrue), leave, open(.else, nil), end, leave) == nil)
        #expect(blocks(open(.ifTrue), leave, open(.else, nil), leave, end) == nil)
        #expect(blocks(loop(1), open(.ifTrue), leave, end, end, leave) == nil)
        #expect(blocks(loop(4), leave, end) == nil)
        #expect(blocks(wait, open(.until), leave, end, leave) == nil)
        #expect(blocks(wait, open(.until), open(.ifTrue), leave, open(.else, nil), leave, end, end, leave) == nil)
        #expect(blocks(open(.ifTrue), leave, end) == .missingReturn(item: 4))
        #expect(blocks(open(.ifTrue), leave, open(.else, nil), end) == .missingReturn(item: 5))
        #expect(blocks(wait, open(.until), leave, end) == .missingReturn(item: 5))
    }

    @Test func `a block is closed by what belongs to it`() {
        let wait = open(.wait, nil)
        for closer in [open(.else, nil), open(.until), end] {
            #expect(blocks(closer, leave) == .blocksNotNested(item: 1))
        }
        #expect(blocks(loop(1), open(.else, nil), end) == .blocksNotNested(item: 2))
        #expect(blocks(loop(1), open(.until), leave, end) == .blocksNotNested(item: 2))
        #expect(blocks(open(.ifTrue), open(.until), leave, end) == .blocksNotNested(item: 2))
        #expect(
            blocks(open(.ifTrue), open(.else, nil), open(.else, nil), end) == .blocksNotNested(item: 3))
        #expect(blocks(wait, end, leave) == .blocksNotNested(item: 2))
        #expect(blocks(wait, open(.until), leave, open(.until), leave, end) == .itemAfterReturn(item: 4))
        #expect(blocks(open(.ifTrue), leave) == .blockNotClosed(item: 1))
        #expect(blocks(loop(2)) == .blockNotClosed(item: 1))
    }

    @Test func `blocks are open to a depth, and no deeper`() {
        for depth in [ProgramChecker.depthLimit, ProgramChecker.depthLimit + 1] {
            let items =
                [yes] + [Item](repeating: loop(2), count: depth) + [Item](repeating: end, count: depth) + [leave]
            let expected = depth > ProgramChecker.depthLimit ? ProgramError.blocksTooDeep(item: depth) : nil
            #expect(error(items, result: .void) == expected)
        }
    }

    @Test func `nothing follows where every path has returned`() {
        #expect(blocks(open(.ifTrue), leave, yes, end, leave) == .itemAfterReturn(item: 3))
        #expect(blocks(open(.ifTrue), leave, open(.else, nil), leave, end, leave) == .itemAfterReturn(item: 6))
        #expect(blocks(loop(4), leave, end, leave) == .itemAfterReturn(item: 4))
        #expect(blocks(leave, end) == .itemAfterReturn(item: 2))
        #expect(blocks(open(.wait, nil), leave, open(.until), leave, end, leave) == .itemAfterReturn(item: 3))
    }

    @Test func `an expired wait returns, and a look holds no wait`() {
        let wait = open(.wait, nil)
        #expect(blocks(wait, open(.until), end, leave) == .expiredWaitGoesOn(item: 3))
        #expect(
            blocks(wait, open(.until), open(.ifTrue), leave, end, end, leave) == .expiredWaitGoesOn(item: 6))
        #expect(blocks(wait, wait, open(.until), leave, end, open(.until), leave, end) == .waitInsideWait(item: 2))
        #expect(blocks(wait, loop(2), wait, open(.until), leave, end, end) == .waitInsideWait(item: 3))
        #expect(
            blocks(wait, open(.until), wait, open(.until), leave, end, leave, end, leave) == nil,
            "what follows an expired wait may wait")
    }

    @Test func `a value is seen in its block and in those within`() {
        let use = item(.extend, .u64, 2)
        #expect(blocks(open(.ifTrue), load, use, loop(2), use, end, end, leave) == nil)
        #expect(blocks(open(.ifTrue), load, end, use, leave) == .operandOutOfSight(item: 4))
        #expect(blocks(open(.ifTrue), load, open(.else, nil), use, end, leave) == .operandOutOfSight(item: 4))
        #expect(blocks(open(.wait, nil), load, open(.until), use, leave, end, leave) == .operandOutOfSight(item: 4))
        #expect(blocks(loop(2), item(.extend, .u64, 1), end, leave) == nil)
        #expect(blocks(loop(2), end, item(.extend, .u64, 1), leave) == .operandOutOfSight(item: 3))
        for opener in [open(.ifTrue), open(.wait, nil)] {
            #expect(blocks(opener, item(.extend, .u64, 1)) == .operandWithoutValue(item: 2))
        }
    }

    @Test func `conditions are booleans, and loops have a count`() {
        for operation in [Operation.ifTrue, .until] {
            let opening = operation == .until ? [open(.wait, nil)] : []
            let place = opening.count + 1
            #expect(error([load] + opening + [open(operation)], result: .void) == .typesDisagree(item: place))
            #expect(
                error([yes] + opening + [open(operation, nil)], result: .void) == .operandNotEarlier(item: place))
        }
        #expect(blocks(loop(0)) == .countOutOfRange(item: 1))
        #expect(blocks(loop(1 << 32)) == .countOutOfRange(item: 1))
        #expect(blocks(loop((1 << 32) - 1), end, leave) == nil)
        #expect(blocks(item(.loop, .u64, immediate: 1)) == .typesDisagree(item: 1))
    }

    // MARK: Arguments, stores and comparisons

    @Test func `an argument has one of six numbers, and one type`() {
        for number in UInt64(0)..<8 {
            let argument = item(.parameter, .u32, immediate: number)
            let returned = item(.returnValue, .u32, 0)
            #expect(error([argument, returned]) == (number < 6 ? nil : .unknownParameter(item: 0)))
        }
        #expect(error([item(.parameter, .u32), item(.parameter, .u16)]) == .typesDisagree(item: 1))
        #expect(error([item(.parameter, .void)]) == .typeWithoutWidth(item: 0))
    }

    @Test func `a store has a value of its type, inside its region`() {
        func store(_ type: ValueType, _ left: UInt16?, _ right: UInt16?, _ offset: UInt64 = 0) -> ProgramError? {
            let items = [load, item(.load, .u8), item(.extend, .u64, 0)]
            let store = item(.store, type, left, right, immediate: offset)
            return error(items + [store, leave], result: .void)
        }
        #expect(store(.u32, nil, 0, 12) == nil)
        #expect(store(.u32, 0, 0) == nil)
        #expect(store(.u8, 2, 1, 15) == nil)
        #expect(store(.u8, nil, 0) == .typesDisagree(item: 3))
        #expect(store(.u32, 1, 0) == .typesDisagree(item: 3))
        #expect(store(.u32, nil, nil) == .operandNotEarlier(item: 3))
        #expect(store(.u32, nil, 0, 16) == .accessPastRegion(item: 3))
        #expect(store(.u64, nil, 2, 12) == .accessPastRegion(item: 3))
        #expect(store(.u64, nil, 2, 4) == .accessNotAligned(item: 3))
        #expect(store(.boolean, nil, 0) == .typeWithoutWidth(item: 3))
        #expect(error([load, item(.load, .u32, 0), item(.returnValue, .u32, 1)]) == nil)
        #expect(error([item(.load, .u8), item(.load, .u32, 0)]) == .typesDisagree(item: 1))
    }

    @Test func `ports are at most 32 bits wide and end with the last one`() {
        func error(_ type: ValueType, at start: UInt64, _ byteCount: UInt64, offset: UInt64 = 0) -> ProgramError? {
            var program = Program(result: .void)
            program.regions = [
                Region(kind: .ports, address: VirtualAddress(rawValue: start), byteCount: byteCount)
            ]
            program.origins = [Origin(line: 7, facts: .identity)]
            program.items = [item(.load, type, immediate: offset), item(.store, type, nil, 0), leave]
            do throws(ProgramError) {
                try ProgramChecker.check(program)
                return nil
            } catch {
                return error
            }
        }
        for type in [ValueType.u8, .u16, .u32] {
            #expect(error(type, at: 0xC000, 16) == nil)
            #expect(error(type, at: 0xFFF0, 16) == nil)
            #expect(error(type, at: 0xC000, 16, offset: 16) == .accessPastRegion(item: 0))
            for start: UInt64 in [0xFFF4, 0x1_0000, .max] {
                #expect(error(type, at: start, 16) == .accessPastRegion(item: 0))
            }
        }
        #expect(error(.u64, at: 0xC000, 16) == .portTooWide(item: 0))
    }

    @Test func `a fence gives no value`() {
        #expect(error([load, item(.fullFence, .void), item(.returnValue, .u32, 0)]) == nil)
        #expect(error([item(.fullFence, .void), item(.extend, .u64, 0)]) == .operandWithoutValue(item: 1))
    }

    @Test func `a comparison takes one type and gives a boolean`() {
        for operation in [Operation.equal, .notEqual, .unsignedLess, .unsignedLessOrEqual] {
            let returned = item(.returnValue, .boolean, 1)
            #expect(error([load, item(operation, .boolean, 0, 0), returned], result: .boolean) == nil)
            #expect(error([load, item(operation, .u32, 0, 0)]) == .typesDisagree(item: 1))
            #expect(error([load, item(.load, .u8), item(operation, .boolean, 0, 1)]) == .typesDisagree(item: 2))
        }
        for operation in [Operation.add, .subtract, .or] {
            #expect(error([load, item(operation, .u32, 0, 0), item(.returnValue, .u32, 1)]) == nil)
            #expect(error([load, item(.load, .u8), item(operation, .u32, 0, 1)]) == .typesDisagree(item: 2))
        }
    }

    @Test func `a return gives no value to others`() {
        let items = [load, item(.returnValue, .void, 0), item(.extend, .u64, 1)]
        #expect(error(items) == .itemAfterReturn(item: 2))
    }
}
