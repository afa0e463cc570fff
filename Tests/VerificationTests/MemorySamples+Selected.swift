// Accesses of registers behind two others: which one was selected is known or is not, and what may be done with it.

extension MemorySamples {
    /// Port 0xC004 takes the number of the register that port 0xC006 then is, for one access.
    static let selected: [(name: String, text: String)] = selectedAccesses + selectedPremises

    private static func select(_ number: Int) -> String { " mov edx, 0xC004\n mov eax, \(number)\n out dx, ax\n" }

    private static func store(_ value: String) -> String { " mov edx, 0xC006\n mov eax, \(value)\n out dx, ax" }

    private static func refused(_ value: String, _ verdict: String) -> String {
        store(value) + " ; refused \(verdict)\n ret"
    }

    private static func write(_ number: Int, _ value: String) -> String { select(number) + store(value) + "\n" }

    /// Has the device forget what it was told, and what was selected.
    private static let reset = " mov edx, 0xC008\n in ax, dx\n"

    private static let selectedAccesses: [(name: String, text: String)] = [
        ("a read of what was selected", select(3) + " mov edx, 0xC006\n in ax, dx\n ret"),
        ("the low half of an address", write(1, "0x1000") + " ret"),
        (
            "the low half of another",
            select(1) + refused("0x1010", "limitBroken found 0x1010 allowed 0x1000 grant lower")
        ),
        (
            "one half for the other",
            select(2) + refused("0x1000", "limitBroken found 0x1000 allowed 0x10 grant upper")
        ),
        (
            "a half in another register",
            select(3) + refused("0x1000", "limitBroken found 0x1000 allowed 0x0..0xF grant plain")
        ),
        (
            "a register that is not granted",
            select(4) + refused("0", "outsideGrants found 0x40000000C006 grant plain")
        ),
        ("nothing that was selected", refused("0", "unknownSelection found 0xC006 grant holder")),
        (
            "a number that is not known",
            """
                 mov edx, 0xC006
                 mov eax, 3
                 out dx, ax ; refused unknownSelection found 0xC006 grant holder
                 ret
            """
        ),
        (
            "a second access of one selection",
            write(3, "1") + refused("1", "unknownSelection found 0xC006 grant holder")
        ),
        (
            "a number that was read",
            """
                 mov edx, 0xC004
                 in ax, dx
                 out dx, ax
                 mov edx, 0xC006
                 in ax, dx ; refused unknownSelection found 0xC006 grant holder
                 ret
            """
        ),
        (
            "a selection before a block",
            select(3)
                + """
                     jmp .next
                .next: ; join
                     mov edx, 0xC006
                     in ax, dx ; refused unknownSelection found 0xC006 grant holder
                     ret
                """
        ),
        (
            "a register that is only written",
            select(1)
                + """
                     mov edx, 0xC006
                     in ax, dx ; refused wrongDirection found 0x10000000C006 grant lower
                     ret
                """
        ),
    ]

    /// Number 0 takes 3 where it was told 4 before, then both halves; what it is told makes void what was told before.
    private static let selectedPremises: [(name: String, text: String)] = [
        (
            "a start after a stop and both halves",
            write(0, "4") + write(1, "0x1000") + write(2, "0x10") + write(0, "3") + " ret"
        ),
        (
            "a start without a stop",
            write(1, "0x1000") + write(2, "0x10") + select(0)
                + refused("3", "limitBroken found 0x3 allowed 0x0 grant start")
        ),
        (
            "a stop after a half",
            write(1, "0x1000") + write(0, "4") + write(2, "0x10") + select(0)
                + refused("3", "limitBroken found 0x3 allowed 0x0 grant start")
        ),
        (
            "a start without the high half",
            write(0, "4") + write(1, "0x1000") + select(0)
                + refused("3", "limitBroken found 0x3 allowed 0x0 grant start")
        ),
        (
            "a reset by a read after both halves",
            write(0, "4") + write(1, "0x1000") + write(2, "0x10") + reset + select(0)
                + refused("3", "limitBroken found 0x3 allowed 0x0 grant start")
        ),
        (
            "a reset by a read after a selection",
            select(2) + reset + refused("0x10", "unknownSelection found 0xC006 grant holder")
        ),
        (
            "a second start",
            write(0, "4") + write(1, "0x1000") + write(2, "0x10") + write(0, "3") + select(0)
                + refused("3", "limitBroken found 0x3 allowed 0x0 grant start")
        ),
    ]
}
