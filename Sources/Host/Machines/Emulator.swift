// Finds QEMU.

import Glibc

/// The emulator as a program on this host.
public struct Emulator: Hashable, Sendable {
    /// Path of the program.
    public let path: String

    /// Finds `qemu-system-x86_64`.
    ///
    /// Throws: `emulatorMissing` where no directory of the search path (by default the environment's) has it.
    public init(searchPath: String? = nil) throws(MachineError) {
        let directories = searchPath ?? getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
        for directory in directories.split(separator: ":") {
            let candidate = "\(directory)/qemu-system-x86_64"
            if access(candidate, X_OK) == 0 {
                path = candidate
                return
            }
        }
        throw .emulatorMissing(searchPath: directories)
    }
}
