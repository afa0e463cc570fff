// Which families of the atlas have a simulated card. A family without one is exercised by QEMU's model alone, which is never
// late and never fails: that is said here, and nowhere is it overlooked.

import Foundation
import Testing

@Suite struct SimulatedFamilyTests {
    /// Descriptions without a simulated card, and what stands in for it.
    private static let others = [
        "pcnet": "QEMU's model, driven by boots and floods; PCnetReach judges mutants of its driver"
    ]

    @Test func `every family of the atlas has a simulated card, or it is said what stands in for it`() throws {
        let atlas = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Sources/Atlas")
        let files = try FileManager.default.contentsOfDirectory(at: atlas, includingPropertiesForKeys: nil)
        let names = try files.filter { $0.pathExtension == "meta" }.flatMap { file in
            try String(contentsOf: file, encoding: .utf8).matches(of: #/\ndevice (\w+) is /#).map { String($0.1) }
        }
        for (name, reason) in Self.others { print("\(name) is not simulated: \(reason)") }
        let simulated = Set(DriverUnderTest.families.map(\.deviceName))
        #expect(Set(names).subtracting(simulated) == Set(Self.others.keys))
    }
}
