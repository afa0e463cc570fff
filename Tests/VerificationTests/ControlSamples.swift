// Instructions, registers, jumps and evidence: what is no part of the table, what belongs to the caller, where control
// may go, and claims that lie.

/// Samples by name.
enum ControlSamples {
    static let all: [(name: String, text: String)] = strays + reserved + undefined + parts + jumps + claims

    /// Instructions that no generated function holds, most of them privileged or about the stack, some of them forms of
    /// instructions that are in the table.
    private static let strayTexts = [
        "cli", "sti", "hlt", "mov cr3, rax", "mov rax, cr0", "mov dr7, rax", "int3", "int 0x80", "icebp",
        "call $", "call [0x50000000]", "jmp [0x50000000]", "jmp rax", "jmp far [0x50000000]", "call far [0x50000000]",
        "syscall", "sysret", "sysenter", "iretq", "retf", "ret 8", "push rax", "pop rax", "pushfq", "popfq", "leave",
        "enter 8, 0", "std", "cld", "wrmsr", "rdmsr", "lgdt [0x50000000]", "lidt [0x50000000]", "invlpg [0x50000000]",
        "wbinvd", "swapgs", "rdtscp", "cpuid", "xsetbv", "vmcall", "ud2", "nop", "xchg rax, rcx",
        "xchg [0x50000000], eax",
        "lock inc dword [0x50000000]", "sete [0x50000000]", "mov ds, ax", "mov eax, ds",
        "in al, 0x60", "out 0x60, al", "insb", "outsb", "rep insb", "movsb", "lodsd", "scasb", "xlatb",
        "mov ax, 1", "mov ah, cl", "movzx eax, ah", "movzx ecx, bh",
        "mov [0x50001008], ah", "test ah, 1", "sete ah", "sete bh", "mov eax, [rsp]",
        "mov eax, [r12]", "mov eax, [rsp + 8]", "mov eax, [abs 0x50000000]",
        "mov eax, [fs:rdi]", "mov eax, [gs:0x50000000]", "mov eax, [edi]", "lea eax, [edi]",
        "movsx eax, cl", "movzx rax, cl", "movzx ax, cl", "movsxd rax, ecx", "cdqe", "cmove eax, ecx",
        "mul ecx", "imul eax, ecx", "div ecx", "neg eax", "not eax", "sar eax, 1",
        "shl eax, cl", "rol eax, 1", "adc eax, ecx", "sbb eax, ecx", "sbb eax, 1", "adc [0x50000000], eax",
        "bt dword [0x50000000], 1", "bt [0x50000000], ecx", "bt eax, ecx", "bts dword [0x50002000], 1", "btc eax, 1",
        "add ah, 1", "cmp bh, 1", "inc ah", "shr dh, 1", "mov ch, 1", "mov ch, [rdi]", "add al, ah",
        "lea ax, [rdi]", "rep stosb", "rep stosw", "repne stosd", "stosd", "rep movsb", "repe cmpsd", "movsd",
        "cmpxchg [rdi], eax",
        "bswap eax", "popcnt eax, ecx", "jl $",
        "jrcxz $", "loop $", "jp $", "seto al", "sets al", "clc", "lahf", "sahf", "movaps xmm0, xmm1", "fld1", "emms",
        "lfence", "sfence", "clflush [0x50000000]", "prefetchnta [0x50000000]", "wrpkru", "xbegin $", "vzeroupper",
        "test rax, 1", "shl ax, 1",
        "db 0x66, 0xC3", "db 0xF3, 0xC3", "db 0xF2, 0xC3", "db 0x48, 0xC3", "db 0x66, 0x0F, 0x31", "db 0x66, 0xEB, 0",
        "db 0x2E, 0x74, 0", "db 0xF0, 0x0F, 0xAE, 0xF0", "db 0x0F, 0xAE, 0xF1", "db 0x48, 0x66, 0x89, 0x07",
        "db 0x48, 0x40, 0x89, 0xC0", "db 0x42, 0x89, 0xC0", "db 0x66, 0x48, 0x89, 0x07", "db 0x06", "db 0x62",
        "db 0xC4, 0xE2, 0x78", "db 0xD1, 0xF0", "db 0xC1, 0xF0, 1", "db 0xF6, 0xC8, 1", "db 0x0F, 0x92, 0xC8",
        "db 0x48, 0x89", "db 0x0F", "db 0x66", "db 0xF3", "db 0x48", "db 0xE9, 0, 0, 0", "db 0x48, 0xB8, 0, 0",
    ]

    private static let strays: [(name: String, text: String)] = strayTexts.map { text in
        (text, " ; given rdi, rsi\n \(text) ; refused unknownInstruction\n")
    }

