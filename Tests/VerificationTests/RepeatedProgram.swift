// A program as long as one likes, of equal parts with all that makes blocks.

import Program

enum RepeatedProgram {
    /// A function of so many equal parts: loads, a branch with two arms, a loop and a wait.
    static func program(parts: Int) throws -> ProvenProgram {
        var program = Program(result: .void)
        program.regions = ProvenProgram.regions
        program.origins = [Origin(line: 1, facts: .identity)]
        func add(
            _ operation: Operation, _ type: ValueType = .void, _ left: Int? = nil, _ right: Int? = nil,
            immediate: UInt64 = 0, region: UInt8 = 0
        ) -> Int {
            let reference = { (index: Int?) in index.map { ItemReference(rawValue: UInt16($0)) } ?? .none }
            program.items.append(
                Item(
                    operation, type, left: reference(left), right: reference(right), immediate: immediate,
                    region: region, origin: 0))
            return program.items.count - 1
        }
        for part in 0..<parts {
            let offset = UInt64(part % 32) * 8
            let number = add(.load, .u32, immediate: offset)
            let bound = add(.constant, .u32, immediate: 32)
            let isSmall = add(.unsignedLess, .boolean, number, bound)
            _ = add(.ifTrue, .void, isSmall)
            let index = add(.shiftLeft, .u32, number, immediate: 3)
            _ = add(.store, .u32, index, bound, region: 1)
            _ = add(.else)
            _ = add(.store, .u32, nil, number, immediate: offset, region: 2)
            _ = add(.end)
            let count = add(.loop, .u32, immediate: 8)
            _ = add(.store, .u32, nil, count, immediate: offset, region: 1)
            _ = add(.end)
            _ = add(.wait, immediate: 1000)
            let status = add(.load, .u32, immediate: offset)
            _ = add(.until, .void, add(.truncate, .boolean, status))
            _ = add(.returnValue)
            _ = add(.end)
        }
        _ = add(.returnValue)
        return try ProvenProgram(program, parameters: [])
    }
}
