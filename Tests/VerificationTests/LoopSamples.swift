// Loops that end and loops that do not: counters, the clock, and ways into a loop.

/// Samples by name.
enum LoopSamples {
    static let all: [(name: String, text: String)] = counted + ways + clocks

    /// A loop that counts `step` from a start, over a claim.
    private static func loop(
        from start: String = " mov ecx, 4", claim: String = "rcx 1..4", _ step: String, back: String
    ) -> String {
        "\(start)\n.top: ; counted rcx: \(claim)\n\(step)\n\(back)\n ret"
    }

    private static let counted: [(name: String, text: String)] = [
        ("down to zero", loop(" dec ecx", back: " jne .top")),
        ("down to zero by 64 bits", loop(" dec rcx", back: " jne .top")),
        ("up to four", loop(from: " xor ecx, ecx", claim: "rcx 0..3", " inc ecx\n cmp ecx, 4", back: " jne .top")),
        (
            "up twice a turn",
            loop(from: " xor ecx, ecx", claim: "rcx 0..7", " inc ecx\n inc ecx\n cmp ecx, 8", back: " jb .top")
        ),
        (
            "up by three, past the end",
            loop(
                from: " xor ecx, ecx", claim: "rcx 0..7", " add ecx, 3\n cmp ecx, 8",
                back: " jne .top ; refused claimNotMet found 3..10 allowed 0..7")
        ),
        (
            "up by lea",
            loop(from: " xor ecx, ecx", claim: "rcx 0..3", " lea ecx, [rcx + 1]\n cmp ecx, 4", back: " jb .top")
        ),
        (
            "a loop that claims to be none",
            """
                 mov ecx, 4
            .top: ; join: rcx 1..4
                 dec ecx
                 jne .top ; refused loopWithoutEnd
                 ret
            """
        ),
        ("a counter that stands still", loop(" test ecx, ecx", back: " jne .top ; refused loopWithoutEnd found 1..4")),
        ("a counter that begins anew", loop(" mov ecx, 3", back: " jmp .top ; refused loopWithoutEnd")),
        (
            "a counter that memory gives",
            loop(" mov ecx, [0x50000020]\n and ecx, 1\n inc ecx", back: " jmp .top ; refused loopWithoutEnd")
        ),
        (
            "a counter that wraps",
            loop(
                claim: "rcx 0..0xFFFFFFFF", " inc ecx", back: " jmp .top ; refused loopWithoutEnd found 0..0xFFFFFFFF")
        ),
        (
            "a wide counter that wraps",
            loop(claim: "rcx", " inc rcx", back: " jmp .top ; refused loopWithoutEnd found 0..max")
        ),
        (
            "down from zero",
            loop(
                from: " xor ecx, ecx", claim: "rcx 0..4", " dec ecx",
                back: " jne .top ; refused claimNotMet found 1..0xFFFFFFFF allowed 0..4")
        ),
        (
            "up and down by turns",
            """
                 mov eax, 5
            .top: ; counted rax: rax 5..6
                 cmp eax, 5
                 ja .down
                 inc eax
                 jmp .top
            .down: ; join: rax 5..6 = .top.rax
                 test eax, eax
                 dec eax
                 cmp eax, 5
                 je .top ; refused loopWithoutEnd found 5..6
                 ret
            """
        ),
        (
            "up by one or by two",
            """
                 ; given rdi
                 xor eax, eax
            .top: ; counted rax: rax 0..9, rdi
                 inc eax
                 cmp eax, 10
                 jae .out
                 test dil, 1
                 je .top
                 inc eax
                 cmp eax, 10
                 jb .top
            .out: ; join
                 ret
            """
        ),
        ("a register that nobody claims", " mov ecx, 4\n.top: ; counted rcx\n jmp .top ; refused loopWithoutEnd"),
    ]

