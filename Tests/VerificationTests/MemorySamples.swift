// Accesses: inside grants and a little outside, in elements and across them, with limits kept and broken; ports.

/// Samples by name.
enum MemorySamples {
    static let all: [(name: String, text: String)] =
        grants + elements + cells + limits + choices + values + sequels + ports + configuration + selected

    private static let grants: [(name: String, text: String)] = [
        ("the last register of an array", " mov eax, [0x5000002C]\n ret"),
        (
            "one byte past the last register",
            """
                 mov eax, [0x5000002D] ; refused outsideGrants found 0x5000002D grant table
                 ret
            """
        ),
        (
            "the byte behind a grant",
            """
                 movzx eax, byte [0x50000030] ; refused outsideGrants found 0x50000030 grant table
                 ret
            """
        ),
        (
            "the byte before all grants",
            """
                 movzx eax, byte [0x4FFFFFFF] ; refused outsideGrants found 0x4FFFFFFF
                 ret
            """
        ),
        (
            "a store that runs out of a grant",
            """
                 mov qword [0x50000008], 1 ; refused outsideGrants found 0x50000008 grant doorbell
                 ret
            """
        ),
        (
            "an index that a device gave",
            """
                 mov eax, [0x50000004]
                 mov ecx, [rax + 0x50001000] ; refused outsideGrants found 0x50001000..0x150000FFF grant ring
                 ret
            """
        ),
        ("a masked index", " mov eax, [0x50000004]\n and eax, 0xFF0\n mov ecx, [rax + 0x50001000]\n ret"),
        (
            "a mask one bit too wide",
            """
                 mov eax, [0x50000004]
                 and eax, 0x1FF0
                 mov ecx, [rax + 0x50001000] ; refused outsideGrants found 0x50001000..0x50002FF0 grant ring
                 ret
            """
        ),
        (
            "a mask that keeps the bits inside a slot",
            """
                 mov eax, [0x50000004]
                 and eax, 0xFFF
                 mov ecx, [rax + 0x50000FF8] ; refused outsideGrants found 0x50000FF8..0x50001FF7 grant table
                 ret
            """
        ),
        (
            "an index that a branch bounds",
            """
                 mov eax, [0x50000004]
                 cmp eax, 256
                 jae .out
                 shl eax, 4
                 mov ecx, [rax + 0x50001000]
                 ret
            .out: ; join
                 ret
            """
        ),
        (
            "an index that the other way of the branch bounds",
            """
                 mov eax, [0x50000004]
                 cmp eax, 256
                 jb .out
                 shl eax, 4
                 mov ecx, [rax + 0x50001000] ; refused outsideGrants found 0x50001000..0x150000FF0 grant ring
                 ret
            .out: ; join
                 ret
            """
        ),
        (
            "a sum that may wrap",
            """
                 ; given rdi
                 mov eax, [rdi + 0x50000000] ; refused outsideGrants found 0..max
                 ret
            """
        ),
        (
            "a write to a register that is only read",
            """
                 mov dword [0x50000004], 1 ; refused wrongDirection found 0x50000004 grant status
                 ret
            """
        ),
        (
            "a read of a register that is only written",
            """
                 mov eax, [0x50000008] ; refused wrongDirection found 0x50000008 grant doorbell
                 ret
            """
        ),
        ("a write to a register that is written", " mov dword [0x50000008], 1\n ret"),
        (
            "a write to code",
            """
                 mov byte [.end], 0xC3 ; refused outsideGrants found 0x40000000
            .end:
                 ret
            """
        ),
    ]

