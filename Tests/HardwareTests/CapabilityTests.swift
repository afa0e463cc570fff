// Capabilities and their bytes: what is read of which, what a list that lies comes to, and what the bytes mean. What
// lspci prints of a recorded machine is the oracle for their meaning.

import Foundation
import Hardware
import Testing

@Suite struct `Capabilities` {
    /// A machine with one function, whose capabilities have these bytes.
    private static func machine(_ capabilities: [(offset: Int, bytes: [UInt8])]) -> SyntheticMachine {
        var function = SyntheticFunction()
        function.set(0x06, 0x10, 2)
        function.set(0x34, UInt64(capabilities.first?.offset ?? 0), 1)
        for (offset, bytes) in capabilities {
            for (place, byte) in bytes.enumerated() { function.set(offset + place, UInt64(byte), 1) }
        }
        var machine = SyntheticMachine()
        machine.add(function, 0, 1)
        return machine
    }

    private static func contents(_ capabilities: [(offset: Int, bytes: [UInt8])]) -> [[UInt8]] {
        var machine = machine(capabilities)
        return machine.discover().facts.functions[0].capabilities.map(\.contents)
    }

    @Test func `of each kind of capability the bytes that matter are read, and of others none`() {
        let rest = [UInt8](3..<80)
        for (identifier, byteCount) in [(0x01, 6), (0x05, 4), (0x10, 10), (0x11, 12), (0x0D, 2), (0x12, 2)]
            as [(UInt8, Int)]
        {
            let bytes = [identifier, 0] + rest
            #expect(Self.contents([(0x44, bytes)]) == [Array(bytes[2..<byteCount])], "\(identifier)")
        }
        for length in UInt8(3)...80 {
            let bytes = [0x09, 0, length] + rest
            #expect(Self.contents([(0x44, bytes)]) == [Array(bytes[2..<min(64, Int(length))])], "\(length)")
        }
    }

    @Test func `a capability that lies about its length has no bytes, and the list goes on behind it`() {
        let last: [UInt8] = [0x05, 0, 0x80, 0]
        for (offset, head) in [
            (0x50, [0x09, 0x48, 0]), (0x50, [0x09, 0x48, 1]), (0xF0, [0x09, 0x48, 17]), (0xF8, [0x11, 0x48, 0]),
            (0xFC, [0x01, 0x48, 0]), (0xF8, [0x10, 0x48, 0]),
        ] as [(Int, [UInt8])] {
            var machine = Self.machine([(offset, head), (0x48, last)])
            let found = machine.discover()
            #expect(found.facts.functions[0].capabilities.map(\.contents) == [[], [0x80, 0]])
            #expect(found.oddities.contains(Oddity(.capabilityLength, at: 0x8000 + UInt64(offset))))
        }
        // The same, ending with the last byte.
        for (offset, head) in [
            (0xF0, [0x09, 0, 16]), (0xF4, [0x11, 0, 0]), (0xF8, [0x01, 0, 0]), (0xFC, [0x05, 0, 0]),
        ]
            as [(Int, [UInt8])]
        {
            var machine = Self.machine([(offset, head)])
            #expect(!machine.discover().oddities.map(\.kind).contains(.capabilityLength), "\(offset)")
        }
    }

    @Test func `each place of a list is read once, however long the list`() {
        // 48 capabilities, each as long as can be, one inside the other.
        let list = (16..<64).map { place in
            (offset: 4 * place, bytes: [0x09, UInt8(truncatingIfNeeded: 4 * place + 4), 64] as [UInt8])
        }
        var machine = Self.machine(list)
        let before = machine.discover()
        #expect(before.facts.functions[0].capabilities.count == 48)
        #expect(before.oddities.count { $0.kind == .capabilityLength } == 15)
        var empty = Self.machine([])
        _ = empty.discover()
        #expect(machine.accessCount - empty.accessCount <= 48 * 16)
    }

