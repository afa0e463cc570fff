// A machine without our options: `qemu-system-x86_64 -cdrom metaos.iso` and nothing else shows on its screen what happened
// and then halts. Read back from the memory of the screen.

import Foundation
import MachineFiles
import Machines
import Testing

@Suite("A screen")
struct ScreenTests {
    @Test("shows the end of the report and that the machine may be switched off", arguments: [true, false])
    func showsTheEnd(hasSerialPort: Bool) throws {
        var description = MachineDescription(.pc, .cdrom(path: Images.disc))
        description.processor = "qemu64"
        description.hasDefaultDevices = true
        description.hasDebugExit = false
        description.hasMonitor = true
        description.instructionTimePower = 5
        description.hasSerialPort = hasSerialPort
        let machine = try Machine(starting: description)
        defer { machine.stop() }
        if hasSerialPort { machine.listen(within: Images.timeLimit) }
        var lines: [String] = []
        let deadline = ContinuousClock.now + Images.timeLimit
        while ContinuousClock.now < deadline {
            lines = try machine.screen().lines
            // Not while a row is on its way up.
            if lines.last == "", lines.dropLast().last?.hasSuffix("switch off this machine.") == true { break }
            usleep(50_000)
        }
        let text = lines.joined(separator: "\n")
        #expect(lines.last { !$0.isEmpty } == "It is now safe to switch off this machine.", "\(text)")
        #expect(text.contains(/verdict passed nonce=[0-9a-f]{16} tests=11 failed=0/), "\(text)")
        #expect(text.contains("result 00:03.0 e1000.mac address=52:54:00:12:34:56"), "\(text)")
        #expect(text.contains("ok 6 00:03.0 e1000.mac keeps its contract"), "\(text)")
        machine.stop()
        if hasSerialPort {
            // Row by row: what is wider than the screen goes on from a word's beginning. The last row is empty.
            let shown = machine.result.report.records.filter { !$0.isToldLater }
            let said = shown.map(\.line) + ["It is now safe to switch off this machine."]
            let rows = said.flatMap { $0.wrapped(rest: "  ") }
            #expect(rows.count > said.count)
            #expect(lines == rows.suffix(24) + [""])
        }
        if hasSerialPort { #expect(machine.result.outcome == .passed) }
    }
}
