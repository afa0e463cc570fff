// What the entry code does to model-specific registers before the kernel runs: its own bytes, called by a kernel of a few
// instructions that sets the registers as firmware may have, and says afterwards what is in them.

import Foundation
import Machines
import Testing

@Suite("The entry code")
struct EntryCodeTests {
    /// Bits that firmware's setup sets in IA32_MISC_ENABLE: 22, no leaves above 3, and 34, no no-execute pages.
    private static let limits: UInt64 = 1 << 22 | 1 << 34

    /// The registers after the entry code, on a processor of that model: IA32_MISC_ENABLE, which had the limits, and IA32_PAT,
    /// which was zero.
    private func registers(_ processor: String) throws -> [UInt64] {
        let elf = try Data(contentsOf: URL(filePath: Images.kernel))
        let labels = try #require(KernelCode(elf: Array(elf))).assembly.sorted { $0.start < $1.start }
        func start(_ name: String) throws -> UInt64 { try #require(labels.first { $0.name == name }).start }
        let first = try start("lift_limits")
        let end = try start("enter_paging")
        let pieces = labels.filter { (first..<end).contains($0.start) }
        let path = "/tmp/metaos-\(UUID().uuidString).elf"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let kernel = CallingKernel(pieces.flatMap(\.bytes), calling: [0, Int(try start("set_memory_types") - first)])
        try Data(kernel.file(limits: Self.limits)).write(to: URL(filePath: path))
        var description = MachineDescription(.pc, .kernel(path: path, commandLine: ""))
        description.processor = processor
        let result = try Machine.boot(description, within: Images.timeLimit)
        #expect(result.ending == .exited(status: 33))
        try #require(result.serial.count == 16)
        return [0, 8].map { at in result.serial[at..<at + 8].reversed().reduce(0) { $0 << 8 | UInt64($1) } }
    }

    @Test(
        "lifts firmware's limits on Intel's processors that have them, and touches no others",
        arguments: [
            ("Haswell", true), ("Conroe", true), ("pentium3", false), ("qemu64", false), ("EPYC", false),
            // Family 15, and family 6 of models 12 and 13.
            ("Haswell,family=15,model=2", true), ("Haswell,model=12", false), ("Haswell,model=13", true),
        ])
    func liftsLimits(processor: String, isLifted: Bool) throws {
        let miscellaneous = try registers(processor)[0]
        #expect(miscellaneous & Self.limits == (isLifted ? 0 : Self.limits))
        // Bits 0 and 18, fast strings and MONITOR, which QEMU sets: nothing else changes.
        #expect(miscellaneous & ~(1 << 18) | Self.limits == Self.limits | 1)
    }

    @Test("writes the page attribute table whole: write-combining for PWT alone, uncacheable with PCD")
    func writesMemoryTypes() throws {
        #expect(try registers("Haswell")[1] == 0x0007_0406_0007_0106)
    }

    @Test("halts a processor without no-execute pages with words that say where to look")
    func refusesWithoutNoExecute() throws {
        var description = Scenario.plain.description()
        description.processor = "qemu64,-nx"
        description.hasMonitor = true
        let result = try Machine.boot(description, within: .seconds(120))
        #expect(result.outcome == .failed(reason: "no report; the machine has halted"))
        #expect(result.screen?.lines.contains { $0.hasPrefix("Firmware's setup may have them off") } == true)
    }

    @Test("has machine checks reported by the time that the kernel runs")
    func enablesMachineChecks() throws {
        var description = Scenario.plain.description(options: "exchange=none")
        description.hasMonitor = true
        description.hasDebugExit = false
        let machine = try Machine(starting: description)
        defer { machine.stop() }
        machine.listen(within: Images.timeLimit)
        // PAE and MCE, and nothing that firmware chose.
        #expect(try machine.monitor("info registers").contains("CR4=00000060"))
    }
}

/// A kernel that QEMU starts by PVH: it sets two registers, calls code, and writes the registers to the first serial port.
private struct CallingKernel {
    private static let base: UInt32 = 0x10_0000
    private static let codeOffset = 0x100
    private var code: [UInt8] = []

    /// - Parameter starts: Offsets in the code that are called in their order; they return.
    init(_ called: [UInt8], calling starts: [Int]) {
        code = called
        calls = starts
    }

    private let calls: [Int]

    private static func word(_ value: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    /// The ELF file of 32 bits: headers, the PVH note, the called code, and after it the caller, where the entry is.
    ///
    /// Layout: as in the System V ABI and Xen's public/elfnote.h, XEN_ELFNOTE_PHYS32_ENTRY.
    func file(limits: UInt64) -> [UInt8] {
        let entry = Self.codeOffset + code.count
        var caller: [UInt8] = [0xBC] + Self.word(0x20_0000)  // mov esp
        caller += [0xB9] + Self.word(0x1A0) + [0x0F, 0x32]  // mov ecx; rdmsr
        caller += [0x0D] + Self.word(UInt32(truncatingIfNeeded: limits))  // or eax
        caller += [0x81, 0xCA] + Self.word(UInt32(limits >> 32)) + [0x0F, 0x30]  // or edx; wrmsr
        caller += [0xB9] + Self.word(0x277) + [0x31, 0xC0, 0x31, 0xD2, 0x0F, 0x30]  // mov ecx; xor eax, edx; wrmsr
        for call in calls {
            let distance = call - code.count - caller.count - 5
            caller += [0xE8] + Self.word(UInt32(truncatingIfNeeded: distance))
        }
        for register in [0x1A0, 0x277] as [UInt32] {
            caller += [0xB9] + Self.word(register) + [0x0F, 0x32, 0x89, 0xD3]  // mov ecx; rdmsr; mov ebx, edx
            caller += [0x66, 0xBA, 0xF8, 0x03] + Self.output + [0x89, 0xD8] + Self.output  // mov dx; mov eax, ebx
        }
        caller += [0xB0, 0x10, 0xE6, 0xF4, 0xF4]  // mov al; out 0xF4; hlt
        let length = UInt32(entry + caller.count)
        // ELF32, little-endian, EXEC, 386; program headers at 52, two of 32 bytes.
        var bytes: [UInt8] = [0x7F, 0x45, 0x4C, 0x46, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]
        let header: [UInt32] = [3 << 16 | 2, 1, Self.base + UInt32(entry), 52, 0, 0, 32 << 16 | 52, 2, 0]
        let load: [UInt32] = [1, 0, Self.base, Self.base, length, length, 7, 0x1000]
        let note: [UInt32] = [4, 0x80, Self.base + 0x80, Self.base + 0x80, 20, 20, 4, 4]
        bytes += (header + load + note).flatMap(Self.word)
        bytes += [UInt8](repeating: 0, count: 0x80 - bytes.count)
        bytes += [4, 4, 18, 0x006E_6558, Self.base + UInt32(entry)].flatMap(Self.word)
        bytes += [UInt8](repeating: 0, count: Self.codeOffset - bytes.count)
        return bytes + code + caller
    }

    /// Writes EAX to the port in DX, the low byte first: out dx, al; shr eax, 8.
    private static let output = [[UInt8]](repeating: [0xEE, 0xC1, 0xE8, 0x08], count: 4).flatMap { $0 }
}
