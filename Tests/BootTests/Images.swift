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

    /// Boots the kernel by PVH.
    static func boot(_ scenario: Scenario, options: String = "", injury: SerialInjury? = nil) throws -> BootResult {
        try Machine.boot(scenario.description(options: options), within: timeLimit, injury: injury)
    }
}
