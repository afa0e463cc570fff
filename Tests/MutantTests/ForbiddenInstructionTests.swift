// Which instructions the oracle forbids: those that NASM assembles by name, and all that Capstone calls privileged or
// an interrupt, over both opcode maps.

import CCapstone
import Devices
import Testing
import Verification

@Suite struct ForbiddenInstructionTests {
    private static let code: UInt64 = 0x4000_0000

    /// What a run says of bytes, with a return after them.
    private func violation(_ bytes: [UInt8], _ run: GuardedRun) throws -> GuardViolation.Kind? {
        try run.load(bytes + [0xC3])
        return try run.call(seed: 0)?.kind
    }

    @Test func `what reaches past a function is forbidden by name`() throws {
        let names = [
            "cli", "sti", "hlt", "mov cr0, rax", "mov rax, cr3", "mov cr8, r9", "mov dr7, rax", "mov rax, dr0", "wrmsr",
            "rdmsr", "rdpmc", "lgdt [rax]", "lidt [rax]", "sgdt [rax]", "lldt ax", "ltr ax", "str ax", "lmsw ax",
            "clts", "invd", "wbinvd", "invlpg [rax]", "swapgs", "xsetbv", "syscall", "sysret", "sysenter", "sysexit",
            "int 0x80", "int3", "int1", "iretq", "iret", "retf", "o64 retf 8", "call far [rax]", "jmp far [rax]",
            "mov ds, ax", "mov ss, ax", "popfq", "insb", "rep outsd", "pop fs", "lgs rax, [rax]", "mov rax, [fs:0]",
            "mov [gs:rax], rax", "fxrstor [rax]", "xrstor [rax]", "wrfsbase rax", "wrgsbase rax", "vmcall", "rsm",
            "lock inc dword [gs:rax]",
        ]
        let run = try GuardedRun(grants: [], codeStart: Self.code, codeRoom: 4096)
        for name in names {
            let bytes = try Assembly.assemble(name, origin: Self.code)
            let kind = try violation(bytes, run)
            #expect(kind == .forbiddenInstruction, "\(name): \(String(describing: kind))")
        }
        for name in ["lfence", "mfence", "sfence", "pause", "rdtsc", "nop", "cmc", "lock inc dword [rsp - 8]"] {
            let bytes = try Assembly.assemble(name, origin: Self.code)
            #expect(try violation(bytes, run) == nil, "\(name)")
        }
    }

    @Test func `what Capstone calls privileged or an interrupt never runs`() throws {
        var handle: csh = 0
        try #require(cs_open(CS_ARCH_X86, CS_MODE_64, &handle) == CS_ERR_OK)
        defer { cs_close(&handle) }
        cs_option(handle, CS_OPT_DETAIL, Int(CS_OPT_ON.rawValue))
        let run = try GuardedRun(grants: [], codeStart: Self.code, codeRoom: 4096)
        var found = 0
        for map in [[], [0x0F], [0x48], [0x66], [0x48, 0x0F], [0xF3, 0x0F]] as [[UInt8]] {
            for opcode in UInt8.min...UInt8.max {
                for modrm in UInt8.min...UInt8.max {
                    let bytes = map + [opcode, modrm, 0, 0, 0, 0, 0, 0]
                    var list: UnsafeMutablePointer<cs_insn>?
                    guard cs_disasm(handle, bytes, bytes.count, Self.code, 1, &list) == 1, let list else { continue }
                    defer { cs_free(list, 1) }
                    let groups = [CS_GRP_PRIVILEGE, CS_GRP_INT, CS_GRP_IRET]
                    guard groups.contains(where: { cs_insn_group(handle, list, $0.rawValue) }) else { continue }
                    found += 1
                    let kind = try violation(Array(bytes.prefix(Int(list[0].size))), run)
                    #expect(kind != nil, "\(bytes)")
                }
            }
        }
        #expect(found > 1000)
    }
}
