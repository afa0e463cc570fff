// What the encoder promises beyond being right: short code, no needless moves, only registers that it may change, and
// typed errors where registers or reach end.

import Encoding
import Hardware
import Program
import Testing

@Suite struct EncoderTests {
    private static let region = Region(
        kind: .window, address: VirtualAddress(rawValue: 0x5000_0000), byteCount: 0x2_0000)

    private func program(_ result: ValueType, _ items: [Item]) throws -> Program {
        var program = Program(result: result)
        program.items = items
        program.regions = [Self.region]
        program.origins = [Origin(line: 21, facts: .identity), Origin(line: 22, facts: .identity)]
        try ProgramChecker.check(program)
        return program
    }

    private func item(
        _ operation: Operation, _ type: ValueType, _ left: UInt16? = nil, _ right: UInt16? = nil,
        immediate: UInt64 = 0, origin: UInt16 = 0
    ) -> Item {
        Item(
            operation, type, left: left.map(ItemReference.init) ?? .none, right: right.map(ItemReference.init) ?? .none,
            immediate: immediate, origin: origin)
    }

    private func assembly(_ function: EncodedFunction) -> [String] {
        function.instructions.map {
            var text: [UInt8] = []
            AssemblyPrinter(regionNames: [Array("regs".utf8)]).print($0.instruction, into: &text)
            return String(decoding: text, as: UTF8.self)
        }
    }

    private func assembly(_ result: ValueType, _ items: [Item]) throws -> [String] {
        assembly(try Encoder().encode(try program(result, items)))
    }

    // MARK: Shapes

    @Test func `one bit of a register is four instructions in twelve bytes`() throws {
        let function = try Encoder().encode(
            try program(
                .boolean,
                [
                    item(.load, .u32, immediate: 8), item(.shiftRight, .u32, 0, immediate: 1, origin: 1),
                    item(.truncate, .boolean, 1, origin: 1), item(.returnValue, .boolean, 2, origin: 1),
                ]))
        #expect(assembly(function) == ["mov eax, [regs+8]", "shr eax, 1", "and eax, 1", "ret"])
        #expect(function.instructions.map(\.offset) == [0, 6, 8, 11])
        #expect(function.instructions.map(\.item) == [0, 1, 2, 3])
        #expect(function.branchCount == 0)

        let placed = try function.placed(at: VirtualAddress(rawValue: 0x4000_0000), regions: [Self.region])
        #expect(placed.bytes == [0x8B, 0x05, 0x02, 0x00, 0x00, 0x10, 0xD1, 0xE8, 0x83, 0xE0, 0x01, 0xC3])
        #expect(assembly(placed).first == "mov eax, [rip+0x10000002]")
        #expect(placed.relocations.isEmpty)
    }

