// Samples of cells that code uses to find its way: what they hold is no number that it stored.

extension MemorySamples {
    static let cells: [(name: String, text: String)] = [
        (
            "a private cell as an index",
            """
                 mov eax, [0x50002000]
                 shl rax, 4
                 mov ecx, [rax + 0x50001000] ; refused outsideGrants found 0x50001000..0x1050000FF0 grant ring
                 ret
            """
        ),
        (
            "a private cell as an index, masked",
            " mov eax, [0x50002000]\n movzx eax, al\n shl eax, 4\n mov ecx, [rax + 0x50001000]\n ret"
        ),
        (
            "a private position",
            " mov rax, [0x50002008]\n mov ecx, [rax + 0x50001008] ; refused outsideGrants found 0..max\n ret"
        ),
        (
            "a private position, masked",
            " mov rax, [0x50002008]\n and eax, 0xFF0\n mov ecx, [rax + 0x50001008]\n ret"
        ),
    ]
}