    private static let reserved: [(name: String, text: String)] =
        ["rbx", "rsp", "rbp", "r12", "r13", "r14", "r15"].flatMap { name in
            [
                ("\(name) by a move", " mov \(name), 0x123456789 ; refused reservedRegister\n ret"),
                ("\(name) by clearing", " xor \(name), \(name) ; refused reservedRegister\n ret"),
                ("\(name) by a load", " mov \(name), [0x50001000] ; refused reservedRegister\n ret"),
                ("\(name) by lea", " lea \(name), [0x50001000] ; refused reservedRegister\n ret"),
                ("\(name) from an argument", " ; given rdi\n mov \(name), rdi ; refused reservedRegister\n ret"),
                ("\(name) as a sum", " inc \(name) ; refused undefinedRegister\n ret"),
                ("\(name) as a value", " mov rax, \(name) ; refused undefinedRegister\n ret"),
                ("\(name) into memory", " mov [0x50001000], \(name) ; refused undefinedRegister\n ret"),
            ]
        } + [
            ("bl by a condition", " sete bl ; refused reservedRegister\n ret"),
            ("r12b by a condition", " sete r12b ; refused reservedRegister\n ret"),
            ("spl by a condition", " sete spl ; refused reservedRegister\n ret"),
            (
                "the registers that are free",
                ["rax", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11"].map {
                    " mov \($0), 1\n"
                }.joined() + " ret"
            ),
        ]

    private static let undefined: [(name: String, text: String)] = [
        ("an argument that is none", " ; given rdi\n mov eax, esi ; refused undefinedRegister\n ret"),
        ("an argument", " ; given rdi, rsi\n mov eax, esi\n ret"),
        ("the sixth argument", " ; given rdi, rsi, rdx, rcx, r8, r9\n mov rax, r9\n ret"),
        ("a base that holds nothing", " mov eax, [rcx] ; refused undefinedRegister\n ret"),
        ("the frame as a base", " mov eax, [rbp] ; refused undefinedRegister\n ret"),
        ("the frame's neighbour as a base", " mov eax, [r13] ; refused undefinedRegister\n ret"),
        ("a comparison with nothing", " xor eax, eax\n cmp eax, ecx ; refused undefinedRegister\n ret"),
        ("a port of nothing", " in al, dx ; refused undefinedRegister\n ret"),
        ("nothing to a port", " mov edx, 0x1F7\n out dx, al ; refused undefinedRegister\n ret"),
        (
            "a register that is dead behind a block",
            """
                 mov ecx, 1
            .next: ; join
                 mov eax, ecx ; refused undefinedRegister
                 ret
            """
        ),
    ]

    /// Ways to write the low part of RCX or RAX, and what may be done with that part.
    private static let parts: [(name: String, text: String)] =
        [
            ("a condition", " sete al", 1), ("a byte of a port", " mov edx, 0x1F4\n in al, dx", 1),
            ("a word of a port", " mov edx, 0x1F0\n in ax, dx", 2),
        ].flatMap { (name: String, write: String, byteCount: Int) -> [(name: String, text: String)] in
            let whole = [
                "mov ecx, eax", "mov [0x50000000], eax", "mov [0x50001000], rax", "and eax, 1", "and eax, ecx",
                "or ecx, eax", "xor eax, ecx", "add ecx, eax", "sub ecx, eax", "inc eax", "dec eax", "shl eax, 1",
                "shr eax, 4", "cmp eax, 1", "cmp ecx, eax", "test eax, 1", "test eax, eax", "lea ecx, [rax + 1]",
                "mov ecx, [rax + 0x50000000]", "out dx, eax", "mov rcx, rax",
            ]
            let word = ["movzx ecx, ax", "mov [0x5000100A], ax", "out dx, ax"]
            let byte = ["movzx ecx, al", "mov [0x5000100B], al", "test al, 1"]
            let setup = " mov ecx, 1\n mov edx, 0x1F0\n" + write + "\n mov edx, 0x1F0\n "
            let refused = " ; refused undefinedRegister\n ret"
            let mayNot = byteCount < 2 ? whole + word : whole
            let may = byteCount < 2 ? byte : byte + word
            var samples = mayNot.map { ("\(name): \($0)", setup + $0 + refused) }
            samples += may.map { ("\(name): \($0)", setup + $0 + "\n ret") }
            samples.append(
                ("\(name), over what is known", " xor eax, eax\n" + write + "\n mov [0x50000000], eax\n ret"))
            // Of a condition, bits 7 to 1 are clear whatever stands above them.
            let found = name == "a condition" ? "0xFFFFFFFFFFFFFF01" : "max"
            let claimed = " ; refused claimNotMet found 0..\(found) allowed 0..max\n.out: ; join: rax\n ret"
            samples.append(("\(name), claimed as a whole", write + "\n jmp .out" + claimed))
            return samples
        }

