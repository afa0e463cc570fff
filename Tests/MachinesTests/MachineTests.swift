// Machines in QEMU: how each way to end is told apart, and that none of them hangs or leaves a process behind.

import Foundation
import Testing

@testable import Machines
@testable import ReportReading

@Suite(.serialized) struct `Machine in QEMU` {
    private let limit = Duration.seconds(20)

    private func boot(
        _ image: BootImage, _ board: MachineDescription.Board = .microvm, within limit: Duration = .seconds(20)
    ) throws -> BootResult {
        try Machine.boot(MachineDescription(board, image.kernel()), within: limit)
    }

    @Test(arguments: MachineDescription.Board.allCases)
    func `a kernel that passes is taken for that on every board`(board: MachineDescription.Board) throws {
        let image = try BootImage(saying: CannedReport.passed)
        var lines: [String] = []
        let result = try Machine.boot(MachineDescription(board, image.kernel()), within: limit) {
            lines.append($0.line)
        }
        #expect(result.outcome == .passed)
        #expect(result.ending == .exited(status: 33))
        #expect(result.serial == CannedReport.passed)
        #expect(lines.count == 5 && lines == result.report.records.map(\.line))
        let first = try #require(result.timeToFirstRecord)
        let verdict = try #require(result.timeToVerdict)
        #expect(first > .zero && first <= verdict && verdict < limit)
    }

    @Test(arguments: [MachineDescription.Board.pc, .q35])
    func `disks and CDs boot`(board: MachineDescription.Board) throws {
        let image = try BootImage(saying: CannedReport.passed)
        for medium in [try image.disk(), try image.cdrom()] {
            #expect(try Machine.boot(MachineDescription(board, medium), within: limit).outcome == .passed)
        }
    }

    @Test func `a good report of another boot is none`() throws {
        let image = try BootImage(saying: CannedReport.passed)
        var description = MachineDescription(.microvm, try image.kernel())
        description.medium = .kernel(path: description.medium.path, commandLine: "")
        guard case .failed(let reason) = try Machine.boot(description, within: limit).outcome else {
            Issue.record("a replayed report was taken for a pass")
            return
        }
        #expect(reason.hasPrefix("a report of another boot: its nonce is 0123456789abcdef by option"))
    }

    @Test func `report and exit status must agree`() throws {
        for (report, value) in [(CannedReport.passed, 0x11), (CannedReport.passed, 0), (CannedReport.failed, 0x10)] {
            let result = try boot(BootImage(saying: report, value: value))
            #expect(result.ending == .exited(status: Int32(2 * value + 1)))
            guard case .failed = result.outcome else {
                Issue.record("\(result.outcome)")
                return
            }
        }
        #expect(try boot(BootImage(saying: CannedReport.failed, value: 0x11)).outcome == .failed(reason: "no memory"))
    }

    @Test func `a triple fault fails, behind a good report too`() throws {
        for report in [[], CannedReport.passed, Array(CannedReport.passed.prefix(90))] {
            let result = try boot(BootImage(saying: report, then: .tripleFault))
            #expect(result.ending == .exited(status: 0))
            guard case .failed(let reason) = result.outcome else {
                Issue.record("\(result.outcome)")
                return
            }
            #expect(reason.contains("triple fault") || reason.contains("damaged"))
        }
    }

    @Test func `a machine that hangs is ended when its time is up`() throws {
        let image = try BootImage(saying: Array(CannedReport.passed.dropLast(50)), then: .halt)
        let start = ContinuousClock.now
        let machine = try Machine(starting: MachineDescription(.microvm, image.kernel()))
        #expect(!machine.listen(within: .milliseconds(400)))
        let result = try machine.finish()
        #expect(ContinuousClock.now - start < .seconds(5))
        #expect(result.outcome == .timedOut)
        #expect(!result.report.records.isEmpty)
        #expect(kill(machine.processIdentifier, 0) == -1 && errno == ESRCH)
    }

