// Stores to a register that may tell of several memories: of one or of another, and of nothing between them.

extension MemorySamples {
    static let choices: [(name: String, text: String)] = [
        ("the one of two addresses", " mov dword [0x50000014], 0x300000\n ret"),
        ("the other of two addresses", " mov dword [0x50000014], 0x500000\n ret"),
        (
            "an address between two",
            """
                 mov dword [0x50000014], 0x400000 ; refused limitBroken found 0x400000 allowed 0x300000 grant bases
                 ret
            """
        ),
        (
            "all bits of two addresses",
            """
                 mov dword [0x50000014], 0x700000 ; refused limitBroken found 0x700000 allowed 0x300000 grant bases
                 ret
            """
        ),
        (
            "one of two addresses, and it is not known which",
            """
                 ; given rdi 0x300000..0x500000
                 mov [0x50000014], edi ; refused limitBroken found 0x300000..0x500000 allowed 0x300000 grant bases
                 ret
            """
        ),
    ]
}
