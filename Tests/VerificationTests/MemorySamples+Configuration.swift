// Accesses of configuration space: what is selected is known or is not, and is granted or is not.

extension MemorySamples {
    /// Selects by port 0xCF8 what the data port, 0xCFC to 0xCFF, then is.
    static let configuration: [(name: String, text: String)] = selections + accesses + joins

    private static func select(_ word: String) -> String { " mov eax, \(word)\n mov edx, 0xCF8\n out dx, eax\n" }

    private static let accesses: [(name: String, text: String)] = [
        ("a register of configuration space", select("0x80001800") + " mov edx, 0xCFC\n in eax, dx\n ret"),
        ("a byte of the four that are selected", select("0x8000180C") + " mov edx, 0xCFD\n in al, dx\n ret"),
        ("a write to configuration space", select("0x80001844") + " mov edx, 0xCFC\n mov eax, 3\n out dx, ax\n ret"),
        (
            "one selection for two accesses",
            select("0x80001844") + " mov edx, 0xCFC\n in ax, dx\n or eax, 3\n out dx, ax\n ret"
        ),
        (
            "the byte beside the one that is granted",
            select("0x8000180C")
                + """
                     mov edx, 0xCFC
                     in al, dx ; refused outsideGrants found 0x180C grant identity
                     ret
                """
        ),
        (
            "more than the register",
            select("0x80001844")
                + """
                     mov edx, 0xCFC
                     in eax, dx ; refused outsideGrants found 0x1844 grant power
                     ret
                """
        ),
        (
            "a part of the register",
            select("0x80001800")
                + """
                     mov edx, 0xCFE
                     in ax, dx ; refused notWhole found 0x1802 grant identity
                     ret
                """
        ),
        (
            "four bytes from the last port on",
            select("0x80001844")
                + """
                     mov edx, 0xCFF
                     in eax, dx ; refused outsideGrants found 0x1847 grant power
                     ret
                """
        ),
        (
            "a write to a register of configuration space that is only read",
            select("0x80001800")
                + """
                     mov edx, 0xCFC
                     out dx, eax ; refused wrongDirection found 0x1800 grant identity
                     ret
                """
        ),
        (
            "a number that a register of configuration space does not take",
            select("0x80001848")
                + """
                     mov edx, 0xCFC
                     mov eax, 0x100
                     out dx, eax ; refused limitBroken found 256 allowed 0..255 grant route
                     ret
                """
        ),
        (
            "the command register, which nobody granted",
            select("0x80001804")
                + """
                     mov edx, 0xCFC
                     mov eax, 7
                     out dx, ax ; refused outsideGrants found 0x1804 grant identity
                     ret
                """
        ),
        (
            "another function's register",
            select("0x80001944")
                + """
                     mov edx, 0xCFC
                     in ax, dx ; refused outsideGrants found 0x1944 grant route
                     ret
                """
        ),
    ]

    private static let selections: [(name: String, text: String)] = [
        (
            "configuration space without a selection",
            """
                 mov edx, 0xCFC
                 in eax, dx ; refused unknownSelection found 0xCFC
                 ret
            """
        ),
        (
            "a selection without bit 31, which makes the port one of another device",
            select("0x00001800")
                + """
                     mov edx, 0xCFC
                     in eax, dx ; refused unknownSelection found 0xCFC
                     ret
                """
        ),
        (
            "a selection with bits that have no meaning",
            select("0x81001800")
                + """
                     mov edx, 0xCFC
                     in eax, dx ; refused unknownSelection found 0xCFC
                     ret
                """
        ),
        (
            "a selection that is no multiple of four",
            select("0x80001802")
                + """
                     mov edx, 0xCFC
                     in ax, dx ; refused unknownSelection found 0xCFC
                     ret
                """
        ),
        (
            "a selection that a device gave",
            """
                 mov eax, [0x50000004]
                 mov edx, 0xCF8
                 out dx, eax
                 mov edx, 0xCFC
                 in eax, dx ; refused unknownSelection found 0xCFC
                 ret
            """
        ),
        (
            "a selection that is replaced by one that is not known",
            select("0x80001800")
                + """
                     mov eax, [0x50000004]
                     out dx, eax
                     mov edx, 0xCFC
                     in eax, dx ; refused unknownSelection found 0xCFC
                     ret
                """
        ),
        (
            "half of a selection",
            """
                 mov eax, 0x1844
                 mov edx, 0xCF8
                 out dx, ax ; refused notWhole found 0xCF8
                 ret
            """
        ),
        (
            "the upper half of a selection",
            select("0x80001844")
                + """
                     mov eax, 0x8000
                     mov edx, 0xCFA
                     out dx, ax ; refused outsideGrants found 0xCFA grant index
                     ret
                """
        ),
        (
            "the port of the machine's reset, inside the one that selects",
            """
                 mov eax, 6
                 mov edx, 0xCF9
                 out dx, al ; refused outsideGrants found 0xCF9 grant index
                 ret
            """
        ),
        (
            "a read of what is selected",
            """
                 mov edx, 0xCF8
                 in eax, dx ; refused outsideGrants found 0xCF8 grant index
                 ret
            """
        ),
        (
            "a port that may be the one that selects",
            """
                 ; given rdi 0xCF4..0xCF8
                 mov eax, 0x80001800
                 mov edx, edi
                 out dx, eax ; refused outsideGrants found 0xCF4..0xCF8 grant index
                 ret
            """
        ),
    ]

    private static let joins: [(name: String, text: String)] = [
        (
            "a selection behind a branch",
            """
                 mov eax, [0x50000004]
                 test eax, 1
                 je .other
                 mov eax, 0x80001800
                 mov edx, 0xCF8
                 out dx, eax
                 mov edx, 0xCFC
                 in eax, dx
                 ret
            .other: ; join
                 xor eax, eax
                 ret
            """
        ),
        (
            "a selection that one of two ways makes",
            """
                 mov eax, [0x50000004]
                 test eax, 1
                 je .both
                 mov eax, 0x80001800
                 mov edx, 0xCF8
                 out dx, eax
            .both: ; join
                 mov edx, 0xCFC
                 in eax, dx ; refused unknownSelection found 0xCFC
                 ret
            """
        ),
        (
            "a selection before a block, which claims nothing of it",
            """
                 mov eax, 0x80001800
                 mov edx, 0xCF8
                 out dx, eax
                 jmp .next
            .next: ; join
                 mov edx, 0xCFC
                 in eax, dx ; refused unknownSelection found 0xCFC
                 ret
            """
        ),
        (
            "a selection of the turn before",
            """
                 mov ecx, 4
            .top: ; counted rcx: rcx 1..4
                 mov edx, 0xCFC
                 in eax, dx ; refused unknownSelection found 0xCFC
                 mov eax, 0x80001800
                 mov edx, 0xCF8
                 out dx, eax
                 dec ecx
                 jne .top
                 ret
            """
        ),
        (
            "a selection in each turn",
            """
                 mov ecx, 4
            .top: ; counted rcx: rcx 1..4
                 mov eax, 0x80001800
                 mov edx, 0xCF8
                 out dx, eax
                 mov edx, 0xCFC
                 in eax, dx
                 dec ecx
                 jne .top
                 ret
            """
        ),
    ]
}