    @Test func `two registers put together take no move`() throws {
        let assembly = try assembly(
            .u64,
            [
                item(.load, .u32, immediate: 0x5400), item(.extend, .u64, 0), item(.load, .u32, immediate: 0x5804),
                item(.truncate, .u16, 2), item(.extend, .u64, 3), item(.shiftLeft, .u64, 4, immediate: 32),
                item(.or, .u64, 1, 5), item(.returnValue, .u64, 6),
            ])
        #expect(
            assembly == [
                "mov eax, [regs+0x5400]", "mov ecx, [regs+0x5804]", "movzx ecx, cx", "shl rcx, 0x20", "or rax, rcx",
                "ret",
            ])
    }

    @Test func `the second operand's register serves where the first lives on`() throws {
        let assembly = try assembly(
            .u32,
            [
                item(.load, .u32), item(.load, .u32, immediate: 0x400), item(.or, .u32, 0, 1), item(.and, .u32, 0, 2),
                item(.returnValue, .u32, 3),
            ])
        #expect(assembly == ["mov eax, [regs+0]", "mov ecx, [regs+0x400]", "or ecx, eax", "and eax, ecx", "ret"])
    }

    @Test(
        arguments: [
            (0, ["xor eax, eax", "ret"]), (1, ["mov eax, 1", "ret"]), (0xFFFF_FFFF, ["mov eax, 0xffffffff", "ret"]),
            (0x1_0000_0000, ["xor eax, eax", "bts rax, 0x20", "ret"]),
            (0x3_0000_0000, ["mov rax, 0x300000000", "ret"]), (.max, ["mov rax, 0xffffffffffffffff", "ret"]),
        ] as [(UInt64, [String])])
    func `a constant is returned by its shortest move`(constant: UInt64, expected: [String]) throws {
        let items = [item(.constant, .u64, immediate: constant), item(.returnValue, .u64, 0)]
        #expect(try assembly(.u64, items) == expected)
    }

    @Test(
        arguments: [
            (0x7F, "and ecx, 0x7f"), (0xFF, "movzx ecx, cl"), (0xFFFF, "movzx ecx, cx"), (0xFFFF_FFFF, "mov ecx, ecx"),
            (0xFFFF_FFF0, "and ecx, 0xfffffff0"), (0xFFFF_FFFF_FFFF_FF80, "and rcx, 0xffffffffffffff80"),
            (0x1234_5678, "and ecx, 0x12345678"), (0xFFFF_FFFF_FFFF_0000, "and rcx, 0xffffffffffff0000"),
        ] as [(UInt64, String)])
    func `a mask takes the shortest form that is right`(mask: UInt64, expected: String) throws {
        let assembly = try assembly(
            .u64,
            [
                item(.load, .u64), item(.load, .u64, immediate: 0x800), item(.constant, .u64, immediate: mask),
                item(.and, .u64, 1, 2), item(.or, .u64, 0, 3), item(.returnValue, .u64, 4),
            ])
        #expect(assembly == ["mov rax, [regs+0]", "mov rcx, [regs+0x800]", expected, "or rax, rcx", "ret"])
    }

    @Test func `a value that nobody uses leaves no instruction, but a load stays`() throws {
        let assembly = try assembly(
            .void, [item(.load, .u8, immediate: 3), item(.shiftRight, .u8, 0, immediate: 1), item(.returnValue, .void)])
        #expect(assembly == ["movzx ecx, byte [regs+3]", "ret"])
    }

    // MARK: Registers

    /// Loads so many values, then puts them all together.
    private func sum(of count: Int) throws -> Program {
        var items = (0..<count).map { item(.load, .u32, immediate: UInt64($0) * 4) }
        for index in 1..<count {
            items.append(item(.or, .u32, index == 1 ? 0 : UInt16(count + index - 2), UInt16(index)))
        }
        items.append(item(.returnValue, .u32, UInt16(items.count - 1)))
        return try program(.u32, items)
    }

    @Test func `nine values live at a time, and all in registers that a function may change`() throws {
        let function = try Encoder().encode(try sum(of: 9))
        let text = assembly(function).joined(separator: "\n")
        for register in ["eax", "ecx", "edx", "esi", "edi", "r8d", "r9d", "r10d", "r11d"] {
            #expect(text.contains(register))
        }
        for register in ["bx", "sp", "bp", "r12", "r13", "r14", "r15"] { #expect(!text.contains(register)) }
    }

    @Test func `accesses near to each other go by a register, in bytes that are fewer`() throws {
        let items = [
            item(.load, .u32, immediate: 0x5400), item(.load, .u32, immediate: 0x5404),
            item(.load, .u32, immediate: 0x54F0), item(.or, .u32, 0, 1), item(.or, .u32, 3, 2),
            item(.returnValue, .u32, 4),
        ]
        let function = try Encoder().encode(try program(.u32, items))
        #expect(
            assembly(function) == [
                "mov ecx, regs+0x5480", "mov eax, [rcx-0x80]", "mov edx, [rcx-0x7c]", "mov esi, [rcx+0x70]",
                "or eax, edx", "or eax, esi", "ret",
            ])
        let placed = try function.placed(at: VirtualAddress(rawValue: 0x4000_0000), regions: [Self.region])
        #expect(assembly(placed).first == "mov ecx, 0x50005480")
    }

    @Test func `a number that is stored more than once waits in a register, outside of the loop`() throws {
        let items = [
            item(.constant, .u32), item(.store, .u32, nil, 0, immediate: 0x400), item(.loop, .u32, immediate: 9),
            item(.store, .u32, nil, 0, immediate: 0x800), item(.end, .void), item(.returnValue, .void),
        ]
        #expect(
            try assembly(.void, items).prefix(4) == [
                "xor ecx, ecx", "mov [regs+0x400], ecx", "mov edx, 9", "mov [regs+0x800], ecx",
            ])
    }

    @Test func `a tenth value is an error that names its item`() throws {
        let program = try sum(of: 10)
        #expect(throws: EncodingError.outOfRegisters(item: 9)) { try Encoder().encode(program) }
    }

    @Test func `registers of values that ended serve again`() throws {
        var items = [item(.load, .u32)]
        for index in 1..<100 {
            items.append(item(.load, .u32, immediate: UInt64(index) * 0x200))
            items.append(item(.or, .u32, UInt16(items.count - 2), UInt16(items.count - 1)))
        }
        items.append(item(.returnValue, .u32, UInt16(items.count - 1)))
        let assembly = try assembly(.u32, items)
        #expect(assembly.count == 200)
        #expect(assembly.filter { $0 == "or eax, ecx" }.count == 99)
    }

    @Test func `a constant too wide for an immediate borrows a register`() throws {
        var items = [item(.load, .u64)]
        for index in 0..<20 {
            items.append(item(.constant, .u64, immediate: 0x3_0000_0000 << UInt64(index)))
            items.append(item(.or, .u64, UInt16(items.count - 2), UInt16(items.count - 1)))
        }
        items.append(item(.returnValue, .u64, UInt16(items.count - 1)))
        let assembly = try assembly(.u64, items)
        #expect(assembly.prefix(3) == ["mov rax, [regs+0]", "mov rcx, 0x300000000", "or rax, rcx"])
        #expect(assembly.count == 42)
    }

    /// Nine values take all registers, so the one that is to be the result finds RAX taken.
    @Test func `a result that stands elsewhere is moved`() throws {
        var items = (0..<9).map { item(.load, .u32, immediate: UInt64($0) * 4) }
        items.append(item(.or, .u32, 0, 1))
        items.append(item(.load, .u32, immediate: 40))
        items.append(item(.or, .u32, 10, 9))
        for index in 2..<9 { items.append(item(.or, .u32, UInt16(items.count - 1), UInt16(index))) }
        items.append(item(.returnValue, .u32, UInt16(items.count - 1)))
        let assembly = try assembly(.u32, items)
        #expect(assembly[8] == "mov eax, [regs+0x20]")
        #expect(assembly[10] == "mov edx, [regs+0x28]")
        #expect(assembly.suffix(3) == ["or edx, eax", "mov eax, edx", "ret"])
    }

    @Test func `a shift by all bits that a value has leaves zero, whatever the processor makes of the count`() throws {
        let items = [
            item(.load, .u32), item(.extend, .u64, 0), item(.shiftRight, .u64, 1, immediate: 32),
            item(.returnValue, .u64, 2),
        ]
        #expect(try assembly(.u64, items) == ["mov ecx, [regs+0]", "xor eax, eax", "ret"])
    }

    // MARK: Placement

    /// Distance from the end of the load, which is 6 bytes long, to its register at 8.
    private func placed(entry: UInt64, region: UInt64) throws -> [UInt8] {
        let function = try Encoder().encode(
            try program(.u32, [item(.load, .u32, immediate: 8), item(.returnValue, .u32, 0)]))
        let regions = [Region(kind: .window, address: VirtualAddress(rawValue: region), byteCount: 0x2_0000)]
        return try function.placed(at: VirtualAddress(rawValue: entry), regions: regions).bytes
    }

    @Test func `a region within 2 GiB of the code is reached, up to the last byte`() throws {
        let code: UInt64 = 0x1_0000_0000
        #expect(try placed(entry: code, region: code + 6 - 8 + 0x7FFF_FFFF)[2..<6] == [0xFF, 0xFF, 0xFF, 0x7F])
        #expect(try placed(entry: code, region: code + 6 - 8 - 0x8000_0000)[2..<6] == [0x00, 0x00, 0x00, 0x80])
        #expect(try placed(entry: code, region: code - 2)[2..<6] == [0x00, 0x00, 0x00, 0x00])
    }

    @Test func `a region farther away is an error that names item and region`() {
        let code: UInt64 = 0x1_0000_0000
        let nearest = (code + 6 - 8 + 0x8000_0000, code + 6 - 8 - 0x8000_0001)
        for region in [nearest.0, nearest.1, 0xFEBC_0000_0000, UInt64.max - 0x2_0000] {
            #expect(throws: EncodingError.outOfReach(item: 0, region: 0)) { try placed(entry: code, region: region) }
        }
    }

    @Test func `the same function is placed at several addresses`() throws {
        let low = try placed(entry: 0x4000_0000, region: 0x5000_0000)
        let high = try placed(entry: 0x4000_1000, region: 0x5000_1000)
        #expect(low == high)
        #expect(try placed(entry: 0x4000_0010, region: 0x5000_0000) != low)
    }
}
