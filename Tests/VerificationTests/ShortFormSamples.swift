// The short forms: parts of registers, operands in memory, an index with a scale, single bits. Each is accepted where it is
// sound, and refused a little beside that.

/// Samples by name.
enum ShortFormSamples {
    static let all: [(name: String, text: String)] = parts + operands + changes + indices + bits + runs + halves

    private static let parts: [(name: String, text: String)] = [
        (
            "a byte that is written leaves what is above it",
            """
                 xor eax, eax
                 mov al, 0x10
                 mov ecx, [rax + 0x50001000]
                 ret
            """
        ),
        (
            "above a byte stands what was there",
            """
                 mov eax, 0x1000
                 mov al, 0x10
                 mov ecx, [rax + 0x50001000] ; refused outsideGrants found 0x50002010 grant count
                 ret
            """
        ),
        (
            "of a register of which nothing is known, a byte is known",
            """
                 mov al, 1
                 mov ecx, eax ; refused undefinedRegister
                 ret
            """
        ),
        ("a byte of it may be stored", " mov cl, 1\n mov [0x50002018], cl\n ret"),
        (
            "a byte of the caller's register",
            """
                 mov bl, 1 ; refused reservedRegister
                 ret
            """
        ),
        (
            "a word of the caller's register",
            """
                 ; given rdi
                 mov bp, di ; refused reservedRegister
                 ret
            """
        ),
        (
            "the stack pointer",
            """
                 sub rsp, 8 ; refused undefinedRegister
                 ret
            """
        ),
        (
            "a byte that wraps",
            """
                 ; given rdi 1..255
                 inc dil
                 mov ecx, [rdi + 0x50000020] ; refused outsideGrants found 0x50000020..0x5000011F grant table
                 ret
            """
        ),
        (
            "a comparison of a byte bounds a byte",
            """
                 ; given rdi 0..255
                 cmp dil, 8
                 jae .out
                 mov byte [rdi + 0x50002018], 1
            .out: ; join
                 ret
            """
        ),
        (
            "a comparison of a byte says nothing of what is above it",
            """
                 ; given rdi 0..256
                 cmp dil, 8
                 jae .out
                 mov byte [rdi + 0x50002018], 1 ; refused outsideGrants found 0x50002018..0x50002118 grant marks
            .out: ; join
                 ret
            """
        ),
        (
            "a loop by a byte",
            """
                 xor ecx, ecx
            .top: ; counted rcx: rcx 0..7
                 inc cl
                 cmp cl, 8
                 jb .top
                 ret
            """
        ),
        (
            "a loop by a byte that wraps",
            """
                 xor ecx, ecx
            .top: ; counted rcx: rcx 0..255
                 inc cl
                 jmp .top ; refused loopWithoutEnd found 0..255
            """
        ),
        (
            "a loop by a byte of a number that is wider",
            """
                 mov ecx, 256
            .top: ; counted rcx: rcx 0..0x1FF
                 inc cl
                 cmp cl, 8
                 jb .top ; refused loopWithoutEnd found 0..0x1FF
                 ret
            """
        ),
        (
            "less a constant, a number keeps its bound",
            """
                 ; given rdi 60..67
                 sub edi, 60
                 mov byte [rdi + 0x50002018], 1
                 ret
            """
        ),
        (
            "less a greater constant, it does not",
            """
                 ; given rdi 60..67
                 sub edi, 61
                 mov byte [rdi + 0x50002018], 1 ; refused outsideGrants found 0x50002018..0x150002017 grant marks
                 ret
            """
        ),
    ]

    private static let operands: [(name: String, text: String)] = [
        ("a register of a device is compared", " cmp dword [0x50000004], -1\n jne .out\n.out: ; join\n ret"),
        ("a bit of it is tested", " test dword [0x50000004], 1\n jne .out\n.out: ; join\n ret"),
        (
            "a part of a register of a device is tested",
            """
                 test byte [0x50000004], 1 ; refused notWhole found 0x50000004 grant status
                 ret
            """
        ),
        (
            "what can only be written is compared",
            """
                 cmp dword [0x50000008], 0 ; refused wrongDirection found 0x50000008 grant doorbell
                 ret
            """
        ),
        (
            "a device's number bounds nothing above its own greatest",
            """
                 ; given rdi 0..0xFFFFFFFF
                 cmp edi, [0x50000004]
                 jae .out
                 mov ecx, [rdi + 0x50001000] ; refused outsideGrants found 0x50001000..0x150000FFE grant ring
            .out: ; join
                 ret
            """
        ),
        (
            "a mask on a load",
            """
                 mov eax, 0xFF0
                 and eax, [0x50000004]
                 mov ecx, [rax + 0x50001000]
                 ret
            """
        ),
        (
            "a sum with a load is no index",
            """
                 mov eax, 0xFF0
                 add eax, [0x50000004]
                 mov ecx, [rax + 0x50001000] ; refused outsideGrants found 0x50001000..0x150000FFF grant ring
                 ret
            """
        ),
    ]