    private static let elements: [(name: String, text: String)] = [
        (
            "a byte of a whole register",
            """
                 mov byte [0x50000000], 1 ; refused notWhole found 0x50000000 grant control
                 ret
            """
        ),
        (
            "half of a private cell",
            """
                 movzx eax, word [0x50002000] ; refused notWhole found 0x50002000 grant cell
                 ret
            """
        ),
        (
            "a word inside a register",
            """
                 mov word [0x50000022], 1 ; refused notWhole found 0x50000022 grant table
                 ret
            """
        ),
        ("a whole register", " mov dword [0x50000000], 1\n ret"),
        (
            "two registers at once",
            """
                 mov rax, [0x50000020] ; refused acrossElements found 0x50000020 grant table
                 ret
            """
        ),
        (
            "a store across two slots",
            """
                 mov qword [0x5000100C], 1 ; refused acrossElements found 0x5000100C grant ring
                 ret
            """
        ),
        ("a store up to the end of a slot", " mov dword [0x5000100C], 1\n ret"),
        (
            "a place in a slot that is not known",
            """
                 mov eax, [0x50000004]
                 and eax, 0xFF8
                 mov ecx, [rax + 0x50001000] ; refused acrossElements found 0x50001000..0x50001FF8 grant ring
                 ret
            """
        ),
    ]

    private static let limits: [(name: String, text: String)] = [
        (
            "the upper byte of a length",
            """
                 mov byte [0x50001009], 0 ; refused limitCut found 0 grant ring
                 ret
            """
        ),
        ("a length", " mov word [0x50001008], 2048\n ret"),
        (
            "a length past the buffer",
            """
                 mov word [0x50001008], 2049 ; refused limitBroken found 2049 allowed 0..2048 grant ring
                 ret
            """
        ),
        ("a byte behind the limits", " mov byte [0x5000100B], 0x0B\n ret"),
        ("an address in the pool", " ; given rdi 0x200000..0x20F800\n mov [0x50001000], rdi\n ret"),
        (
            "an address past the pool",
            """
                 ; given rdi 0x200000..0x20F801
                 mov [0x50001000], rdi ; refused limitBroken found 0x200000..0x20F801 allowed 0x200000..0x20F800 grant ring
                 ret
            """
        ),
        ("a wide store with a right length", " mov rax, 0xFFFFFFFFFFFF0800\n mov [0x50001008], rax\n ret"),
        (
            "a wide store with a wrong length",
            """
                 mov rax, 0xFFFFFFFFFFFF0801
                 mov [0x50001008], rax ; refused limitBroken found 2049 allowed 0..2048 grant ring
                 ret
            """
        ),
        (
            "a length that a device gave",
            """
                 mov eax, [0x50000004]
                 mov [0x50001008], ax ; refused limitBroken found 0..65535 allowed 0..2048 grant ring
                 ret
            """
        ),
        ("a length that a device gave, masked", " mov eax, [0x50000004]\n and eax, 0x7FF\n mov [0x50001008], ax\n ret"),
        (
            "an address that a slot gave",
            """
                 mov rax, [0x50001000]
                 mov [0x50001010], rax ; refused limitBroken found 0..max allowed 0x200000..0x20F800 grant ring
                 ret
            """
        ),
        ("the ring's address", " mov dword [0x50000010], 0x100000\n ret"),
        (
            "another address than the ring's",
            """
                 mov dword [0x50000010], 0x100010 ; refused limitBroken found 0x100010 allowed 0x100000 grant base
                 ret
            """
        ),
        ("a cell filled to its last bit", " mov dword [0x50002000], 0xFF\n ret"),
        (
            "a cell past its bits",
            """
                 mov dword [0x50002000], 0x100 ; refused limitBroken found 256 allowed 0..255 grant cell
                 ret
            """
        ),
        (
            "a cell that counts out of its bits",
            """
                 mov eax, [0x50002000]
                 inc eax
                 mov [0x50002000], eax ; refused limitBroken found 0..0xFFFFFFFF allowed 0..255 grant cell
                 ret
            """
        ),
        ("a cell that wraps", " mov eax, [0x50002000]\n inc eax\n and eax, 0xFF\n mov [0x50002000], eax\n ret"),
    ]

