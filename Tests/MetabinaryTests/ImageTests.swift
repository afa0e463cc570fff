// The image reader on images that are as they should be, and on frames that are not.

import Checksum
import Hardware
import Metabinary
import Program
import RuleCompiler
import Testing

@Suite struct ImageTests {
    @Test func `The shipped atlas describes a card that its identity finds`() throws {
        let image = try MetabinaryImage(try Rules.atlas())
        let card = PCIFunction(address: FunctionAddress(bus: 0, device: 3, function: 0), vendor: 0x8086, device: 0x100E)
        let device = image.devices[try #require(image.mostSpecificDevice(for: card))]
        #expect(String(decoding: device.name, as: UTF8.self) == "e1000")
        #expect(String(decoding: device.className, as: UTF8.self) == "ring_nic")
        #expect(device.classVersion == 2)
        #expect(device.itsClass.ancestors.map { String(decoding: $0, as: UTF8.self) } == ["packet_nic", "nic"])
        #expect(String(decoding: device.ruleFile, as: UTF8.self) == "e1000.meta")
        #expect(device.windows.map { String(decoding: $0.name, as: UTF8.self) } == ["regs"])
        #expect(device.windows.map(\.bar) == [0])
        #expect(device.windows.map(\.isMemory) == [true])
        #expect(device.windows.map(\.minimumByteCount) == [0x5408])
        #expect(device.windows.map(\.line) == [14])
        #expect(
            device.functions.map { String(decoding: $0.name, as: UTF8.self) } == [
                "link", "mac", "bringup", "transmit", "notify", "receive", "giveback",
            ])
        #expect(
            device.functions.map { String(decoding: $0.resultName, as: UTF8.self) } == [
                "up", "address", "outcome", "outcome", "none", "outcome", "outcome",
            ])
        #expect(device.functions.map(\.resultBitCount) == [1, 48, 8, 40, 0, 40, 8])
        #expect(device.functions.map(\.resultType) == [.boolean, .u64, .u8, .u64, .void, .u64, .u8])
    }

    @Test func `A function of another vendor or device has no description`() throws {
        let image = try MetabinaryImage(try Rules.compile(body: "return 1"))
        func index(_ vendor: UInt16, _ device: UInt16) -> Int? {
            let address = FunctionAddress(bus: 0, device: 3, function: 0)
            return image.mostSpecificDevice(for: PCIFunction(address: address, vendor: vendor, device: device))
        }
        #expect(index(0x1234, 0x0001) == 0)
        #expect(index(0x1234, 0x0002) == 0)
        #expect(index(0x1234, 0x0003) == nil)
        #expect(index(0x3412, 0x0001) == nil)
        #expect(index(0xFFFF, 0xFFFF) == nil)
    }

    @Test func `Of several descriptions the most specific is taken, whatever their order`() throws {
        let matches = ["class 2 0 0", "vendor 1 device 1", "vendor 1 device 1 without capability 9"]
        let devices = zip(["a", "b", "c"], matches).map { name, match in
            "device \(name) is k { match pci \(match) generate one() -> value: u8 { return 1 } }\n"
        }
        for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
            let text = "class k 1 { require one() -> value: u8 }\n" + order.map { devices[$0] }.joined()
            let compilation = RuleCompiler.compile([RuleSource(name: "d.meta", text: text)])
            let image = try MetabinaryImage(try #require(compilation.metabinary, "\(compilation.diagnostics)"))
            func name(_ device: UInt16, _ capabilities: [UInt8]) -> String? {
                let address = FunctionAddress(bus: 0, device: 3, function: 0)
                var function = PCIFunction(address: address, vendor: 1, device: device)
                function.classCode = 0x02_00_00
                function.capabilities = capabilities.map { Capability(identifier: $0, offset: 0x40) }
                return image.mostSpecificDevice(for: function).map {
                    String(decoding: image.devices.name(at: $0), as: UTF8.self)
                }
            }
            #expect(name(1, []) == "c" && name(1, [5, 17]) == "c")
            #expect(name(1, [9]) == "b" && name(1, [5, 9]) == "b")
            #expect(name(2, []) == "a" && name(2, [9]) == "a")
        }
    }

    @Test func `A class comes behind the one that it is`() throws {
        let text = """
            class c 1 is b { generate two() -> value: u8 { return 2 } }
            class a 1 { require one() -> value: u8 }
            class b 1 is a { require two() -> value: u8 }
            device d is c { match pci vendor 1 device 1 generate one() -> value: u8 { return 1 } }
            """
        let image = try MetabinaryImage(
            try #require(RuleCompiler.compile([RuleSource(name: "d.meta", text: text)]).metabinary))
        #expect(image.classes.map { String(decoding: $0.name, as: UTF8.self) } == ["a", "b", "c"])
        let lines = image.classes.map { $0.ancestors.map { String(decoding: $0, as: UTF8.self) } }
        #expect(lines == [[], ["a"], ["b", "a"]])
        #expect(image.devices[0].functions.map { String(decoding: $0.name, as: UTF8.self) } == ["one", "two"])
        // A class that stands in for itself, and one that is not there.
        var bytes = Rules.image()
        let parent = Rules.registerOffset - 13
        for value in [1, 2] as [UInt8] {
            bytes[parent] = value
            #expect(throws: MetabinaryError.badIndex(at: parent)) { try MetabinaryImage(Rules.sealed(bytes)) }
        }
    }

    @Test func `The checksum is the CRC-32 of the standard's check value`() {
        #expect(CRC32.checksum(of: "123456789".utf8) == 0xCBF4_3926)
        #expect(CRC32.checksum(of: []) == 0)
    }

    @Test func `A wrong frame names what is wrong`() throws {
        let bytes = try Rules.atlas()
        func error(_ edit: (inout [UInt8]) -> Void) -> MetabinaryError? {
            var edited = bytes
            edit(&edited)
            return #expect(throws: MetabinaryError.self) { try MetabinaryImage(edited) }
        }
        let size = UInt32(bytes.count)
        #expect(error { $0 = [] } == .tooShort(byteCount: 0))
        #expect(error { $0 += [UInt8](repeating: 0, count: 0x1_0000) } == .tooLong(byteCount: bytes.count + 0x1_0000))
        for index in 0..<4 { #expect(error { $0[index] ^= 1 } == .badMagic) }
        #expect(error { $0[4] = 1 } == .unsupportedVersion(1))
        #expect(error { $0[5] += 1 } == .wrongByteCount(stated: size + 1, actual: bytes.count))
        #expect(error { $0.append(0) } == .wrongByteCount(stated: size, actual: bytes.count + 1))
        for index in stride(from: 9, to: bytes.count, by: 29) {
            guard case .wrongChecksum = error({ $0[index] ^= 0x10 }) else {
                Issue.record("byte \(index): not a wrong checksum")
                continue
            }
        }
        #expect(
            error {
                $0.insert(0, at: bytes.count - 4); $0 = Rules.sealed($0)
            } == .bytesLeftOver(at: bytes.count - 4))
    }
}
