// The exact code of accesses of ports and of the full fence: what goes through RAX and RDX, and what is kept out of them.

import Encoding
import Program
import Testing

@Suite struct PortShapeTests {
    private static let ports: UInt8 = 3

    @Test func `what is read comes out of EAX, widened`() throws {
        for (type, expected) in [
            (ValueType.u8, ["mov edx, 0xc008", "in al, dx", "movzx eax, al", "ret"]),
            (.u16, ["mov edx, 0xc008", "in ax, dx", "movzx eax, ax", "ret"]),
            (.u32, ["mov edx, 0xc008", "in eax, dx", "ret"]),
        ] {
            var shape = Shape(result: type)
            shape.add(.returnValue, type, shape.add(.load, type, immediate: 8, region: Self.ports))
            #expect(try shape.assembly() == expected)
        }
    }

    @Test func `a read that nobody uses is made and left where it is`() throws {
        var shape = Shape(result: .void)
        shape.add(.load, .u8, immediate: 1, region: Self.ports)
        shape.add(.returnValue)
        #expect(try shape.assembly() == ["mov edx, 0xc001", "in al, dx", "ret"])
    }

    @Test func `a value is computed where it is written from`() throws {
        var shape = Shape(result: .void)
        let value = shape.add(.load, .u32, immediate: 4)
        let sum = shape.add(.add, .u32, value, shape.constant(7))
        shape.add(.store, .u32, nil, sum, immediate: 4, region: Self.ports)
        shape.add(.store, .u16, nil, shape.constant(0x1234, .u16), immediate: 2, region: Self.ports)
        shape.add(.store, .u8, nil, shape.constant(0, .u8), immediate: 1, region: Self.ports)
        shape.add(.returnValue)
        let assembly = try shape.assembly()
        #expect(
            assembly == [
                "mov eax, [regs+4]", "add eax, 7", "mov edx, 0xc004", "out dx, eax", "mov eax, 0x1234",
                "mov edx, 0xc002", "out dx, ax", "xor eax, eax", "mov edx, 0xc001", "out dx, al", "ret",
            ])
    }

    @Test func `what lives on stands in neither register`() throws {
        var shape = Shape(result: .u32)
        let third = shape.add(.parameter, .u32, immediate: 2)
        let first = shape.add(.load, .u32, immediate: 4, region: Self.ports)
        let second = shape.add(.load, .u32, immediate: 8, region: Self.ports)
        let both = shape.add(.add, .u32, first, second)
        shape.add(.returnValue, .u32, shape.add(.add, .u32, both, third))
        let assembly = try shape.assembly()
        #expect(
            assembly == [
                "mov ecx, edx", "mov edx, 0xc004", "in eax, dx", "mov esi, eax", "mov edx, 0xc008", "in eax, dx",
                "add esi, eax", "add esi, ecx", "mov eax, esi", "ret",
            ])
    }

    @Test func `an array of ports is reached by a sum in EDX`() throws {
        var shape = Shape(result: .u32)
        let index = shape.add(.parameter, .u32, immediate: 2)
        let value = shape.add(.parameter, .u32, immediate: 0)
        shape.add(.store, .u32, index, value, immediate: 0x10, region: Self.ports)
        shape.add(.returnValue, .u32, shape.add(.load, .u32, index, immediate: 0x20, region: Self.ports))
        let assembly = try shape.assembly()
        #expect(
            assembly == [
                "mov ecx, edx", "mov eax, edi", "lea edx, [rcx+0xc010]", "out dx, eax", "lea edx, [rcx+0xc020]",
                "in eax, dx", "ret",
            ])
    }

    @Test func `a wait for a port keeps the time in a register of its own`() throws {
        var shape = Shape(result: .u32)
        shape.add(.wait, immediate: 24_000)
        let status = shape.add(.load, .u8, immediate: 1, region: Self.ports)
        shape.add(.until, .void, shape.add(.truncate, .boolean, status))
        shape.leave(1)
        shape.add(.end)
        shape.leave(0)
        let assembly = try shape.assembly()
        #expect(
            assembly == [
                "rdtsc", "shl rdx, 0x20", "or rdx, rax", "mov rcx, rdx", "rdtsc", "shl rdx, 0x20", "or rdx, rax",
                "sub rdx, rcx", "mov rsi, rdx", "mov edx, 0xc001", "in al, dx", "movzx eax, al", "test al, 1",
                "jne #19", "pause", "cmp rsi, 0x5dc0", "jb #4", "mov eax, 1", "ret", "xor eax, eax", "ret",
            ])
    }

    @Test func `a full fence is one instruction, in its place`() throws {
        var shape = Shape(result: .u32)
        shape.add(.store, .u32, nil, shape.constant(1), immediate: 0)
        shape.add(.releaseFence)
        shape.add(.fullFence)
        shape.add(.returnValue, .u32, shape.add(.load, .u32, immediate: 0x400))
        #expect(try shape.assembly() == ["mov dword [regs+0], 1", "mfence", "mov eax, [regs+0x400]", "ret"])
    }
}