    private static let ports: [(name: String, text: String)] = [
        ("a port that is read whole", " mov edx, 0x1F0\n in ax, dx\n ret"),
        ("a port of 32 bits", " mov edx, 0xCF4\n xor eax, eax\n out dx, eax\n in eax, dx\n ret"),
        (
            "half of a port",
            """
                 mov edx, 0x1F0
                 in al, dx ; refused notWhole found 0x1F0 grant data
                 ret
            """
        ),
        (
            "a port beside",
            """
                 mov edx, 0x1F2
                 in al, dx ; refused outsideGrants found 0x1F2 grant data
                 ret
            """
        ),
        (
            "a port before all",
            """
                 mov edx, 0x60
                 in al, dx ; refused outsideGrants found 0x60
                 ret
            """
        ),
        (
            "a wide access at a narrow port",
            """
                 mov edx, 0x1F0
                 in eax, dx ; refused outsideGrants found 0x1F0 grant data
                 ret
            """
        ),
        (
            "a port that a device gave",
            """
                 mov edx, [0x50000004]
                 in al, dx ; refused outsideGrants found 0..65535
                 ret
            """
        ),
        ("ports by an index", " mov ecx, [0x50002000]\n and ecx, 12\n lea edx, [rcx+0xC040]\n in eax, dx\n ret"),
        (
            "ports by an index and writes to them",
            " mov ecx, [0x50002000]\n and ecx, 12\n lea edx, [rcx+0xC040]\n mov eax, 1\n out dx, eax\n ret"
        ),
        (
            "ports by an index that leads past them",
            """
                 mov ecx, [0x50002000]
                 and ecx, 28
                 lea edx, [rcx+0xC040]
                 in eax, dx ; refused outsideGrants found 0xC040..0xC05C grant slots
                 ret
            """
        ),
        (
            "ports by an index that is no multiple of their size",
            """
                 mov ecx, [0x50002000]
                 and ecx, 6
                 lea edx, [rcx+0xC040]
                 in eax, dx ; refused acrossElements found 0xC040..0xC046 grant slots
                 ret
            """
        ),
        (
            "a part of ports by an index",
            """
                 mov ecx, [0x50002000]
                 and ecx, 8
                 lea edx, [rcx+0xC040]
                 in ax, dx ; refused notWhole found 0xC040..0xC048 grant slots
                 ret
            """
        ),
        (
            "ports by an index over two grants",
            """
                 mov ecx, [0x50002000]
                 and ecx, 16
                 lea edx, [rcx+0xC040]
                 in eax, dx ; refused outsideGrants found 0xC040..0xC050 grant slots
                 ret
            """
        ),
        (
            "a write to ports by an index with a limit",
            """
                 mov ecx, [0x50002000]
                 and ecx, 4
                 lea edx, [rcx+0xC050]
                 mov eax, 0x100
                 out dx, eax ; refused limitBroken found 256 allowed 0..255 grant bounded
                 ret
            """
        ),
        (
            "a port past the last one",
            """
                 mov ecx, [0x50002000]
                 lea edx, [rcx+0xFFFE]
                 in al, dx ; refused outsideGrants found 0..65535
                 ret
            """
        ),
        (
            "a read of a port that is only written",
            """
                 mov edx, 0x1F7
                 in al, dx ; refused wrongDirection found 0x1F7 grant command
                 ret
            """
        ),
        ("a port with a limit", " mov edx, 0x1F6\n mov eax, 0x0F\n out dx, al\n ret"),
        (
            "a port past its limit",
            """
                 mov edx, 0x1F6
                 mov eax, 0x10
                 out dx, al ; refused limitBroken found 16 allowed 0..15 grant select
                 ret
            """
        ),
        (
            "memory is no port",
            """
                 mov eax, [0x1F0] ; refused outsideGrants found 0x1F0
                 ret
            """
        ),
    ]
}