    @Test func `a machine that halts without a verdict is ended at once, one that works is not`() throws {
        let image = try BootImage(saying: Array(CannedReport.passed.dropLast(50)), then: .halt)
        for board in MachineDescription.Board.allCases {
            var description = MachineDescription(board, try image.kernel())
            description.hasMonitor = true
            let start = ContinuousClock.now
            let result = try Machine.boot(description, within: .seconds(120))
            #expect(result.ending == .halted && result.report.damage.isEmpty)
            #expect(
                result.outcome
                    == .failed(reason: "incomplete: the report ends before a verdict; the machine has halted"))
            #expect(ContinuousClock.now - start < .seconds(100))
        }
        let busy = try BootImage(saying: Array(CannedReport.passed.dropLast(50)), then: .spin)
        var description = MachineDescription(.microvm, try busy.kernel())
        description.hasMonitor = true
        #expect(try Machine.boot(description, within: .seconds(2)).outcome == .timedOut)
    }

    @Test func `a machine that floods the line is ended`() throws {
        let image = try BootImage(saying: CannedReport.passed, then: .flood)
        let machine = try Machine(starting: MachineDescription(.microvm, image.kernel()), outputLimit: 32 << 10)
        machine.listen(within: limit)
        let result = try machine.finish()
        #expect(result.ending == .flooded)
        guard case .failed = result.outcome else {
            Issue.record("\(result.outcome)")
            return
        }
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func `an injured line never makes a good run`(seed: UInt64) throws {
        let injury = SerialInjury(seed: seed, lostPerMillion: 8_000, flippedPerMillion: 8_000)
        let image = try BootImage(saying: CannedReport.passed)
        let result = try Machine.boot(MachineDescription(.microvm, image.kernel()), within: limit, injury: injury)
        #expect(result.ending == .exited(status: 33))
        #expect(result.serial != CannedReport.passed, "seed \(seed) harms nothing: choose another")
        #expect(!result.report.damage.isEmpty)
        #expect(result.outcome == .failed(reason: "\(result.report.outcome)"))
    }

    @Test func `a machine that is let go is gone`() throws {
        let image = try BootImage(saying: [], then: .halt)
        var description = MachineDescription(.microvm, try image.kernel())
        description.hasMonitor = true
        var machine: Machine? = try Machine(starting: description)
        let identifier = try #require(machine?.processIdentifier)
        #expect(kill(identifier, 0) == 0)
        machine = nil
        #expect(kill(identifier, 0) == -1 && errno == ESRCH)
    }

    @Test func `a counting machine gives the same report`() throws {
        let image = try BootImage(saying: CannedReport.passed)
        var description = MachineDescription(.pc, try image.kernel())
        description.countsInstructions = true
        #expect(try Machine.boot(description, within: limit).outcome == .passed)
    }

    @Test func `what cannot start says why`() throws {
        #expect(throws: MachineError.emulatorMissing(searchPath: "/nowhere:/else")) {
            try Emulator(searchPath: "/nowhere:/else")
        }
        #expect(throws: MachineError.imageMissing(path: "nowhere.iso", errorNumber: ENOENT)) {
            try Machine(starting: MachineDescription(.pc, .cdrom(path: "nowhere.iso")))
        }
        let image = try BootImage(saying: [])
        var description = MachineDescription(.pc, try image.kernel())
        description.devices = ["no-such-card"]
        let error = #expect(throws: MachineError.self) { try Machine.boot(description, within: limit) }
        guard case .refused(let message) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(message.contains("no-such-card"))
    }

    // MARK: - The monitor

    @Test func `a machine that halts after its verdict can be asked and looked at`() throws {
        let image = try BootImage(saying: CannedReport.passed, then: .halt)
        var description = MachineDescription(.pc, try image.disk())
        description.hasDebugExit = false
        description.hasMonitor = true
        description.devices = ["e1000,addr=05.0"]
        let machine = try Machine(starting: description)
        #expect(machine.listen(within: limit))
        let functions = try machine.monitor("info pci")
        #expect(functions.contains("Bus  0, device   5, function 0"))
        #expect(functions.contains("8086:100e"))
        #expect(!functions.contains("\r"))
        #expect(try machine.screen().lines.first == "safe to switch off")
        #expect(try machine.memory(at: 0x7DFE, byteCount: 2) == [0x55, 0xAA])
        for (name, magic) in [("a.ppm", Array("P6\n".utf8)), ("a.png", [0x89, 0x50, 0x4E, 0x47])] {
            let path = image.directory.file(name)
            try machine.photograph(to: path)
            #expect(try Data(contentsOf: URL(filePath: path)).starts(with: magic))
        }
        #expect(throws: MachineError.self) { try machine.monitor("no-such-command") }
        let result = try machine.finish()
        #expect(result.ending == .stopped)
        #expect(result.outcome == .passed)
        #expect(throws: MachineError.monitorAbsent) { try machine.monitor("info pci") }
    }

    @Test func `a running machine can be asked before its report is whole`() throws {
        let image = try BootImage(saying: CannedReport.passed, then: .halt)
        var description = MachineDescription(.microvm, try image.kernel())
        description.hasMonitor = true
        let machine = try Machine(starting: description)
        #expect(machine.listen(within: limit, until: { $0.number == 0 }))
        #expect(try machine.monitor("info status").contains("running"))
    }
}
