// The skeleton of a rule file for a card that a machine shows: what it says is what the machine said, and the compiler
// finds nothing in it but what only a datasheet can answer.

import Foundation
import Hardware
import MachineFiles
import RuleCompiler
import Testing

@testable import Inspection

@Suite struct `Device skeletons` {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private static func functions(of dump: String) throws -> [PCIFunction] {
        let file = root.appending(path: "Tests/Fixtures/\(dump).lspci")
        return MachineFile(try PCIDump(text: String(contentsOf: file, encoding: .utf8))).facts.functions
    }

    private static func diagnostics(of text: String) throws -> [Diagnostic] {
        let sources = try ["nic", "packet_nic"].map { name in
            let file = root.appending(path: "Sources/Atlas/\(name).meta")
            return RuleSource(name: "\(name).meta", text: try String(contentsOf: file, encoding: .utf8))
        }
        return RuleCompiler.compile(sources + [RuleSource(name: "card.meta", text: text)]).diagnostics
    }

    @Test func `identity, class, windows and capabilities are the card's`() {
        var card = PCIFunction(address: FunctionAddress(bus: 2, device: 0, function: 0), vendor: 0x1969, device: 0x1062)
        (card.revision, card.classCode) = (0xC0, 0x02_00_00)
        (card.subsystemVendor, card.subsystem) = (0x1043, 0x838A)
        card.baseAddressRegisters = [
            BaseAddressRegister(
                index: 0, kind: .memory64, isPrefetchable: false, base: 0xF110_0000, byteCount: 0x4_0000),
            BaseAddressRegister(index: 2, kind: .io, isPrefetchable: false, base: 0x3000, byteCount: 128),
        ]
        card.capabilities = [Capability(identifier: 0x01, offset: 0x40)]
        let text = DeviceSkeleton(card, origin: "the text of lspci").text
        #expect(
            text == """
                // 1969:1062, revision 0xc0, subsystem 1043:838a, class 0x02 0x00 0x00.
                // Begun from the text of lspci. Source: the document's title, revision and sections.

                import "packet_nic.meta"

                device pci_1969_1062 is packet_nic {
                    match pci vendor 0x1969 device 0x1062

                    window regs = bar 0 memory         // 256 KiB, 64-bit
                    // bar 2 ports                     128 bytes

                    // capability 0x01 at 0x40         power management

                    // Registers, by the document's names: register regs.NAME at 0x00 u32 rw { FIELD: 0 }
                }

                """)
    }

    @Test func `the compiler asks for what is missing, and for nothing else`() throws {
        var count = 0
        for card in try Self.functions(of: "machines/q35") where card.classCode >> 16 == 2 {
            let text = DeviceSkeleton(card, origin: "the text of lspci").text
            let found = try Self.diagnostics(of: text).filter { $0.file == "card.meta" }
            // A member and a fact that the class requires, a window that nothing uses.
            let missing: Set<DiagnosticIdentifier> = [.unusedName, .missingMember, .missingFact]
            #expect(found.contains { $0.identifier == .missingMember })
            #expect(found.allSatisfy { missing.contains($0.identifier) }, "\(found)\n\(text)")
            count += 1
        }
        #expect(count > 0)
    }

    @Test func `a table of messages is no place for registers, and a card without a class says so`() throws {
        var card = PCIFunction(address: FunctionAddress(bus: 0, device: 3, function: 0), vendor: 0x1B36, device: 0x10)
        card.classCode = 0x01_08_02
        card.baseAddressRegisters = [
            BaseAddressRegister(index: 0, kind: .memory32, isPrefetchable: false, base: 0, byteCount: 0x1000),
            BaseAddressRegister(index: 1, kind: .memory32, isPrefetchable: true, base: 0x8000, byteCount: 0x4000),
        ]
        card.capabilities = [
            Capability(identifier: 0x11, offset: 0x40, contents: [7, 0, 0, 0, 0, 0, 0, 8, 0, 0]),
            Capability(identifier: 0x09, offset: 0x50, contents: [0x14, 0x01]),
        ]
        let text = DeviceSkeleton(card, origin: "a machine file").text
        for line in [
            "// No class of the atlas is for such functions yet: CLASS is to be written first.",
            "device pci_1b36_0010 is CLASS {",
            "    // bar 0 memory                    4 KiB, no address, holds the MSI-X table and pending bits",
            "    window regs = bar 1 memory         // 16 KiB, prefetchable",
            "    // capability 0x11 at 0x40         MSI-X",
            "    // capability 0x09 at 0x50         vendor-specific, from byte 2: 14 01",
        ] { #expect(text.split(separator: "\n").contains(Substring(line)), "\(line)\n\(text)") }
    }
}
