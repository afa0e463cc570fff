// The oracle itself: each violation that it can show is shown of a function written to commit it, and of its neighbour
// that does not commit it none is.

import Devices
import Testing
import Verification

@Suite struct GuardedRunTests {
    /// Where everything lies, as the sources below name it.
    private static let code: UInt64 = 0x4000_0000
    private static let names = """
        STATUS equ 0x50000000   ; read only
        DOORBELL equ 0x50000004 ; write only
        BASE equ 0x50000008     ; may only be 0x1000
        RING equ 0x60000000     ; 4 slots of 16 bytes: address in 0x2000 to 0x2FFF, length to 64
        STATE equ 0x60001000    ; a position: multiples of 16 up to 48
        TABLE equ 0x60001004    ; two bytes each
        PORT equ 0x1F0          ; a byte to read, two to write
        """

    private static func grant(
        _ name: String, _ start: UInt64, _ byteCount: UInt64, _ rights: Rights, element: UInt64 = 4,
        space: Grant.Space = .memory, isWhole: Bool = true, isPrivate: Bool = false, limits: [Limit] = []
    ) -> Grant {
        Grant(
            name: Array(name.utf8), space: space, start: start, byteCount: byteCount, rights: rights,
            elementByteCount: element, isWhole: isWhole, isPrivate: isPrivate, limits: limits)
    }

    private static let grants = [
        grant("status", 0x5000_0000, 4, .read), grant("doorbell", 0x5000_0004, 4, .write),
        grant(
            "base", 0x5000_0008, 4, [.read, .write],
            limits: [Limit(firstBit: 0, bitCount: 32, range: ValueRange(0x1000))]),
        grant(
            "ring", 0x6000_0000, 64, [.read, .write], element: 16, isWhole: false,
            limits: [
                Limit(firstBit: 0, bitCount: 64, range: ValueRange(low: 0x2000, high: 0x2FFF)),
                Limit(firstBit: 64, bitCount: 16, range: ValueRange(low: 0, high: 64)),
            ]),
        grant(
            "position", 0x6000_1000, 4, [.read, .write], isPrivate: true,
            limits: [Limit(firstBit: 0, bitCount: 32, range: ValueRange(bits: 0x30))]),
        grant("table", 0x6000_1004, 8, [.read, .write], element: 2),
        grant("data port", 0x1F0, 1, .read, element: 1, space: .ports),
        grant("command port", 0x1F2, 2, .write, element: 2, space: .ports),
    ]

    private static let seeds: ClosedRange<UInt64> = 0...63

    /// The first violation over some seeds.
    private func violation(_ source: String, _ arguments: [UInt64] = []) throws -> GuardViolation? {
        let bytes = try Assembly.assemble("\(Self.names)\n\(source)", origin: Self.code)
        let run = try GuardedRun(grants: Self.grants, codeStart: Self.code, codeRoom: 4096)
        run.instructionLimit = 20_000
        try run.load(bytes)
        for seed in Self.seeds {
            if let violation = try run.call(arguments, seed: seed) { return violation }
        }
        return nil
    }

    @Test(arguments: [
        "mov eax, [STATUS]\nret",
        "mov dword [DOORBELL], 7\nret",
        "mov dword [BASE], 0x1000\nret",
        "mov qword [RING + 16], 0x2FFF\nmov qword [RING + 24], 64\nret",
        "mov ecx, [STATE]\nand ecx, 0x30\nmovzx eax, byte [rcx + RING + 12]\nret",
        "mov ecx, [STATE]\nadd ecx, 16\nand ecx, 0x30\nmov [STATE], ecx\nret",
        "mov dx, PORT\nin al, dx\nret", "mov dx, PORT + 2\nmov ax, 9\nout dx, ax\nret",
        "push rbx\ninc rbx\npop rbx\nret", "pop rcx\njmp rcx",
        "std\ncld\nret", "mov [rsp - 8], rax\nmov rax, [rsp]\nret",
    ]) func `what is granted is no violation`(source: String) throws {
        #expect(try violation(source) == nil)
    }

