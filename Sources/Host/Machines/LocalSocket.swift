// A connection to a UNIX socket that a program is just opening. The monitor has one, and the debugger of tests.

import Glibc

/// The near end of a connection, closed when let go.
public final class LocalSocket {
    private let descriptor: Int32

    /// Connects, and tries until the other side listens.
    ///
    /// Throws: `systemCall`; `monitorSilent` where nobody listens in time.
    public init(path: String, until deadline: ContinuousClock.Instant) throws(MachineError) {
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw .systemCall(name: "socket", errorNumber: errno) }
        while !connects(path) {
            guard ContinuousClock.now < deadline else { throw .monitorSilent(command: "connect") }
            usleep(5000)
        }
    }

    deinit { close(descriptor) }

    private func connects(_ path: String) -> Bool { NetworkPeer.call(connect, descriptor, path) == 0 }

    /// Sends all bytes; false where the other side is gone, which must not end this process by SIGPIPE.
    public func write(_ bytes: [UInt8]) -> Bool {
        send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count
    }

    /// Takes what has come, waiting for some; `nil` where none came in time or the other side is gone.
    public func read(until deadline: ContinuousClock.Instant) -> [UInt8]? {
        let left = (deadline - ContinuousClock.now).wholeMilliseconds
        var wait = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard left > 0, poll(&wait, 1, Int32(clamping: left)) > 0 else { return nil }
        var chunk = [UInt8](repeating: 0, count: 65536)
        let count = recv(descriptor, &chunk, chunk.count, 0)
        return count > 0 ? Array(chunk.prefix(count)) : nil
    }
}
