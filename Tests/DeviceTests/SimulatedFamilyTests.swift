// Every family of the atlas has a simulated card: a family without one would be exercised by QEMU's model alone, which is
// never late and never fails.

import Foundation
import Testing

@Suite struct SimulatedFamilyTests {
    @Test func `every family of the atlas has a simulated card`() throws {
        let atlas = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Sources/Atlas")
        let files = try FileManager.default.contentsOfDirectory(at: atlas, includingPropertiesForKeys: nil)
        let names = try files.filter { $0.pathExtension == "meta" }.flatMap { file in
            try String(contentsOf: file, encoding: .utf8).matches(of: #/\ndevice (\w+) is /#).map { String($0.1) }
        }
        #expect(Set(names) == Set(DriverUnderTest.families.map(\.deviceName)))
    }
}
