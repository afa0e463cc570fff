// Stores to what takes certain values only: bits that may be set, bits that stay clear, and commands that may follow what a
// register was told right before.

extension MemorySamples {
    static let values: [(name: String, text: String)] = [
        ("zero where nothing else is allowed", " mov dword [0x50010038], 0\n ret"),
        (
            "a bit where nothing is allowed",
            """
                 mov dword [0x50010038], 0x10 ; refused limitBroken found 0x10 allowed 0x0 grant mode
                 ret
            """
        ),
        (
            "any number where nothing is allowed",
            """
                 mov eax, [0x50000004]
                 mov [0x50010038], eax ; refused limitBroken found 0..0xffffffff allowed 0x0 grant mode
                 ret
            """
        ),
        ("a single bit that may be set", " mov dword [0x50010034], 0x100\n ret"),
        ("a bit that may be set, or not", " mov eax, [0x50000004]\n and eax, 0x100\n mov [0x50010034], eax\n ret"),
        (
            "the bit beside it",
            """
                 mov dword [0x50010034], 0x200 ; refused limitBroken found 0x200 allowed 0..0x107 grant order
                 ret
            """
        ),
        ("part of the bits, each judged by itself", " mov byte [0x50010042], 0xAA\n ret"),
        (
            "bits beside those that may be anything",
            """
                 mov eax, [0x50000004]
                 mov [0x50010040], eax ; refused limitBroken found 0..0xffffffff allowed 0..0xffff0000 grant entry
                 ret
            """
        ),
        ("some bits of eight", " mov byte [0x5001004D], 0x44\n ret"),
        (
            "some bits of eight, and another",
            """
                 mov byte [0x5001004D], 0x46 ; refused limitBroken found 0x46 allowed 0..0x55 grant entry
                 ret
            """
        ),
        ("the one value of a byte", " mov byte [0x50010047], 3\n ret"),
        (
            "zero, which it is not",
            """
                 mov dword [0x50010044], 0 ; refused limitBroken found 0x0 allowed 0x3 grant entry
                 ret
            """
        ),
    ]

    static let sequels: [(name: String, text: String)] = [
        ("a command that follows nothing", " mov dword [0x50010034], 0x102\n ret"),
        (
            "a command after the address that it is about",
            " mov dword [0x50010030], 0x300800\n mov dword [0x50010034], 0x101\n ret"
        ),
        (
            "a store to memory between the two",
            """
                 mov dword [0x50010030], 0x300800
                 mov dword [0x50002000], 0
                 mov dword [0x50010034], 0x101
                 ret
            """
        ),
        (
            "a command after nothing that it could be about",
            """
                 mov dword [0x50010034], 0x101 ; refused limitBroken found 0x1 allowed 0x0 grant order
                 ret
            """
        ),
        (
            "a command after an address in another memory",
            """
                 mov dword [0x50010030], 0x500000
                 mov dword [0x50010034], 0x101 ; refused limitBroken found 0x1 allowed 0x0 grant order
                 ret
            """
        ),
        (
            "a base after an address",
            """
                 mov dword [0x50010030], 0x300000
                 mov dword [0x50010034], 6 ; refused limitBroken found 0x6 allowed 0x0 grant order
                 ret
            """
        ),
        ("a base after zero", " mov dword [0x50010030], 0\n mov dword [0x50010034], 6\n ret"),
        (
            "a second command, of which the first was told",
            """
                 mov dword [0x50010030], 0x300000
                 mov dword [0x50010034], 1
                 mov dword [0x50010034], 1 ; refused limitBroken found 0x1 allowed 0x0 grant order
                 ret
            """
        ),
        (
            "another register between the two",
            """
                 mov dword [0x50010030], 0x300000
                 mov dword [0x50000000], 5
                 mov dword [0x50010034], 1 ; refused limitBroken found 0x1 allowed 0x0 grant order
                 ret
            """
        ),
        (
            "a port of the same number between the two",
            """
                 mov dword [0x50010030], 0x300000
                 xor eax, eax
                 mov edx, 0x1F7
                 out dx, al
                 mov dword [0x50010034], 1 ; refused limitBroken found 0x1 allowed 0x0 grant order
                 ret
            """
        ),
        (
            "a register of many, and it is not known which, between the two",
            """
                 ; given rdi 0..3
                 mov ecx, edi
                 shl ecx, 2
                 mov dword [0x50010030], 0x300000
                 mov dword [rcx + 0x50000020], 5
                 mov dword [0x50010034], 1 ; refused limitBroken found 0x1 allowed 0x0 grant order
                 ret
            """
        ),
        (
            "a way in between the two",
            """
                 ; given rdi 0..1
                 mov dword [0x50010030], 0x300000
                 test edi, edi
                 je .told
                 mov dword [0x50010030], 0x500000
            .told: ; join: rdi 0..1
                 mov dword [0x50010034], 1 ; refused limitBroken found 0x1 allowed 0x0 grant order
                 ret
            """
        ),
        (
            "a way out between the two",
            """
                 ; given rdi 0..1
                 mov dword [0x50010030], 0x300000
                 test edi, edi
                 je .out
                 mov dword [0x50010034], 1
            .out: ; join: rdi 0..1
                 ret
            """
        ),
        (
            "one of two addresses, and it is not known which",
            """
                 ; given rdi 0..1
                 mov eax, edi
                 and eax, 1
                 shl eax, 8
                 add eax, 0x300000
                 mov [0x50010030], eax
                 mov dword [0x50010034], 1
                 ret
            """
        ),
    ]
}