    @Test func `a loop by count and a wait by the clock end in time`() throws {
        let source = """
            xor ecx, ecx
            .slot: mov eax, ecx
            shl eax, 4
            mov qword [rax + RING], 0x2000
            inc ecx
            cmp ecx, 4
            jne .slot
            rdtsc
            shl rdx, 32
            or rdx, rax
            mov rcx, rdx
            .wait: rdtsc
            shl rdx, 32
            or rdx, rax
            sub rdx, rcx
            test dword [STATUS], 1
            jnz .done
            pause
            cmp rdx, 10000000
            jb .wait
            .done: ret
            """
        #expect(try violation(source) == nil)
    }

    @Test(arguments: [
        ("mov eax, [STATUS - 1]\nret", GuardViolation.Kind.outsideGrants, ""),
        ("mov eax, [RING + 61]\nret", .outsideGrants, ""), ("mov [STATE + 12], al\nret", .outsideGrants, ""),
        ("mov eax, [STATUS + 0x100000]\nret", .outsideGrants, ""), ("mov eax, [code]\ncode: ret", .outsideGrants, ""),
        ("mov rax, -1\nmov al, [rax]\nret", .outsideGrants, ""), ("mov rax, [STATUS]\nret", .outsideGrants, ""),
        ("mov rax, 0x8000000000000000\nmov al, [rax]\nret", .outsideGrants, ""),
        ("mov ecx, [STATUS]\nmov al, [rcx + RING]\nret", .outsideGrants, ""),
        ("mov dword [STATUS], 0\nret", .wrongDirection, "status"),
        ("mov eax, [DOORBELL]\nret", .wrongDirection, "doorbell"),
        ("or dword [DOORBELL], 1\nret", .wrongDirection, "doorbell"), ("mov al, [STATUS]\nret", .notWhole, "status"),
        ("mov ax, [TABLE + 1]\nret", .notWhole, "table"), ("mov eax, [TABLE]\nret", .notWhole, "table"),
        ("mov dword [BASE], 0x1001\nret", .limitBroken, "base"), ("or dword [BASE], 0\nret", .limitBroken, "base"),
        ("mov qword [RING + 32], 0x3000\nret", .limitBroken, "ring"),
        ("mov qword [RING + 8], 65\nret", .limitBroken, "ring"), ("mov byte [RING + 7], 1\nret", .limitBroken, "ring"),
        ("mov eax, [STATUS]\nmov [RING + 24], rax\nret", .limitBroken, "ring"),
        ("mov eax, [STATE]\ninc eax\nmov [STATE], eax\nret", .limitBroken, "position"),
        ("mov [code], eax\ncode: ret", .codeWritten, ""),
        ("mov dx, PORT + 1\nin al, dx\nret", .outsideGrants, ""), ("mov dx, PORT\nin ax, dx\nret", .outsideGrants, ""),
        ("mov dx, PORT\nout dx, al\nret", .wrongDirection, "data port"),
        ("mov dx, PORT + 2\nin ax, dx\nret", .wrongDirection, "command port"),
        ("mov dx, PORT + 2\nout dx, al\nret", .notWhole, "command port"), ("in al, 0x60\nret", .outsideGrants, ""),
        ("mov rax, [rsp + 8]\nret", .callersStack, ""), ("mov [rsp], rax\nret", .callersStack, ""),
        ("mov [rsp - 4], rax\nret", .callersStack, ""), ("mov al, [rsp - 600]\nret", .outsideGrants, ""),
        ("jmp STATUS", .outsideCode, ""), ("nop", .outsideCode, ""), ("mov eax, RING\njmp rax", .outsideCode, ""),
        ("jmp $ + 100", .outsideCode, ""), ("jmp $", .endless, ""),
        ("again: test dword [STATUS], 1\njz again\nret", .endless, ""),
        ("xor ecx, ecx\ndiv ecx\nret", .exception(code: 21), ""), ("ud2", .exception(code: 10), ""),
        ("ret 8", .stackPointer, ""), ("pop rcx\nsub rsp, 8\njmp rcx", .stackPointer, ""),
        ("pop rcx\npush rcx\nret", .callersStack, ""), ("push rax\nret", .outsideCode, ""),
        ("std\nret", .directionFlag, ""),
    ]) func `a violation is shown with its grant`(row: (source: String, kind: GuardViolation.Kind, grant: String))
        throws
    {
        let violation = try violation(row.source)
        #expect(violation?.kind == row.kind)
        #expect(violation?.grant == row.grant)
    }

