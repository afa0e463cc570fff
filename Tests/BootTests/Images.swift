// The images that make builds and boot tests boot.

import Foundation
import Machines
import RuleCompiler
import Testing

/// What was built, by absolute path.
enum Images {
    /// The package's folder.
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    /// The kernel, for `-kernel`.
    static let kernel = root.appending(path: ".build/metaos.elf").path
    /// The bootable image.
    static let disc = root.appending(path: ".build/metaos.iso").path

    /// Time within which every boot of these tests must end: far more than any takes on a busy machine.
    static let timeLimit = Duration.seconds(60)

    /// Makes a bootable image of a kernel, as `make iso` does, with more in the environment.
    static func makeDisc(_ path: String, of kernel: String, _ environment: [String: String]) throws {
        let process = Process()
        process.executableURL = root.appending(path: "Tools/iso")
        process.currentDirectoryURL = root
        process.arguments = [path, kernel]
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
    }

    /// Boots the kernel by PVH.
    static func boot(_ scenario: Scenario, options: String = "", injury: SerialInjury? = nil) throws -> BootResult {
        try Machine.boot(scenario.description(options: options), within: timeLimit, injury: injury)
    }
}
