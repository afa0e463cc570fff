// The text of lspci against what discovery found in the same machine: q35.lspci holds the bytes that QEMU's monitor
// showed of the machine of q35.recording, and the sizes that it named.

import Hardware
import Metabinary
import Pipeline
import Testing

@testable import MachineFiles

@Suite struct `Machines from lspci` {
    private static func file(_ text: String) throws -> MachineFile { MachineFile(try PCIDump(text: text)) }

    @Test func `with sizes the functions are those of a boot`() throws {
        let file = try Self.file(Fixtures.verboseDump())
        let real = try Fixtures.facts("q35").functions
        #expect(Self.asAsked(file.facts.functions, by: real) == real)
        // A boot asks no screen for its sizes; the text has them.
        #expect(file.facts.functions.flatMap(\.baseAddressRegisters).count { $0.byteCount == 0 } == 1)
        #expect(file.assumptions.map(\.subject) == [.machine, .memory, .clock, .data])
    }

    /// Functions without the sizes that a boot did not ask for.
    private static func asAsked(_ functions: [PCIFunction], by real: [PCIFunction]) -> [PCIFunction] {
        zip(functions, real).map { function, real in
            var function = function
            for (index, range) in real.baseAddressRegisters.enumerated() where range.byteCount == 0 {
                function.baseAddressRegisters[index].byteCount = 0
            }
            return function
        }
    }

    @Test func `without sizes all but sizes is that of a boot, and each assumed size is said`() throws {
        let file = try Self.file(Fixtures.terseDump())
        let real = try Fixtures.facts("q35").functions
        var assumed: Set<Assumption.Subject> = []
        for (function, expected) in zip(file.facts.functions, real) {
            var withoutSizes = function
            for index in function.baseAddressRegisters.indices
            where function.baseAddressRegisters[index].byteCount > 0 {
                assumed.insert(.range(function.address, function.baseAddressRegisters[index].index))
                let size = function.baseAddressRegisters[index].byteCount
                let base = function.baseAddressRegisters[index].base
                #expect(size & (size - 1) == 0 && base % size == 0 && size <= 1 << 20)
                withoutSizes.baseAddressRegisters[index].byteCount = expected.baseAddressRegisters[index].byteCount
            }
            #expect(withoutSizes == expected)
        }
        #expect(file.facts.functions.count == real.count)
        #expect(assumed.isSubset(of: file.assumptions.map(\.subject)) && assumed.count == 19)
        #expect(file.assumptions.count == 4 + 19)
    }

    @Test func `no assumed range reaches another, and some are right`() throws {
        let file = try Self.file(Fixtures.terseDump())
        let ranges = file.facts.functions.flatMap(\.baseAddressRegisters)
        for (index, range) in ranges.enumerated() {
            for other in ranges[(index + 1)...] where (range.kind == .io) == (other.kind == .io) {
                #expect(range.base + range.byteCount <= other.base || other.base + other.byteCount <= range.base)
            }
        }
        // 82540EM and 82574L: 128 KiB of registers, with another range right behind each.
        for (device, bar) in [(UInt8(6), UInt8(0)), (2, 0)] {
            let address = FunctionAddress(bus: 0, device: device, function: 0)
            let function = file.facts.functions.first { $0.address == address }
            #expect(function?.baseAddressRegister(bar)?.byteCount == 0x2_0000)
        }
    }

    @Test func `the assumptions stand in the file and are read over`() throws {
        let file = try Self.file(Fixtures.terseDump())
        let text = file.text
        #expect(try MachineFile(text: text).facts == file.facts)
        #expect(text.matches(of: #/(?m)^bar .* by=assumed$/#).count == 19)
        #expect(text.contains("clock tsc hertz=4000000000 by=assumed"))
        #expect(text.contains("memory 0x100000 +0x7f00000 usable by=assumed"))
        #expect(text.contains("data 0x60000000 +0x800000 physical=0x400000 by=assumed"))
    }

    @Test(arguments: [64, 256])
    func `less of configuration space is taken, and what it lacks is said`(byteCount: Int) throws {
        let file = try Self.file(Fixtures.shortDump(byteCount))
        var expected = try Fixtures.facts("q35").functions
        if byteCount == 64 {
            for index in expected.indices {
                expected[index].capabilities = []
                // A bridge names its subsystem in a capability.
                if expected[index].headerType == 1 { expected[index].subsystemVendor = 0 }
            }
        }
        for (function, whole) in zip(file.facts.functions, expected) {
            #expect(function.capabilities == whole.capabilities && function.subsystemVendor == whole.subsystemVendor)
        }
        let lacking = file.assumptions.filter { $0.words.contains("has no capabilities: 64 bytes") }
        #expect(lacking.count == (byteCount == 64 ? 6 : 0))
    }