    private static let ways: [(name: String, text: String)] = [
        (
            "a block in a loop",
            """
                 mov ecx, 4
            .top: ; counted rcx: rcx 1..4
                 pause
            .middle: ; join: rcx 1..4 = .top.rcx
                 dec ecx
                 jne .top
                 ret
            """
        ),
        (
            "a loop entered from the side",
            """
                 ; given rdi
                 mov ecx, 4
                 test edi, edi
                 je .middle ; refused claimNotMet found 4 allowed 1..4
            .top: ; counted rcx: rcx 1..4
                 pause
            .middle: ; join: rcx 1..4 = .top.rcx
                 dec ecx
                 jne .top
                 ret
            """
        ),
        (
            "a side entry that claims nothing",
            """
                 ; given rdi
                 mov ecx, 4
                 test edi, edi
                 je .middle
            .top: ; counted rcx: rcx 1..4
                 pause
            .middle: ; join: rcx 1..4
                 dec ecx
                 jne .top ; refused loopWithoutEnd
                 ret
            """
        ),
        (
            "nested loops",
            """
                 mov ecx, 3
            .outer: ; counted rcx: rcx 1..3
                 mov edx, 4
            .inner: ; counted rdx: rcx 1..3 = .outer.rcx, rdx 1..4
                 dec edx
                 jne .inner
                 dec ecx
                 jne .outer
                 ret
            """
        ),
        (
            "an outer counter that an inner loop counts as well",
            """
                 mov ecx, 3
            .outer: ; counted rcx: rcx 1..3
                 mov edx, 4
            .inner: ; counted rdx: rcx 1..3 = .outer.rcx, rdx 1..4
                 dec ecx
                 je .out
                 dec edx
                 jne .inner ; refused claimNotMet found 1..2 allowed 1..3
                 jmp .outer
            .out: ; join
                 ret
            """
        ),
        (
            "an outer counter that the inner loop may have changed",
            """
                 mov ecx, 3
            .outer: ; counted rcx: rcx 1..3
                 mov edx, 4
            .inner: ; counted rdx: rcx 1..3, rdx 1..4
                 dec edx
                 jne .inner
                 dec ecx
                 jne .outer ; refused loopWithoutEnd
                 ret
            """
        ),
    ]

    private static let reading = " rdtsc\n shl rdx, 32\n or rdx, rax\n"

    /// A wait: what stands for the reading in the loop, for the bound, for the jump backward.
    private static func clock(
        claims: String = "r8", now: String = reading, sub: String = " sub rdx, r8\n", look: String = " pause\n",
        bound: String = " cmp rdx, 1000\n", back: String = " jb .look"
    ) -> String {
        reading + " mov r8, rdx\n.look: ; clock r8: \(claims)\n" + now + sub + look + bound + back + "\n ret"
    }

    /// A wait with a counted loop in it, into which a second wait leads back, its own time in the first one's register: the
    /// jump to the first would be taken for ever.
    private static func twoTimes(_ count: String) -> String {
        reading + " mov r8, rdx\n mov r9, rdx\n.look: ; clock r8: r8, r9\n" + reading + " sub rdx, r8\n mov ecx, 9\n"
            + count + "\n cmp rdx, 1000\n jb .look\n" + reading + " mov r9, rdx\n"
            + ".again: ; clock r9: rcx 1..9 = .count.rcx, r8 = .look.r8, r9\n" + reading + " sub rdx, r9\n"
            + " dec ecx\n jne .count\n ret"
    }

    private static let broken = " ; refused clockLoopBroken"

