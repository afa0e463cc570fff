// Machines whose report comes by another port than the PC's first: the second, where the first is missing, and the one that
// ACPI names, beside the first. What a UART does that lies is tested on the host.

import Foundation
import Machines
import ReportReading
import Testing

@Suite("The serial port")
struct SerialPortTests {
    /// A machine of which we hear what it says at that port, with a second UART that nobody hears or none.
    private func description(port: UInt16, hasFirst: Bool) -> MachineDescription {
        var description = Scenario.plain.description()
        description.hasSerialPort = false
        description.extraArguments = ["-chardev", "stdio,id=heard,signal=off"]
        description.extraArguments += ["-device", "isa-serial,chardev=heard,iobase=\(port),irq=5,index=1"]
        if hasFirst {
            description.extraArguments += ["-chardev", "null,id=unheard"]
            description.extraArguments += ["-device", "isa-serial,chardev=unheard,index=0"]
        }
        return description
    }

    @Test("is the PC's second where there is no first")
    func isSecond() throws {
        let result = try Machine.boot(description(port: 0x2F8, hasFirst: false), within: Images.timeLimit)
        #expect(result.outcome == .passed, "\(result.tail)")
    }

    @Test("that ACPI names has the whole report, from the first record on", arguments: [0x2F8, 0x3E8] as [UInt16])
    func isNamed(port: UInt16) throws {
        let path = "/tmp/metaos-\(UUID().uuidString).spcr"
        defer { try? FileManager.default.removeItem(atPath: path) }
        // Behind the header, which QEMU makes: interface, reserved, generic address in ports, and the rest, which is not read.
        let table = [0, 0, 0, 0, 1, 8, 0, 1, UInt8(port & 0xFF), UInt8(port >> 8)] + [UInt8](repeating: 0, count: 34)
        try Data(table).write(to: URL(filePath: path))
        var description = description(port: port, hasFirst: true)
        description.extraArguments += ["-acpitable", "sig=SPCR,rev=2,data=\(path)"]
        let result = try Machine.boot(description, within: Images.timeLimit)
        #expect(result.outcome == .passed, "\(result.tail)")
        #expect(result.report.records.first?.number == 0)
    }
}
