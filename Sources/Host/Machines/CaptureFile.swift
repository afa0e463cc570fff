// The frames of a network on their way from QEMU to a file: QEMU writes them to a pipe of ours, so that a write that fails is
// known with its reason, and whatever the path names is opened as it is. Machine keeps it going.

import Glibc

/// A capture that is being written.
final class CaptureFile {
    /// Error of the first write that did not succeed, 0 for none; that a reader is gone is none.
    private(set) var errorNumber: Int32 = 0

    private let pipe: ChildProcess.Descriptor
    private let output: ChildProcess.Descriptor

    /// Opens the file, empty, and makes the pipe.
    ///
    /// Throws: `captureUnwritable`, `systemCall`.
    init(path: String, pipe pipePath: String) throws(MachineError) {
        output = ChildProcess.Descriptor(open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOCTTY | O_CLOEXEC, 0o666))
        guard output.isOpen else { throw .captureUnwritable(path: path, errorNumber: errno) }
        guard mkfifo(pipePath, 0o600) == 0 else { throw .systemCall(name: "mkfifo", errorNumber: errno) }
        pipe = ChildProcess.Descriptor(open(pipePath, O_RDONLY | O_NONBLOCK | O_CLOEXEC))
        guard pipe.isOpen else { throw .systemCall(name: "open", errorNumber: errno) }
    }

    /// What tells that there are frames; `nil` once there will be none.
    var descriptor: Int32? { pipe.isOpen ? pipe.number : nil }

    /// Passes on what has come. A file that takes no more does not have QEMU wait.
    func relay() {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while pipe.isOpen {
            let count = read(pipe.number, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            // 0 stands for a pipe without a writer too: QEMU has not opened it yet, or has ended.
            guard count > 0 else { return }
            if output.isOpen { write(buffer[..<count]) }
        }
    }

    /// Passes on the rest, after QEMU has ended, and closes the file.
    func finish() {
        relay()
        pipe.close()
        if output.isOpen, close(output.release()) != 0 { fail(errno) }
    }

    private func write(_ bytes: ArraySlice<UInt8>) {
        var rest = bytes
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(output.number, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                fail(errno)
                return output.close()
            }
            rest = rest.dropFirst(count)
        }
    }

    private func fail(_ number: Int32) {
        if errorNumber == 0, number != EPIPE { errorNumber = number }
    }
}