    private static let clocks: [(name: String, text: String)] = [
        ("a wait", clock()),
        ("a wait for a bit", clock(look: " mov eax, [0x50000004]\n test al, 1\n jne .out\n") + "\n.out: ; join\n ret"),
        (
            "a wait for a port, with the time in another register",
            clock(
                look: " mov r9, rdx\n mov edx, 0x1F0\n in ax, dx\n test al, 1\n jne .out\n pause\n",
                bound: " cmp r9, 1000\n") + "\n.out: ; join\n ret"
        ),
        (
            "a wait for a port, with the port's number for the time",
            clock(look: " mov r9, rdx\n mov edx, 0x1F0\n in ax, dx\n pause\n", back: " jb .look" + broken)
        ),
        (
            "half of the time in another register",
            clock(look: " mov r9d, edx\n", bound: " cmp r9, 1000\n", back: " jb .look" + broken)
        ),
        (
            "a time in another register that changes",
            clock(look: " mov r9, rdx\n shr r9, 1\n", bound: " cmp r9, 1000\n", back: " jb .look" + broken)
        ),
        ("a bound in a register", clock(bound: " mov rcx, 0x10000000000\n cmp rdx, rcx\n")),
        (
            "a bound past the limit",
            clock(bound: " mov rcx, 0x10000000001\n cmp rdx, rcx\n", back: " jb .look" + broken)
        ),
        ("a bound that a device gave", clock(bound: " mov ecx, [0x50000004]\n cmp rdx, rcx\n")),
        (
            "a bound of 64 bits that a device gave",
            clock(bound: " mov rcx, [0x50001000]\n cmp rdx, rcx\n", back: " jb .look" + broken)
        ),
        ("no bound", clock(bound: "", back: " jmp .look" + broken)),
        ("no comparison", clock(bound: "", back: " jb .look" + broken)),
        ("below or equal", clock(back: " jbe .look" + broken)),
        ("not equal", clock(back: " jne .look" + broken)),
        ("above", clock(back: " ja .look" + broken)),
        ("half of the time", clock(bound: " cmp edx, -1\n", back: " jb .look" + broken)),
        ("a start that moves", clock(look: " inc r8\n", back: " jb .look" + broken)),
        ("a start that is read anew", clock(look: " mov r8, rdx\n", back: " jb .look" + broken)),
        (
            "a reading from before the loop",
            clock(claims: "rdx, r8", now: "", back: " jb .look ; refused clockLoopBroken")
        ),
        ("the start for the time of now", clock(now: " mov rdx, r8\n", back: " jb .look" + broken)),
        (
            "the time since another register",
            clock(claims: "r8, r9", sub: " sub rdx, r9\n", back: " jb .look" + broken)
                .replacing(".look: ;", with: " mov r9, r8\n.look: ;")
        ),
        (
            "the halves of two readings",
            clock(now: " rdtsc\n mov ecx, eax\n rdtsc\n shl rdx, 32\n or rdx, rcx\n", back: " jb .look" + broken)
        ),
        (
            "a half at the wrong place",
            clock(now: " rdtsc\n shl rdx, 31\n or rdx, rax\n", back: " jb .look" + broken)
        ),
        ("a time that changes before it is compared", clock(look: " shr rdx, 1\n", back: " jb .look" + broken)),
        (
            "a loop in a look",
            clock(
                look:
                    " mov ecx, 9\n.count: ; counted rcx: rcx 1..9, rdx elapsed .look, r8 = .look.r8\n dec ecx\n jne .count\n"
            )
        ),
        (
            "a time that a loop in a look changes",
            clock(
                look:
                    " mov ecx, 9\n.count: ; counted rcx: rcx 1..9, rdx elapsed .look, r8 = .look.r8\n shr rdx, 1\n dec ecx\n"
                    + " jne .count ; refused claimNotMet found 0..0x7FFFFFFFFFFFFFFF allowed 0..max\n")
        ),
        (
            "a number that a loop in a look takes for the time",
            clock(
                look: " mov edx, 9\n mov ecx, 9\n"
                    + ".count: ; counted rcx: rcx 1..9, rdx elapsed .look, r8 = .look.r8\n dec ecx ; refused claimNotMet found 9 allowed 0..max\n jne .count\n"
            )
        ),
        (
            "a loop in a look that is entered with another loop's time",
            twoTimes(".count: ; counted rcx: rcx 1..9, rdx elapsed .look, r8 = .look.r8, r9")
                .replacing(" jne .count", with: " jne .count ; refused claimNotMet found 0..max allowed 0..max")
        ),
        (
            "a loop's turn that goes by another loop's time",
            twoTimes(".count: ; counted rcx: rcx 1..9, r8 = .look.r8, r9\n sub rdx, r9\n")
                .replacing(" sub rdx, r9\n\n", with: reading + " sub rdx, r9\n")
                .replacing(" jb .look", with: " jb .look" + broken)
        ),
        ("two jumps backward", clock(look: " cmp rdx, 500\n jb .look\n", back: " jb .look" + broken)),
        (
            "a wait inside a wait",
            reading + " mov r8, rdx\n.look: ; clock r8: r8\n" + reading + " sub rdx, r8\n"
                + " .inner: ; clock r8: rdx, r8\n pause\n jmp .look ; refused clockLoopBroken\n"
        ),
        (
            "two waits, one behind the other",
            clock().replacing(" ret", with: "") + clock().replacing("look", with: "again")
        ),
        (
            "a wait inside a counted loop",
            " mov ecx, 3\n.top: ; counted rcx: rcx 1..3\n"
                + clock(claims: "rcx 1..3 = .top.rcx, r8").replacing(" ret", with: " dec ecx\n jne .top\n ret")
        ),
    ]
}
