// The exact code of shapes that drivers are made of: a slot that is claimed, filled and posted, a bounded wait, loops,
// comparisons that are only branched on, and what constants leave out.

import Encoding
import Hardware
import Program
import Testing

@Suite struct BlockShapeTests {
    @Test func `a slot is claimed, filled by two stores and posted`() throws {
        var shape = Shape(result: .u64)
        let buffer = shape.add(.parameter, .u32, immediate: 0)
        let length = shape.add(.parameter, .u32, immediate: 1)
        let position = shape.add(.load, .u32, immediate: 0, region: 2)
        let status = shape.add(.load, .u8, position, immediate: 12, region: 1)
        let isFree = shape.add(.truncate, .boolean, status)
        let isBusy = shape.add(.equal, .boolean, isFree, shape.constant(0, .boolean))
        shape.add(.ifTrue, .void, isBusy)
        shape.leave(1 << 32, .u64)
        shape.add(.end)
        let start = shape.add(.shiftLeft, .u32, buffer, immediate: 11)
        let address = shape.add(.add, .u32, start, shape.constant(0x40_0000))
        shape.add(.store, .u64, position, shape.add(.extend, .u64, address), immediate: 0, region: 1)
        let wide = shape.add(.extend, .u64, length)
        let fields = shape.add(.or, .u64, wide, shape.constant(0x0B00_0000, .u64))
        shape.add(.store, .u64, position, fields, immediate: 8, region: 1)
        let next = shape.add(.add, .u32, position, shape.constant(16))
        let wrapped = shape.add(.and, .u32, next, shape.constant(0xFFF))
        shape.add(.store, .u32, nil, wrapped, immediate: 0, region: 2)
        shape.leave(0, .u64)
        let assembly = try shape.assembly()
        #expect(
            assembly == [
                "mov ecx, state+0", "mov edx, [rcx]", "test byte [ring+0xc+rdx], 1", "jne #7", "xor eax, eax",
                "bts rax, 0x20", "ret", "shl edi, 0xb", "add edi, 0x400000", "mov [ring+0+rdx], rdi",
                "or esi, 0xb000000", "mov [ring+8+rdx], rsi", "add edx, 0x10", "and edx, 0xfff", "mov [rcx], edx",
                "xor eax, eax", "ret",
            ])
    }

    @Test func `a slot of constants is a 64-bit move and a store`() throws {
        var shape = Shape(result: .void)
        let fields = shape.constant(0x1_0B00_0040, .u64)
        shape.add(.store, .u64, nil, fields, immediate: 8, region: 1)
        shape.add(.store, .u64, nil, shape.constant(.max, .u64), immediate: 0x210, region: 1)
        shape.add(.store, .u16, nil, shape.constant(7, .u16), immediate: 0x202, region: 2)
        shape.add(.store, .u8, nil, shape.constant(0xFF, .u8), immediate: 1, region: 2)
        shape.add(.store, .u32, nil, shape.constant(0x8000_0000), immediate: 4)
        shape.add(.releaseFence)
        shape.add(.returnValue)
        let assembly = try shape.assembly()
        #expect(
            assembly == [
                "mov rcx, 0x10b000040", "mov [ring+8], rcx", "mov qword [ring+0x210], 0xffffffffffffffff",
                "mov word [state+0x202], 7", "mov byte [state+1], 0xff", "mov dword [regs+4], 0x80000000", "ret",
            ])
    }

    /// The one shape of a wait, as InstructionSelector+Blocks.swift draws it.
    private func wait(bound: UInt64) throws -> [String] {
        var shape = Shape(result: .u32)
        let kept = shape.add(.load, .u32, immediate: 0)
        shape.add(.wait, immediate: bound)
        let control = shape.add(.load, .u32, immediate: 0x400)
        let bit = shape.add(.truncate, .boolean, shape.add(.shiftRight, .u32, control, immediate: 26))
        shape.add(.until, .void, shape.add(.equal, .boolean, bit, shape.constant(0, .boolean)))
        shape.leave(1)
        shape.add(.end)
        shape.add(.returnValue, .u32, kept)
        return try shape.assembly()
    }

    @Test func `a wait reads the clock before its look, and spares what lives on from RAX and RDX`() throws {
        #expect(
            try wait(bound: 24_000)
                == [
                    "mov ecx, [regs+0]", "rdtsc", "shl rdx, 0x20", "or rdx, rax", "mov rsi, rdx", "rdtsc",
                    "shl rdx, 0x20",
                    "or rdx, rax", "sub rdx, rsi", "test dword [regs+0x400], 0x4000000", "je #16", "pause",
                    "cmp rdx, 0x5dc0", "jb #5", "mov eax, 1", "ret", "mov eax, ecx", "ret",
                ])
    }

    @Test func `a bound past 31 bits goes through a register`() throws {
        let shortest = try wait(bound: 0x7FFF_FFFF)
        #expect(shortest[12] == "cmp rdx, 0x7fffffff")
        let longest = try wait(bound: 0x8000_0000)
        #expect(longest[12...14] == ["mov edi, 0x80000000", "cmp rdx, rdi", "jb #5"])
    }

    @Test func `a wait for what is true already does not look at the clock`() throws {
        var shape = Shape(result: .u32)
        shape.add(.wait, immediate: 1000)
        shape.add(.load, .u32, immediate: 4)
        shape.add(.until, .void, shape.constant(1, .boolean))
        shape.leave(1)
        shape.add(.end)
        shape.leave(2)
        #expect(try shape.assembly() == ["mov ecx, [regs+4]", "mov eax, 2", "ret"])
    }

    @Test func `a loop whose body looks at its count counts upward`() throws {
        var shape = Shape(result: .void)
        let value = shape.add(.parameter, .u32, immediate: 0)
        let count = shape.add(.loop, .u32, immediate: 256)
        let offset = shape.add(.shiftLeft, .u32, count, immediate: 4)
        shape.add(.store, .u32, offset, value, immediate: 0, region: 1)
        shape.add(.end)
        shape.add(.returnValue)
        let assembly = try shape.assembly()
        #expect(
            assembly == [
                "xor ecx, ecx", "mov edx, ecx", "shl edx, 4", "mov [ring+0+rdx], edi", "inc ecx", "cmp ecx, 0x100",
                "jne #1", "ret",
            ])
    }

    @Test func `an index that only accesses take is shifted by them`() throws {
        var shape = Shape(result: .void)
        let value = shape.add(.parameter, .u32, immediate: 0)
        let count = shape.add(.loop, .u32, immediate: 256)
        let offset = shape.add(.shiftLeft, .u32, count, immediate: 2)
        shape.add(.store, .u32, offset, value, immediate: 8, region: 1)
        shape.add(.end)
        shape.add(.returnValue)
        #expect(
            try shape.assembly() == [
                "xor ecx, ecx", "mov [ring+8+rcx*4], edi", "inc ecx", "cmp ecx, 0x100", "jne #1", "ret",
            ])
    }

    @Test func `a loop whose body does not look counts downward, and one of one round not at all`() throws {
        for count in [UInt64(1), 3] {
            var shape = Shape(result: .void)
            shape.add(.loop, .u32, immediate: count)
            shape.add(.load, .u32, immediate: 4)
            shape.add(.end)
            shape.add(.returnValue)
            let body = ["mov edx, [regs+4]"]
            let expected =
                count == 1 ? ["mov ecx, [regs+4]", "ret"] : ["mov ecx, 3"] + body + ["dec ecx", "jne #1", "ret"]
            #expect(try shape.assembly() == expected)
        }
    }

    @Test func `both arms of a branch meet behind it`() throws {
        var shape = Shape(result: .void)
        let argument = shape.add(.parameter, .u32, immediate: 0)
        shape.add(.ifTrue, .void, shape.add(.unsignedLess, .boolean, argument, shape.constant(14)))
        shape.add(.store, .u32, nil, argument, immediate: 0)
        shape.add(.else)
        shape.add(.store, .u32, nil, argument, immediate: 0x400)
        shape.add(.end)
        shape.add(.returnValue)
        let assembly = try shape.assembly()
        #expect(
            assembly == [
                "cmp edi, 0xe", "jae #4", "mov [regs+0], edi", "jmp #5", "mov [regs+0x400], edi", "ret",
            ])
    }

    @Test func `a comparison whose result is kept becomes a number`() throws {
        var shape = Shape(result: .boolean)
        let left = shape.add(.parameter, .u64, immediate: 0)
        let right = shape.add(.parameter, .u64, immediate: 1)
        shape.add(.returnValue, .boolean, shape.add(.unsignedLessOrEqual, .boolean, left, right))
        #expect(try shape.assembly() == ["cmp rdi, rsi", "setbe al", "movzx eax, al", "ret"])
    }

    @Test func `a constant condition leaves one arm and no branch`() throws {
        for condition in [UInt64(0), 1] {
            var shape = Shape(result: .u32)
            shape.add(.ifTrue, .void, shape.constant(condition, .boolean))
            shape.leave(1)
            shape.add(.else)
            shape.add(.load, .u32, immediate: 4)
            shape.add(.end)
            shape.leave(2)
            let expected = condition == 1 ? ["mov eax, 1", "ret"] : ["mov ecx, [regs+4]", "mov eax, 2", "ret"]
            #expect(try shape.assembly() == expected)
        }
    }

    @Test func `an argument in RDX moves out of the way of a wait`() throws {
        var shape = Shape(result: .u32)
        shape.add(.wait, immediate: 1000)
        let status = shape.add(.load, .u8, immediate: 4)
        shape.add(.until, .void, shape.add(.truncate, .boolean, status))
        shape.leave(1)
        shape.add(.end)
        shape.add(.returnValue, .u32, shape.add(.parameter, .u32, immediate: 2))
        let assembly = try shape.assembly()
        #expect(assembly.first == "mov ecx, edx")
        #expect(assembly.suffix(2) == ["mov eax, ecx", "ret"])
    }

    @Test func `conditional branches are counted, and jumps are not`() throws {
        var shape = Shape(result: .void)
        let argument = shape.add(.parameter, .boolean, immediate: 0)
        shape.add(.ifTrue, .void, argument)
        shape.add(.loop, .u32, immediate: 2)
        shape.add(.load, .u32)
        shape.add(.end)
        shape.add(.else)
        shape.add(.load, .u32)
        shape.add(.end)
        shape.add(.returnValue)
        #expect(try Encoder().encode(shape.program).branchCount == 2)
        #expect(try shape.assembly().contains { $0.hasPrefix("jmp") })
    }

    @Test(arguments: [100, 127, 128, 130, 1000])
    func `a branch is short while its target is within 127 bytes`(byteCount: Int) throws {
        // Stores of 7 and 6 bytes put together to so many bytes between the branch and its target.
        var shape = Shape(result: .void)
        let argument = shape.add(.parameter, .u32, immediate: 0)
        let flag = shape.add(.parameter, .boolean, immediate: 1)
        shape.add(.ifTrue, .void, flag)
        let ofSeven = (0...byteCount / 7).first { (byteCount - $0 * 7) % 6 == 0 } ?? 0
        for _ in 0..<ofSeven { shape.add(.store, .u16, argument, shape.add(.truncate, .u16, argument)) }
        for _ in 0..<(byteCount - ofSeven * 7) / 6 { shape.add(.store, .u32, argument, argument) }
        shape.add(.end)
        shape.add(.returnValue)
        let function = try Encoder().encode(shape.program)
        #expect(function.bytes.count == 2 + (byteCount <= 127 ? 2 : 6) + byteCount + 1)
        #expect(function.instructions[1].instruction == Instruction(.je, .distance(Int32(byteCount))))
    }

    @Test func `a dynamic offset needs its region below 2 GiB`() throws {
        var shape = Shape(result: .u32)
        let offset = shape.add(.parameter, .u32, immediate: 0)
        shape.add(.returnValue, .u32, shape.add(.load, .u32, offset, immediate: 8))
        let function = try Encoder().encode(shape.program)
        let placed = { (address: UInt64) in
            var regions = shape.program.regions
            regions[0].address = VirtualAddress(rawValue: address)
            return try function.placed(at: VirtualAddress(rawValue: 0x4000_0000), regions: regions)
        }
        #expect(try placed(0x6000_0000).bytes == [0x8B, 0x87, 0x08, 0x00, 0x00, 0x60, 0xC3])
        #expect(try placed(0x7FFF_FFF7).bytes == [0x8B, 0x87, 0xFF, 0xFF, 0xFF, 0x7F, 0xC3])
        #expect(throws: EncodingError.outOfReach(item: 1, region: 0)) { try placed(0x7FFF_FFF8) }
    }
}
