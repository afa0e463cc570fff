// Stores to what takes certain values only: bits that may be set, bits that stay clear, and commands that wait for what
// registers were told before.

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

    static let sequels: [(name: String, text: String)] =
        [
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
                "a second command of the same address",
                """
                     mov dword [0x50010030], 0x300000
                     mov dword [0x50010034], 1
                     mov dword [0x50010034], 1
                     ret
                """
            ),
            (
                "another address after the one that it is about",
                """
                     mov dword [0x50010030], 0x300000
                     mov dword [0x50010030], 0x500000
                     mov dword [0x50010034], 1 ; refused limitBroken found 0x1 allowed 0x0 grant order
                     ret
                """
            ),
            (
                "other registers and a port between the two",
                """
                     ; given rdi 0..3
                     mov ecx, edi
                     shl ecx, 2
                     mov dword [0x50010030], 0x300000
                     mov dword [0x50000000], 5
                     mov dword [rcx + 0x50000020], 5
                     xor eax, eax
                     mov edx, 0x1F7
                     out dx, al
                     mov dword [0x50010034], 1
                     ret
                """
            ),
            (
                "a store between the two that makes the device forget",
                """
                     mov dword [0x50010030], 0x300000
                     mov dword [0x5001008C], 5
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
        ] + premises

    /// What sets a queue to work, after all that it has to be told, or not.
    private static let premises: [(name: String, text: String)] = [
        ("a queue that is told all", queue([low, high, length])),
        ("a queue that is told all, in another order", queue([length, low, high])),
        ("a queue that is told of the other memory", queue([other, high, length])),
        ("a queue that is told of one memory, then of the other", queue([low, high, length, other])),
        ("a queue that is told nothing", queue([], isRefused: true)),
        ("a queue that is told no low half", queue([high, length], isRefused: true)),
        ("a queue that is told no high half", queue([low, length], isRefused: true)),
        ("a queue that is told no length", queue([low, high], isRefused: true)),
        ("a queue of another length", queue([low, high, " mov word [0x50010098], 256"], isRefused: true)),
        (
            "a queue of a length that is not known",
            queue([low, high, " mov eax, [0x50000004]\n mov [0x50010098], ax"], isRefused: true)
        ),
        ("a queue that is selected before it is told all", queue([select, low, high, length])),
        ("a queue that is selected after", queue([low, high, length, select], isRefused: true)),
        ("a queue that is selected between", queue([low, select, high, length], isRefused: true)),
        (
            "a queue that is told all on one way only",
            """
                 ; given rdi 0..1
                 mov dword [0x50010090], 0x100000
                 mov dword [0x50010094], 1
                 test edi, edi
                 je .told
                 mov word [0x50010098], 128
            .told: ; join: rdi 0..1
                 mov word [0x5001009A], 1 ; refused limitBroken found 0x1 allowed 0x0 grant enable
                 ret
            """
        ),
        (
            "a queue that is told all on the way that goes on",
            """
                 ; given rdi 0..1
                 mov dword [0x50010090], 0x100000
                 mov dword [0x50010094], 1
                 mov word [0x50010098], 128
                 test edi, edi
                 je .out
                 mov word [0x5001009A], 1
            .out: ; join: rdi 0..1
                 ret
            """
        ),
    ]

    private static let select = " mov dword [0x5001008C], 1"
    private static let low = " mov dword [0x50010090], 0x100000"
    private static let other = " mov dword [0x50010090], 0x200000"
    private static let high = " mov dword [0x50010094], 1"
    private static let length = " mov word [0x50010098], 128"

    /// Stores, and the one that sets the queue to work.
    private static func queue(_ stores: [String], isRefused: Bool = false) -> String {
        let refusal = isRefused ? " ; refused limitBroken found 0x1 allowed 0x0 grant enable" : ""
        return (stores + [" mov word [0x5001009A], 1" + refusal, " ret"]).joined(separator: "\n")
    }
}