    private static let jumps: [(name: String, text: String)] = [
        ("a jump to a block", " jmp .out\n.out: ; join\n ret"),
        (
            "a jump to where no block is",
            " ; given rdi\n test edi, edi\n je .out ; refused noBlockAtTarget\n pause\n.out:\n ret"
        ),
        ("a jump out of the function", " jmp $ + 64 ; refused noBlockAtTarget\n"),
        ("a jump before the function", " jmp $ - 64 ; refused noBlockAtTarget\n"),
        ("a jump to the end", " ; given rdi\n test edi, edi\n je .out ; refused noBlockAtTarget\n ret\n.out:\n"),
        (
            "a jump that is never taken, out of the function",
            " xor eax, eax\n jne $ + 64 ; refused noBlockAtTarget\n ret"
        ),
        ("a jump into itself", " jmp $ + 1 ; refused noBlockAtTarget\n"),
        (
            "a jump into an instruction",
            """
                 ; given rdi
                 test edi, edi
                 je .inside
                 db 0xB8
            .inside: ; join
                 dd 0xC3C3C3C3
                 ret ; refused insideInstruction
            """
        ),
        (
            "a block inside the last instruction",
            """
                 jmp .last
            .last: ; join
                 db 0x0F
            .inside: ; join
                 db 0x31
                 ret ; refused insideInstruction
            """
        ),
        ("nothing behind the last instruction", " pause\n ; refused runsPastEnd"),
        (
            "a branch as the last instruction",
            " mov ecx, 4\n.top: ; counted rcx: rcx 1..4\n dec ecx\n jne .top\n ; refused runsPastEnd"
        ),
        ("dead code behind a return", " ret\n ret ; refused unreachable"),
        ("dead code behind a jump", " jmp .out\n pause ; refused unreachable\n.out: ; join\n ret"),
        ("int3 behind a return", " ret\n int3 ; refused unreachable"),
        ("a block that nothing leads to", " ret\n.out: ; join\n ret ; refused unreachable"),
        (
            "code on a way that is never taken",
            """
                 xor eax, eax
                 je .out
                 mov eax, [0x50000001]
                 jmp .next
            .next: ; join: rbx
                 ret
            .out: ; join
                 ret
            """
        ),
        (
            "no instruction on a way that is never taken",
            """
                 xor eax, eax
                 je .out
                 hlt ; refused unknownInstruction
            .out: ; join
                 ret
            """
        ),
        (
            "a way past the end that is never taken",
            """
                 jmp .last
            .last: ; join
                 xor eax, eax
                 je .out
                 ret
            .out: ; join
                 xor eax, eax
                 jne .out
                 ; refused runsPastEnd
            """
        ),
        (
            "a block that only a jump backward leads to",
            """
                 jmp .out
            .top: ; counted rcx: rcx
                 ret ; refused unreachable
            .out: ; join
                 jmp .top
            """
        ),
    ]

    private static let claims: [(name: String, text: String)] = [
        ("a range as it is", " ; given rdi 0..15\n.next: ; join: rdi 0..15\n ret"),
        (
            "a range too narrow",
            """
                 ; given rdi 0..15
            .next: ; join: rdi 0..14
                 ret ; refused claimNotMet found 0..15 allowed 0..14
            """
        ),
        (
            "a range that begins too late",
            """
                 ; given rdi 0..15
            .next: ; join: rdi 1..15
                 ret ; refused claimNotMet found 0..15 allowed 1..15
            """
        ),
        (
            "bits too few",
            """
                 ; given rdi 0..15
            .next: ; join: rdi bits 14
                 ret ; refused claimNotMet found 0..15 allowed 0..14
            """
        ),
        (
            "a range too wide for the access",
            """
                 ; given rdi bits 0xFF0
            .next: ; join: rdi 0..0xFF0
                 mov eax, [rdi + 0x50001000] ; refused acrossElements found 0x50001000..0x50001FF0 grant ring
                 ret
            """
        ),
        (
            "a range wide enough",
            " ; given rdi bits 0xFF0\n.next: ; join: rdi bits 0xFF0\n mov eax, [rdi + 0x50001000]\n ret"
        ),
        (
            "a claim of a register that holds nothing",
            """
            .next: ; join: rcx
                 ret ; refused claimNotMet found 0..max allowed 0..max
            """
        ),
        (
            "a claim that the second way does not meet",
            """
                 ; given rdi 0..15
                 mov ecx, 1
                 test edi, edi
                 je .next
                 mov ecx, 2
            .next: ; join: rcx 1
                 ret ; refused claimNotMet found 2 allowed 1
            """
        ),
        (
            "an origin",
            """
                 ; given rdi, rsi
            .first: ; join: rsi, rdi
                 mov ecx, esi
            .second: ; join: rsi = .first.rsi, rdi = .first.rdi
                 ret
            """
        ),
        (
            "an origin that is another register",
            """
                 ; given rdi, rsi
            .first: ; join: rsi, rdi
                 mov ecx, esi
            .second: ; join: rsi = .first.rdi
                 ret ; refused claimNotMet found 0..max allowed 0..max
            """
        ),
        (
            "an origin that has changed",
            """
                 ; given rdi, rsi
            .first: ; join: rsi, rdi
                 inc rsi
            .second: ; join: rsi = .first.rsi
                 ret ; refused claimNotMet found 0..max allowed 0..max
            """
        ),
        (
            "an origin in the block itself",
            """
                 ; given rdi
            .first: ; join: rdi = .first.rdi
                 ret ; refused claimNotMet found 0..max allowed 0..max
            """
        ),
        (
            "an origin in a later block",
            """
                 ; given rdi
            .first: ; join: rdi = .second.rdi
                 pause ; refused claimNotMet found 0..max allowed 0..max
            .second: ; join
                 ret
            """
        ),
    ]
}
