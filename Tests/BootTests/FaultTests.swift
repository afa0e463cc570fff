// Faults that the kernel provokes on request: each is reported by name, with the activity, and fails the run.

import Machines
import ReportReading
import Testing

@Suite("A deliberate fault")
struct FaultTests {
    /// A row a fault: its name on the command line, the name that the report gives it, the vector where there is one.
    struct Row: Sendable, CustomTestStringConvertible {
        var option: String
        var name: String
        var vector: Int?
        var testDescription: String { option }
    }

    static let rows = [
        Row(option: "page-fault", name: "page-fault", vector: 14),
        Row(option: "write-to-text", name: "page-fault", vector: 14),
        Row(option: "execute-data", name: "page-fault", vector: 14),
        Row(option: "stack-overflow", name: "stack-overflow", vector: 14),
        Row(option: "invalid-opcode", name: "invalid-opcode", vector: 6),
        Row(option: "swift-trap", name: "swift-trap", vector: 6),
        Row(option: "divide-error", name: "divide-error", vector: 0),
        Row(option: "double-fault", name: "double-fault", vector: 8),
        Row(option: "expired-wait", name: "expired-wait", vector: nil),
    ]

    @Test("is reported by name and fails", arguments: rows)
    func isReported(_ row: Row) throws {
        let result = try Images.boot(.plain, options: "fault=\(row.option)")
        let fault = try #require(result.report.faults.first, "\(result.tail)")
        #expect(result.report.faults.count == 1)
        #expect(String(decoding: fault.name, as: UTF8.self) == row.name)
        #expect(fault.vector == row.vector)
        #expect(String(decoding: fault.activity, as: UTF8.self) == "provoking a fault")
        #expect(result.report.damage.isEmpty)
        #expect(result.report.verdict?.outcome == .failed)
        #expect(result.ending == .exited(status: Ending.status(of: .failed)))
        guard case .failed = result.outcome else {
            Issue.record("a fault was taken for \(result.outcome)")
            return
        }
    }

    @Test("of a page names the address and the kind of access")
    func namesTheAddress() throws {
        // Error codes: Intel SDM, volume 3A, section 4.7: bit 0 protection, bit 1 write, bit 4 instruction fetch.
        let read = try #require(Images.boot(.plain, options: "fault=page-fault").report.faults.first)
        #expect(read.address == 0x7FFF_F000 && read.errorCode == 0)
        let write = try #require(Images.boot(.plain, options: "fault=write-to-text").report.faults.first)
        #expect(write.address == 0x10_0000 && write.errorCode == 3)
        let fetch = try #require(Images.boot(.plain, options: "fault=execute-data").report.faults.first)
        #expect(fetch.address == fetch.instruction && fetch.errorCode == 0x11)
    }

    @Test("of a wait names the wait and its bound")
    func namesTheWait() throws {
        let fault = try #require(Images.boot(.plain, options: "fault=expired-wait").report.faults.first)
        #expect(String(decoding: fault.subject, as: UTF8.self) == "a bit that is never set")
        #expect(fault.boundMicroseconds == 1000)
    }

    @Test("that the kernel does not know is refused before anything else")
    func isUnknown() throws {
        let result = try Images.boot(.plain, options: "fault=none-of-these")
        let fault = try #require(result.report.faults.first)
        #expect(String(decoding: fault.name, as: UTF8.self) == "unknown-option")
        #expect(result.report.facts.functions.isEmpty)
        #expect(result.outcome != .passed)
    }

    @Test("is told whole though the command line is longer than a record")
    func survivesALongCommandLine() throws {
        let result = try Images.boot(.plain, options: "fault=page-fault " + String(repeating: "x", count: 500))
        #expect(result.report.errors.isEmpty && result.report.damage.isEmpty, "\(result.tail)")
        let fault = try #require(result.report.faults.first)
        #expect(String(decoding: fault.name, as: UTF8.self) == "unknown-option")
        #expect(String(decoding: fault.activity, as: UTF8.self) == "reading the options")
    }
}
