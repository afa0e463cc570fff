// Accesses as QEMU tells them, made by hand for the driver of a saved report: under which names they are shown, what is told
// once, and what is no access of the driver's.

import Foundation
import Hardware
import Machines
import Pipeline
import ReportReading
import RuleCompiler
import Testing

@testable import Inspection

@Suite struct `Listing of accesses` {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private let report: MachineReport
    private let stages: RuleStages
    private let driver: GeneratedDriver
    /// Where the card's registers are, and where the records of its functions are over.
    private let base: UInt64
    private let end: Int

    init() throws {
        let saved = try Data(contentsOf: Self.root.appending(path: "Tests/Fixtures/boots/pc.report"))
        report = MachineReport(bytes: saved, isCut: true)
        let folder = Self.root.appending(path: "Sources/Atlas")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".meta") }
        stages = RuleStages(
            try files.map { name in
                RuleSource(name: name, text: try String(contentsOf: folder.appending(path: name), encoding: .utf8))
            })
        driver = try #require(report.drivers.first).driver
        base = try #require(driver.windows.first).physical.rawValue
        end = try #require(report.records.lastIndex { $0.isKind("drivers") }) + 1
    }

    private func access(
        _ offset: UInt64, _ value: UInt64, isWrite: Bool = true, in name: String = "bringup", count: Int = 1,
        byteCount: Int = 4
    ) -> DeviceAccess {
        let function = driver.functions.first { String(decoding: $0.name, as: UTF8.self) == name }
        var access = DeviceAccess(
            address: base + offset, byteCount: byteCount, isWrite: isWrite, value: value,
            code: (function?.entry.rawValue ?? 0) + 2, recordCount: end)
        access.count = count
        return access
    }

    private func lines(_ accesses: [DeviceAccess], _ stages: RuleStages?) -> [String] {
        AccessListing(of: accesses, in: report, stages).lines.filter { !$0.hasPrefix("#") }
    }

    @Test func `registers and the bits that are set have the names of the rules`() {
        let accesses = [
            access(0x0000, 0x0400_0040), access(0x0008, 0x8008_0783, isWrite: false, in: "link"),
            access(0x0400, 0x0004_00FA), access(0x0008, 0, isWrite: false, count: 1203),
        ]
        #expect(
            lines(accesses, stages) == [
                "00:03.0 e1000.bringup  CTRL <- 0x0400_0040 (SLU, RST)",
                "00:03.0 e1000.link     STATUS -> 0x8008_0783 (LU)",
                "00:03.0 e1000.bringup  TCTL <- 0x0004_00fa (EN, PSP, CT(0xf), COLD(0x40))",
                "00:03.0 e1000.bringup  STATUS -> 0x0000_0000, 1203 times",
            ])
        #expect(lines(Array(accesses.prefix(1)), nil) == ["00:03.0 e1000.bringup  CTRL <- 0x0400_0040"])
    }

    @Test func `an array that is filled, and lines that repeat, are told once`() {
        let filled = (0..<128).map { access(0x5200 + 4 * $0, 0) } + [access(0x5200, 1)]
        #expect(
            lines(filled, stages) == [
                "00:03.0 e1000.bringup  MTA[0…127] <- 0x0000_0000", "00:03.0 e1000.bringup  MTA[0] <- 0x0000_0001",
            ])
        let cycle = [access(0, 0x40), access(8, 2, isWrite: false), access(8, 0, isWrite: false)]
        let rows = [
            "00:03.0 e1000.bringup  CTRL <- 0x0000_0040 (SLU)", "00:03.0 e1000.bringup  STATUS -> 0x0000_0002 (LU)",
            "00:03.0 e1000.bringup  STATUS -> 0x0000_0000",
        ]
        #expect(lines(cycle, stages) == rows)
        #expect(lines(cycle + cycle + cycle, stages) == rows + ["  … the last 3 lines 2 times more"])
        #expect(lines(cycle + cycle + [cycle[0]], stages) == rows + ["  … the last 3 lines 1 time more", rows[0]])
    }

    @Test func `what is no register of the function's device is left out`() {
        var foreign = access(0, 1)
        foreign.address = 0xFEE0_0380
        var kernels = access(0, 1)
        kernels.code = 0x4FFF_0000
        #expect(lines([foreign, kernels], stages).isEmpty)
    }

    @Test func `the records of the outcome stand between the accesses that they came after`() throws {
        let index = try #require(report.records.firstIndex { $0.line.hasPrefix("result 00:03.0 e1000.link") })
        var late = access(0x0008, 0, isWrite: false, in: "link")
        late.recordCount = index + 1
        let all = AccessListing(of: [access(0x0008, 2, isWrite: false, in: "link"), late], in: report, stages).lines
        let place = try #require(all.firstIndex { $0.hasPrefix("# result 00:03.0 e1000.link") })
        #expect(all[..<place].contains("00:03.0 e1000.link  STATUS -> 0x0000_0002 (LU)"))
        #expect(all[(place + 1)...].first == "00:03.0 e1000.link  STATUS -> 0x0000_0000")
        #expect(all.last?.hasPrefix("# verdict passed ") == true)
    }
}