    @Test func `a domain is read, and only domain 0 is taken`() throws {
        let text = try Fixtures.terseDump()
        let whole = try Self.file(text)
        let named = text.replacing(#/(?m)^(\w\w:\w\w\.\d )/#) { "0000:\($0.1)" }
        #expect(try Self.file(named).facts == whole.facts)
        let other = text.replacing(#/(?m)^(\w\w:\w\w\.\d )/#) { "10000:\($0.1)" }
        let file = try Self.file(text + "\n" + other)
        #expect(file.facts == whole.facts)
        #expect(file.assumptions.count { $0.words.hasSuffix("a kernel sees domain 0") } == 11)
    }

    @Test func `a function that sleeps or is virtual is left out`() throws {
        let row = "00: " + [String](repeating: "ff", count: 16).joined(separator: " ")
        let rows = (0..<4).map { row.replacing("00: ", with: "\($0)0: ") }.joined(separator: "\n")
        let file = try Self.file("00:02.0 VF [0200]: Intel Corporation 82576 Virtual Function [8086:10ca]\n\(rows)\n")
        #expect(file.facts.functions.isEmpty)
        #expect(file.assumptions.first?.words.hasPrefix("00:02.0 is not there: its bytes are all ones") == true)
    }

    @Test func `lines of verbose text in all their forms`() throws {
        func ranges(_ line: String) throws -> [PCIDump.Range] {
            let text = "00:02.0 X [8086:100e]\n\(line)\n00: 86 80 0e 10" + Self.zeros
            let dump = try PCIDump(text: text)
            return dump.functions[0].ranges
        }
        typealias Range = PCIDump.Range
        #expect(
            try ranges("\tRegion 0: Memory at feb00000 (32-bit, non-prefetchable) [size=128K]")
                == [Range(index: 0, isPort: false, base: 0xFEB0_0000, byteCount: 0x2_0000)])
        #expect(
            try ranges("\tMemory at 4000000000 (64-bit, prefetchable) [disabled] [size=1G]")
                == [Range(index: nil, isPort: false, base: 0x40_0000_0000, byteCount: 1 << 30)])
        #expect(
            try ranges("\tRegion 2: [virtual] I/O ports at d080 [disabled] [size=32]")
                == [Range(index: 2, isPort: true, base: 0xD080, byteCount: 32)])
        #expect(
            try ranges("\tRegion 4: Memory at <unassigned> (64-bit, prefetchable) [disabled]")
                == [Range(index: 4, isPort: false, base: nil, byteCount: nil)])
        #expect(try ranges("\tExpansion ROM at fea80000 [disabled] [size=256K]").isEmpty)
        #expect(try ranges("\tMemory behind bridge: fe800000-fe9fffff [size=2M]").isEmpty)
    }

    /// The rest of 64 bytes of configuration space after the first four.
    private static let zeros =
        [String](repeating: " 00", count: 12).joined()
        + (1...3).map { "\n\($0)0:" + [String](repeating: " 00", count: 16).joined() }.joined() + "\n"

    @Test(arguments: [
        ("", 1, "no function of lspci -xxxx -nn in it"),
        (
            "00:02.0 Ethernet controller [0200]: X [8086:100e]\n", 1,
            "no bytes of configuration space in it: run lspci -xxxx -nn as root"
        ),
        ("00: 86 80 0e 10", 1, "bytes before the first function"),
        ("00:02.0 X [8086:100e]\n00: 86 80 0e 10\n20: 00", 3, "bytes at 0x20, expected at 0x4"),
        ("00:02.0 X [8086:100e]\n00: 86 80 0e 10", 1, "4 bytes of configuration space, expected 64, 128, 256 or 4096"),
        (
            "00:02.0 X [8086:100f]\n00: 86 80 0e 10" + zeros, 1,
            "the headline names another device than the bytes below it"
        ),
        ("00:02.0 X\n00: 86 80 0e 10" + zeros + "00:02.0 X\n", 6, "this function is in the text before"),
        ("what is this\n", 1, "no line of lspci -xxxx: 'what is this'"),
        ("00:20.0 X [8086:100e]\n", 1, "no line of lspci -xxxx: '00:20.0 X [8086:100e]'"),
    ])
    func `what is wrong is refused with its line`(text: String, line: Int, words: String) {
        let error = #expect(throws: PCIDumpError.self) { try PCIDump(text: text) }
        #expect(error?.line == line)
        #expect(error?.description == words)
    }
}
