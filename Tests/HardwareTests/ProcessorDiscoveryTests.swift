// CPUID leaves: which are read, and what they mean. The recorded machines give what QEMU's processors really answer.

import Hardware
import Testing

struct ProcessorDiscoveryTests {
    private static func processor(of name: String) throws -> ProcessorFacts {
        let machine = try #require(RecordedMachine.all.first { $0.name == name })
        return try machine.recording.replay().facts.processor
    }

    @Test("a Haswell is read as one, with the caches that QEMU gives it")
    func readsHaswell() throws {
        let processor = try Self.processor(of: "pc")
        #expect(processor.vendor == Array("GenuineIntel".utf8))
        #expect(processor.brand == Array("Intel Core Processor (Haswell)".utf8))
        #expect((processor.family, processor.model, processor.stepping) == (6, 60, 4))
        // A 64-bit mode and pages that are not executed (80000001H EDX 29 and 20), a hypervisor (01H ECX 31).
        #expect(try #require(processor.leaf(0x8000_0001)).edx & 0x2010_0000 == 0x2010_0000)
        #expect(try #require(processor.leaf(1)).ecx >> 31 == 1)
        // QEMU 7.2, target/i386/cpu.c: the legacy caches of processors without a cache model of their own.
        #expect(
            processor.caches == [
                ProcessorCache(level: 1, kind: .data, byteCount: 32 << 10, lineByteCount: 64, wayCount: 8),
                ProcessorCache(level: 1, kind: .code, byteCount: 32 << 10, lineByteCount: 64, wayCount: 8),
                ProcessorCache(level: 2, kind: .unified, byteCount: 4 << 20, lineByteCount: 64, wayCount: 16),
                ProcessorCache(level: 3, kind: .unified, byteCount: 16 << 20, lineByteCount: 64, wayCount: 16),
            ])
    }

    @Test("QEMU's own processors are read as AMD's, without caches of leaf 4")
    func readsGenericProcessors() throws {
        for name in ["q35", "pc-second-root"] {
            let processor = try Self.processor(of: name)
            #expect(processor.vendor == Array("AuthenticAMD".utf8))
            #expect(processor.brand.starts(with: Array("QEMU ".utf8)))
            #expect(processor.family == 15)
            #expect(try #require(processor.leaf(0x8000_0001)).edx & 1 << 29 != 0)
        }
    }

    @Test(
        "family and model follow the extended rules",
        arguments: [
            (0x00A2_0F10, 25, 33, 0), (0x0003_06C3, 6, 60, 3), (0x0000_0543, 5, 4, 3), (0x0010_0F42, 16, 4, 2),
            (0x0000_0F29, 15, 2, 9), (0x0FFF_0FFF, 270, 255, 15),
        ] as [(UInt32, UInt32, UInt32, UInt32)])
    func readsSignature(_ signature: UInt32, _ family: UInt32, _ model: UInt32, _ stepping: UInt32) {
        let processor = ProcessorFacts(leaves: [
            ProcessorLeaf(leaf: 1, subleaf: 0, eax: signature, ebx: 0, ecx: 0, edx: 0)
        ])
        #expect((processor.family, processor.model, processor.stepping) == (family, model, stepping))
    }

    @Test("no leaf beyond either maximum is read, whatever the maximum", arguments: 0...0x20 as ClosedRange<UInt32>)
    func respectsMaximum(_ maximum: UInt32) {
        var machine = SyntheticMachine()
        machine.setLeaf(0, maximum, 0, 0, 0)
        machine.setLeaf(0x8000_0000, 0x8000_0000 + maximum, 0, 0, 0)
        machine.setLeaf(0x8000_0001, 0, 0, 1 << 22, 0)
        _ = machine.discover()
        let leaves = machine.askedLeaves.map { UInt32($0 >> 32) }
        #expect(leaves.allSatisfy { $0 <= maximum || (0x8000_0000...0x8000_0000 + maximum).contains($0) })
        #expect(leaves.contains(7) == (maximum >= 7))
        // Junk in leaf 4 never ends its list: the bound does.
        #expect(leaves.filter { $0 == 4 }.count == (maximum >= 4 ? 16 : 0))
    }

    @Test("a processor without extended leaves is not asked for them")
    func refusesMissingExtendedLeaves() {
        var machine = SyntheticMachine()
        machine.setLeaf(0, 1, 0, 0, 0)
        machine.setLeaf(0x8000_0000, 0x0000_0003, 0, 0, 0)
        let facts = machine.discover().facts.processor
        #expect(facts.leaves.map(\.leaf) == [0, 1, 0x8000_0000])
        #expect(facts.brand == [])
    }

    @Test("caches of leaf 8000001DH count where topology extensions say so")
    func readsTopologyExtensions() {
        var machine = SyntheticMachine()
        machine.setLeaf(0, 1, 0, 0, 0)
        machine.setLeaf(0x8000_0000, 0x8000_001E, 0, 0, 0)
        machine.setLeaf(0x8000_0001, 0, 0, 1 << 22, 0)
        // A level 1 data cache of 32 KiB: 64 sets, 8 ways, 64-byte lines.
        machine.setLeaf(0x8000_001D, 0x121, 7 << 22 | 63, 63, 0)
        machine.setLeaf(0x8000_001D, 0, 0, 0, 0, subleaf: 1)
        #expect(
            machine.discover().facts.processor.caches == [
                ProcessorCache(level: 1, kind: .data, byteCount: 32768, lineByteCount: 64, wayCount: 8)
            ])
    }
}