    @Test func `numbers are taken from what was read, the low byte first, and from nothing else`() {
        let capability = Capability(identifier: 9, offset: 0x40, contents: [0x12, 0x34, 0x56, 0x78, 0x9A])
        #expect(capability.number(at: 2, 4) == 0x7856_3412)
        #expect(capability.number(at: 3, 2) == 0x5634)
        #expect(capability.number(at: 6, 1) == 0x9A)
        for (offset, byteCount) in [(0, 1), (1, 2), (6, 2), (4, 4), (7, 1), (255, 4)] as [(UInt8, UInt8)] {
            #expect(capability.number(at: offset, byteCount) == nil)
        }
        for identifier in [0x01, 0x05, 0x10, 0x11] as [UInt8] {
            let cut = Capability(identifier: identifier, offset: 0x40, contents: [0x12])
            #expect(cut.powerState == nil && cut.messageCount == nil && cut.messageTable == nil && cut.express == nil)
        }
    }

    /// As the sources of QEMU 7.2 set the cards up: hw/net/e1000e.c, hw/usb/hcd-xhci-pci.c, hw/nvme/ctrl.c.
    @Test func `the tables of messages are where QEMU puts them`() throws {
        let expected: [UInt16: [UInt32]] = [
            0x10D3: [5, 3, 0x0, 3, 0x2000], 0x000D: [16, 0, 0x3000, 0, 0x3800], 0x0010: [65, 0, 0x2000, 0, 0x3000],
        ]
        var found: Set<UInt16> = []
        for machine in RecordedMachine.all {
            for function in try machine.recording.replay().facts.functions {
                guard let numbers = expected[function.device],
                    let messages = function.capabilities.compactMap(\.messageTable).first
                else { continue }
                let (table, pending) = (messages.table, messages.pending)
                #expect(
                    numbers
                        == [
                            messages.vectorCount, UInt32(table.bar), table.offset, UInt32(pending.bar), pending.offset,
                        ], "\(machine.name) \(function.address)")
                found.insert(function.device)
            }
        }
        #expect(found == Set(expected.keys))
    }

    @Test func `the standard's capabilities are those that lspci prints of the same machine`() throws {
        let machine = try #require(RecordedMachine.all.first { $0.name == "q35" })
        let facts = try machine.recording.replay().facts
        let file = machine.file.deletingPathExtension().appendingPathExtension("lspci")
        var printed: [String] = []
        var place = ""
        for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
            if !line.hasPrefix("\t"), line.contains(" [") { place = String(line.prefix(7)) }
            guard let match = line.firstMatch(of: /Capabilities: \[(..)\] (MSI-X|MSI|Express|Power)\b/) else {
                continue
            }
            printed.append("\(place) \(match.1) \(match.2)")
        }
        var ours: [String] = []
        for function in facts.functions {
            let address = function.address
            let place =
                (address.bus < 16 ? "0" : "") + String(address.bus, radix: 16) + ":"
                + (address.device < 16 ? "0" : "") + String(address.device, radix: 16) + ".\(address.function)"
            for capability in function.capabilities {
                var words: String?
                if capability.powerState != nil { words = "Power" }
                if capability.messageCount != nil { words = "MSI" }
                if capability.messageTable != nil { words = "MSI-X" }
                if capability.express != nil { words = "Express" }
                if let words { ours.append("\(place) \(String(capability.offset, radix: 16)) \(words)") }
            }
        }
        #expect(ours == printed)
        #expect(ours.count > 10)
    }

    @Test func `the bridges of a recorded machine are root ports, and payloads are ones that could be`() throws {
        let machine = try #require(RecordedMachine.all.first { $0.name == "q35-cards" })
        var types: Set<UInt8> = []
        for function in try machine.recording.replay().facts.functions {
            for express in function.capabilities.compactMap(\.express) {
                #expect(express.payloadByteCount <= express.payloadLimit)
                #expect((express.type == 4) == (function.headerType == 1), "\(function.address)")
                types.insert(express.type)
            }
        }
        #expect(types.contains(0) && types.contains(4))
    }
}