    @Test(arguments: ["rbx", "rbp", "r12", "r13", "r14", "r15"])
    func `a register of the caller comes back as it was`(name: String) throws {
        #expect(try violation("inc \(name)\nret")?.kind == .registerNotPreserved(name))
        #expect(try violation("push \(name)\nxor \(name), \(name)\npop \(name)\nret") == nil)
    }

    @Test func `an argument out of range is the caller's own affair, one in range is not`() throws {
        let source = "mov qword [rdi + RING], 0x2000\nret"
        #expect(try violation(source, [48]) == nil)
        #expect(try violation(source, [57])?.kind == .outsideGrants)
        #expect(try violation(source, [UInt64.max - 0x6000_0000])?.kind == .outsideGrants)
    }

    /// Each source commits a violation when something is so; it must have been so in some run.
    @Test(arguments: [
        "mov eax, [STATUS]\ncmp eax, -1\nje bad", "mov eax, [STATUS]\ntest eax, eax\nje bad",
        "mov eax, [STATUS]\ndec eax\ncmp eax, 30\njb bad",
        "mov eax, [STATUS]\nlea ecx, [rax - 1]\ntest eax, ecx\nje bad",
        "mov dword [BASE], 0x1000\nmov eax, [BASE]\ncmp eax, 0x1000\nje bad",
        "mov dword [BASE], 0x1000\nmov eax, [BASE]\ncmp eax, 0x1000\njne bad",
        "mov ax, [TABLE]\ncmp ax, [TABLE]\njne bad", "mov rax, [RING]\ncmp rax, [RING]\njne bad",
        "mov rax, [RING]\ncmp rax, [RING]\nje bad", "mov eax, [STATE]\ntest eax, eax\nje bad",
        "mov eax, [STATE]\ncmp eax, [STATE]\njne bad", "mov eax, [STATE]\ntest eax, ~0x30\njne bad",
        "mov dword [STATE], 0x20\ncmp dword [STATE], 0x20\njne bad",
        "mov dx, PORT\nin al, dx\ncmp al, 0xFF\nje bad", "jc bad", "jnz bad", "js bad", "test al, al\njs bad",
    ]) func `what a device, a ring or state may hold comes`(source: String) throws {
        #expect(try violation("\(source)\nret\nbad: cli")?.kind == .forbiddenInstruction)
    }

    /// Each source commits a violation when something is so that never is.
    @Test(arguments: [
        "rdtsc\nmov ecx, eax\nmov r8d, edx\nrdtsc\nshl rdx, 32\nor rax, rdx\nshl r8, 32\nor rcx, r8\n"
            + "cmp rax, rcx\njbe bad",
        "pushfq\npop rax\ntest eax, 0x400\njne bad",
    ]) func `time goes forward, and flags keep to the convention`(source: String) throws {
        #expect(try violation("\(source)\nret\nbad: cli") == nil)
    }

    @Test func `a seed and the code decide all that happens`() throws {
        let source =
            "mov ecx, [STATUS]\nmov edx, [STATE]\nadd rcx, rdx\nadd rcx, [rsp - 8]\nadd rcx, rax\nmov al, [rcx]\nret"
        let bytes = try Assembly.assemble("\(Self.names)\n\(source)", origin: Self.code)
        let other = try Assembly.assemble("\(Self.names)\nmov dword [STATE], 0x30\npush rcx\nret", origin: Self.code)
        let run = try GuardedRun(grants: Self.grants, codeStart: Self.code, codeRoom: 4096)
        try run.load(bytes)
        let first = try Self.seeds.map { try run.call(seed: $0) }
        try run.load(other)
        for seed in Self.seeds { _ = try run.call(seed: seed) }
        try run.load(bytes)
        let second = try Self.seeds.reversed().map { try run.call(seed: $0) }
        #expect(first == second.reversed())
        #expect(Set(first).count > 10)
    }
}
