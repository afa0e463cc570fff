// The kernel is linked with -enable-ipra (Tools/link): a function whose callers the compiler knows need not keep the registers
// that the ABI has it keep. Who calls it through a pointer, or from assembly, does not know: so no such function may have its
// address anywhere in code or data, and none may be called by assembly.

import Foundation
import Testing

@Suite struct KeptRegisterTests {
    /// What is wrong with a kernel, and how much was looked at.
    private struct Findings {
        var offenders: Set<String> = []
        /// Functions that change what they do not keep.
        var changing: Set<String> = []
        /// Functions whose address is held, or that assembly calls.
        var held: Set<String> = []
    }

    private static func findings(of code: KernelCode) -> Findings {
        let reader = RegisterReader()
        let uses = code.functions.map(reader.use)
        var changed: [UInt64: Set<String>] = [:]
        for (function, use) in zip(code.functions, uses) { changed[function.start, default: []].formUnion(use.changed) }
        // What a function calls changes registers for it too, unless it has pushed them; what it ends in, in any case.
        var isSettled = false
        while !isSettled {
            isSettled = true
            for (function, use) in zip(code.functions, uses) {
                let called = use.calls.reduce(into: Set<String>()) { $0.formUnion(changed[$1] ?? []) }
                let entered = use.jumps.reduce(into: Set<String>()) { $0.formUnion(changed[$1] ?? []) }
                var all = (changed[function.start] ?? []).union(called.subtracting(use.saved)).union(entered)
                // By Swift's calling convention the error of a function that throws, `YK` in its name, comes in R12.
                if function.name.contains("YK") { all.remove("r12") }
                if changed.updateValue(all, forKey: function.start) != all { isSettled = false }
            }
        }
        let assembly = code.assembly.map(reader.use)
        var addresses = (uses + assembly).reduce(into: Set<UInt64>()) { $0.formUnion($1.constants) }
        for use in assembly { addresses.formUnion(use.calls.union(use.jumps)) }
        for section in code.data {
            section.bytes.withUnsafeBytes { bytes in
                for offset in stride(from: 0, through: bytes.count - 8, by: 8) {
                    addresses.insert(bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
                }
            }
        }
        var findings = Findings()
        for function in code.functions {
            let changes = changed[function.start]?.isEmpty == false
            let isHeld = addresses.contains(function.start)
            if changes { findings.changing.insert(function.name) }
            if isHeld { findings.held.insert(function.name) }
            if changes && isHeld { findings.offenders.insert(function.name) }
        }
        return findings
    }

    @Test func `no function of the kernel that changes registers for its callers can be called by others`() throws {
        let code = try #require(KernelCode(elf: Array(Data(contentsOf: URL(filePath: Images.kernel)))))
        let findings = Self.findings(of: code)
        #expect(findings.offenders == [])
        #expect(findings.changing.count > 50 && findings.held.count > 50)
        // One that assembly calls, and one that C calls by its address.
        #expect(findings.held.isSuperset(of: ["kernelMain", "exceptionTaken", "runGenerationAttempt"]))
    }

    /// `changes`, which moves into RBX; one that calls it and keeps RBX, one that does not, and one that ends in it.
    private static let functions = [
        KernelCode.Piece(name: "changes", start: 0x1000, bytes: [0x48, 0x89, 0xFB, 0xC3]),
        KernelCode.Piece(name: "keeps", start: 0x1010, bytes: [0x53, 0xE8, 0xEA, 0xFF, 0xFF, 0xFF, 0x5B, 0xC3]),
        KernelCode.Piece(name: "calls", start: 0x1020, bytes: [0xE8, 0xDB, 0xFF, 0xFF, 0xFF, 0xC3]),
        KernelCode.Piece(name: "ends", start: 0x1030, bytes: [0xE9, 0xCB, 0xFF, 0xFF, 0xFF]),
    ]

    @Test(
        "a function that changes a register is found, wherever its address is",
        arguments: [
            // mov edi, 0x1000; lea rdi, [rip-0x47], which is the same; call from assembly; a word of data.
            (KernelCode.Piece(name: "", start: 0x1040, bytes: [0xBF, 0x00, 0x10, 0x00, 0x00, 0xC3]), "changes", true),
            (
                KernelCode.Piece(name: "", start: 0x1040, bytes: [0x48, 0x8D, 0x3D, 0xB9, 0xFF, 0xFF, 0xFF, 0xC3]),
                "changes", true
            ),
            (KernelCode.Piece(name: "", start: 0x1040, bytes: [0xE8, 0xDB, 0xFF, 0xFF, 0xFF]), "calls", true),
            (KernelCode.Piece(name: "", start: 0x2000, bytes: [0x30, 0x10, 0, 0, 0, 0, 0, 0]), "ends", false),
        ])
    func found(place: KernelCode.Piece, name: String, isCode: Bool) {
        var code = KernelCode(functions: Self.functions)
        #expect(Self.findings(of: code).offenders == [])
        #expect(Self.findings(of: code).changing == ["changes", "calls", "ends"])
        if isCode { code.assembly = [place] } else { code.data = [place] }
        #expect(Self.findings(of: code).offenders == [name])
    }

    @Test func `a function that keeps what it changes may be called by anybody`() {
        var code = KernelCode(functions: Self.functions)
        code.data = [KernelCode.Piece(name: "", start: 0x2000, bytes: [0x10, 0x10, 0, 0, 0, 0, 0, 0])]
        #expect(Self.findings(of: code).held == ["keeps"] && Self.findings(of: code).offenders == [])
    }
}
