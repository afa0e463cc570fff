// Which model-specific registers the boot writes: those of a list, found in the text of the sources, because no machine
// of a test has any.

import Foundation
import Testing

@Suite struct `Model-specific registers` {
    /// What may be written, as it stands in the source. Of a register that a processor does not have the write is a
    /// fault, and most others belong to firmware: microcode, thermal limits, ranges of memory types.
    ///
    /// Source: Intel SDM, volume 4, table 2-2.
    private static let allowed = [
        "0xC0000080": "IA32_EFER: long mode and pages that do not execute",
        "0x1A0": "IA32_MISC_ENABLE: bits 34 and 22, which hide both from CPUID",
        "0x277": "IA32_PAT: one entry that combines writes",
    ]

    @Test func `are written nowhere but where the list says`() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        var count = 0
        for folder in ["Boot", "Sources/Kernel"] {
            let names = try FileManager.default.subpathsOfDirectory(atPath: root.appending(path: folder).path)
            for name in names where name.contains(".") {
                guard let text = try? String(contentsOf: root.appending(path: "\(folder)/\(name)"), encoding: .utf8)
                else {
                    continue
                }
                var values: [Substring: Substring] = [:]
                var selected: Substring = "nothing"
                for line in text.split(separator: "\n") {
                    let code = line.split(separator: ";", omittingEmptySubsequences: false)[0]
                    if let found = code.firstMatch(of: #/^(\w+) +equ +(\w+)/#) { values[found.1] = found.2 }
                    if let found = code.firstMatch(of: #/mov ecx, (\w+)/#) { selected = values[found.1] ?? found.1 }
                    guard code.contains("wrmsr") else { continue }
                    count += 1
                    #expect(Self.allowed[String(selected)] != nil, "\(folder)/\(name) writes \(selected)")
                }
            }
        }
        #expect(count > 0, "the switch to long mode was not seen")
    }
}
