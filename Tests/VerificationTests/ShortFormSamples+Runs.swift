// Runs of elements by one instruction, and parts of addresses.

extension ShortFormSamples {
    static let runs: [(name: String, text: String)] = [
        (
            "a run over a table",
            """
                 xor eax, eax
                 mov edi, 0x50000020
                 mov ecx, 4
                 rep stosd
                 mov byte [rcx + rdi - 0x50000030 + 0x50002018], 1
                 ret
            """
        ),
        (
            "a run past a table",
            """
                 xor eax, eax
                 mov edi, 0x50000020
                 mov ecx, 5
                 rep stosd ; refused outsideGrants found 0x50000020..0x50000030 grant table
                 ret
            """
        ),
        (
            "a run by an argument, which may be of none",
            """
                 ; given rdi 0..3, rsi, rdx, rcx 0..1
                 lea rdi, [rdi * 4 + 0x50000020]
                 mov eax, 7
                 rep stosd
                 ret
            """
        ),
        (
            "a run by a number of which nothing is known",
            """
                 ; given rdi, rsi, rdx, rcx
                 mov edi, 0x50000020
                 mov eax, 7
                 rep stosd ; refused outsideGrants found 0..max
                 ret
            """
        ),
        (
            "a run of what a limit does not allow",
            """
                 mov eax, 0x100
                 mov edi, 0x50002000
                 mov ecx, 1
                 rep stosd ; refused limitBroken found 0x100 allowed 0..0xFF grant cell
                 ret
            """
        ),
        (
            "a run through slots of more than one element",
            """
                 xor eax, eax
                 mov edi, 0x50001000
                 mov ecx, 4
                 rep stosd ; refused acrossElements found 0x50001000..0x5000100C grant ring
                 ret
            """
        ),
        (
            "a run of what is not known",
            """
                 mov edi, 0x50000020
                 mov ecx, 4
                 rep stosd ; refused undefinedRegister
                 ret
            """
        ),
        (
            "a run tells nothing that a value waits for",
            """
                 mov eax, 0x300000
                 mov edi, 0x50010030
                 mov ecx, 1
                 rep stosd
                 mov dword [0x50010034], 1 ; refused limitBroken found 1 allowed 0 grant order
                 ret
            """
        ),
        (
            "a copy",
            """
                 mov esi, 0x50000020
                 mov edi, 0x50000020
                 mov ecx, 4
                 rep movsd
                 ret
            """
        ),
        (
            "a copy of what can only be written",
            """
                 mov esi, 0x50000008
                 mov edi, 0x50000020
                 mov ecx, 1
                 rep movsd ; refused wrongDirection found 0x50000008 grant doorbell
                 ret
            """
        ),
        (
            "a copy into what has a limit",
            """
                 mov esi, 0x50002008
                 mov edi, 0x50002008
                 mov ecx, 1
                 rep movsq ; refused limitBroken found 0..max allowed 0..0xFF0 grant position
                 ret
            """
        ),
    ]

    static let halves: [(name: String, text: String)] = [
        (
            "the low half of an address, whose upper half the device may have written",
            """
                 mov dword [0x50001000], 0x200000 ; refused limitCut found 0x200000 grant ring
                 ret
            """
        ),
        (
            "the upper half of an address",
            """
                 mov dword [0x50001004], 0 ; refused limitCut found 0 grant ring
                 ret
            """
        ),
        (
            "the low half of a number that has more",
            """
                 mov byte [0x50001008], 1 ; refused limitCut found 1 grant ring
                 ret
            """
        ),
    ]
}