    private static let changes: [(name: String, text: String)] = [
        ("a cell is counted up", " mov ecx, 5\n inc word [0x50002010]\n sub [0x50002010], cx\n ret"),
        ("a cell is masked into its limit", " and dword [0x50002000], 0xFF\n ret"),
        ("a mark is shifted into its limit", " shr byte [0x5000201F], 6\n ret"),
        (
            "a mark that is shifted too little",
            """
                 shr byte [0x5000201F], 5 ; refused limitBroken found 0..7 allowed 0..3 grant marks
                 ret
            """
        ),
        (
            "a cell is counted up past its limit",
            """
                 inc dword [0x50002000] ; refused limitBroken found 0..0xFFFFFFFF allowed 0..0xFF grant cell
                 ret
            """
        ),
        (
            "a register of a device is counted up",
            """
                 inc dword [0x50000000] ; refused wrongDirection found 0x50000000 grant control
                 ret
            """
        ),
        (
            "a slot that a device sees is changed",
            """
                 or dword [0x50001008], 1 ; refused wrongDirection found 0x50001008 grant ring
                 ret
            """
        ),
        (
            "half a cell is changed",
            """
                 and byte [0x50002000], 1 ; refused notWhole found 0x50002000 grant cell
                 ret
            """
        ),
    ]

    private static let indices: [(name: String, text: String)] = [
        (
            "an index with a scale and a base",
            """
                 ; given rdi 0..15
                 mov edx, 0x50001080
                 shl edi, 1
                 mov eax, [rdx + rdi * 8 - 128]
                 mov [rdx + rdi * 8 - 120], rdi
                 ret
            """
        ),
        (
            "an index with a scale alone",
            """
                 ; given rdi 0..3
                 mov eax, [rdi * 4 + 0x50000020]
                 ret
            """
        ),
        (
            "an index with a scale, one too far",
            """
                 ; given rdi 0..4
                 mov eax, [rdi * 4 + 0x50000020] ; refused outsideGrants found 0x50000020..0x50000030 grant table
                 ret
            """
        ),
        (
            "an index with too small a scale",
            """
                 ; given rdi 0..3
                 mov eax, [rdi * 2 + 0x50000020] ; refused acrossElements found 0x50000020..0x50000026 grant table
                 ret
            """
        ),
        (
            "an index that wraps",
            """
                 ; given rdi
                 mov eax, [rdi * 8 + 0x50001000] ; refused outsideGrants found 0..0xFFFFFFFFFFFFFFF8
                 ret
            """
        ),
        (
            "an index by a register that holds nothing",
            """
                 mov eax, [rdi * 8 + 0x50001000] ; refused undefinedRegister
                 ret
            """
        ),
        (
            "lea of a sum with a scale",
            """
                 ; given rdi 0..3
                 lea eax, [rdi * 4 + 8]
                 lea ecx, [rax + rdi * 4 - 8]
                 mov eax, [rcx + 0x50000020] ; refused outsideGrants found 0x50000020..0x50000038 grant table
                 ret
            """
        ),
        (
            "lea of 32 bits wraps",
            """
                 ; given rdi 0..3
                 mov ecx, 0xFFFFFFF0
                 lea eax, [rcx + rdi * 4 + 16]
                 mov eax, [rax + 0x50000020]
                 ret
            """
        ),
    ]

    private static let bits: [(name: String, text: String)] = [
        (
            "a bit is set, cleared and tested",
            """
                 mov eax, 5
                 bts rax, 33
                 btr rax, 97
                 bts eax, 3
                 btr eax, 34
                 bt eax, 31
                 jc .out
                 mov byte [rax + 0x5000200F], 1
            .out: ; join
                 ret
            """
        ),
        (
            "a bit that is set counts",
            """
                 xor eax, eax
                 bts rax, 32
                 mov byte [rax + 0x50002018], 1 ; refused outsideGrants found 0x150002018 grant enable
                 ret
            """
        ),
        (
            "carry fills a register",
            """
                 stc
                 sbb eax, eax
                 add eax, 2
                 and eax, 3
                 mov byte [rax + 0x50002018], 1
                 ret
            """
        ),
        (
            "all of a register that carry fills counts",
            """
                 sbb eax, eax
                 mov byte [rax + 0x50002018], 1 ; refused outsideGrants found 0x50002018..0x150002017 grant marks
                 ret
            """
        ),
        (
            "a sign tells of no bound",
            """
                 ; given rdi 0..0xFFFFFFFF
                 test edi, edi
                 js .out
                 mov byte [rdi + 0x50002018], 1 ; refused outsideGrants found 0x50002018..0x150002017 grant marks
            .out: ; join
                 ret
            """
        ),
    ]
}
