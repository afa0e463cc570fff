// What can keep a machine from being started or asked. How a started machine ends is no error: see Ending.

import Glibc

/// Why a machine could not be started or asked.
public enum MachineError: Error, Hashable, Sendable {
    /// No `qemu-system-x86_64` in the directories of the search path.
    case emulatorMissing(searchPath: String)
    /// The boot medium cannot be read.
    case imageMissing(path: String, errorNumber: Int32)
    /// The boot medium's file is not of the kind that it is given for.
    case imageUnsuitable(path: String, reason: String)
    /// The file for the network's frames cannot be opened.
    case captureUnwritable(path: String, errorNumber: Int32)
    /// QEMU ended before the machine ran; `message` is what it said.
    case refused(message: String)
    /// A call of the operating system failed.
    case systemCall(name: String, errorNumber: Int32)
    /// The machine was described without a monitor, or has ended.
    case monitorAbsent
    /// The monitor said nothing within its time, or not what the protocol demands.
    case monitorSilent(command: String)
    /// The monitor refused a command; `message` is what it said.
    case monitorRefused(command: String, message: String)
    /// A file that the monitor was to write cannot be read.
    case dumpUnreadable(path: String)
}

extension MachineError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .emulatorMissing:
            "qemu-system-x86_64 is not in PATH; install it: apt-get install qemu-system-x86"
        case .imageMissing(let path, let errorNumber):
            "cannot read \(path.isEmpty ? "''" : path): \(String(cString: strerror(errorNumber)))"
        case .imageUnsuitable(let path, let reason): "\(path) is \(reason)"
        case .captureUnwritable(let path, let errorNumber):
            "cannot write \(path.isEmpty ? "''" : path): \(String(cString: strerror(errorNumber)))"
        case .refused(let message): "QEMU refuses this machine: \(message)"
        case .systemCall(let name, let errorNumber): "\(name): \(String(cString: strerror(errorNumber)))"
        case .monitorAbsent: "the machine has no monitor, or has ended"
        case .monitorSilent(let command): "QEMU's monitor does not answer `\(command)`"
        case .monitorRefused(let command, let message): "QEMU's monitor refuses `\(command)`: \(message)"
        case .dumpUnreadable(let path): "QEMU's monitor wrote nothing readable to \(path)"
        }
    }
}
