// The machines of Tests/Fixtures/machines for the tests of this target: recordings, and a dump of the same machine.

import Foundation
import Hardware
import Recording
import ReportReading

@testable import MachineFiles

enum Fixtures {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fixtures/machines")

    static func text(_ name: String) throws -> String {
        try String(contentsOf: folder.appending(path: name), encoding: .utf8)
    }

    /// The text of lspci of a card, as somebody pasted it.
    static func pasted(_ name: String) throws -> String {
        try String(
            contentsOf: folder.deletingLastPathComponent().appending(path: "lspci/\(name).lspci"), encoding: .utf8)
    }

    /// The facts of a recorded machine.
    static func facts(_ name: String) throws -> MachineFacts {
        try Recording(text: text("\(name).recording")).replay().facts
    }

    /// What `lspci -vvxxxx -nn` prints of the machine of q35.recording.
    static func verboseDump() throws -> String { try text("q35.lspci") }

    /// What `lspci -xxxx -nn` prints of it.
    static func terseDump() throws -> String {
        try verboseDump().split(separator: "\n", omittingEmptySubsequences: false).filter { !$0.hasPrefix("\t") }
            .joined(separator: "\n")
    }

    /// A dump with so many bytes of configuration space a function.
    static func shortDump(_ byteCount: Int) throws -> String {
        try terseDump().split(separator: "\n", omittingEmptySubsequences: false).filter { line in
            guard let colon = line.firstIndex(of: ":"), let offset = Int(line[..<colon], radix: 16),
                line[line.index(after: colon)...].hasPrefix(" ")
            else { return true }
            return offset < byteCount
        }.joined(separator: "\n")
    }
}
