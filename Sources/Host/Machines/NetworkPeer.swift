// The other end of a machine's network card: a UNIX socket on which each datagram is a frame. It carries frames and knows
// nothing of what they say. One thread at a time may use it.
//
// Datagrams, not a stream: from a stream QEMU takes many frames at once, and gives those to the card that it has no room
// for, which then drops them (QEMU 7.2, net/stream.c and hw/net/e1000.c). A datagram stays in the socket until there is.

import Glibc

/// A peer on the network of one machine.
public final class NetworkPeer {
    private let directory: TemporaryDirectory
    private let descriptor: Int32
    private var isConnected = false
    private var buffer = [UInt8](repeating: 0, count: 65536)

    /// Opens the socket; QEMU is to be started after that.
    ///
    /// Throws: `systemCall`.
    public init() throws(MachineError) {
        directory = try TemporaryDirectory()
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
        guard descriptor >= 0 else { throw .systemCall(name: "socket", errorNumber: errno) }
        guard Self.call(bind, descriptor, directory.file("peer")) == 0 else {
            throw .systemCall(name: "bind", errorNumber: errno)
        }
    }

    deinit { close(descriptor) }

    /// The value of `-netdev` that puts this peer on the network.
    public func network(named name: String) -> String {
        "dgram,id=\(name),local.type=unix,local.path=\(directory.file("machine")),"
            + "remote.type=unix,remote.path=\(directory.file("peer"))"
    }

    /// Sends a frame. Returns whether there was room for it.
    ///
    /// Throws: `systemCall`, and so where QEMU is gone.
    public func send(_ frame: [UInt8]) throws(MachineError) -> Bool {
        // Connected, the socket can be waited for until the machine takes more.
        if !isConnected {
            guard Self.call(connect, descriptor, directory.file("machine")) == 0 else {
                if errno == ENOENT || errno == ECONNREFUSED { return false }
                throw .systemCall(name: "connect", errorNumber: errno)
            }
            isConnected = true
        }
        if Glibc.send(descriptor, frame, frame.count, Int32(MSG_NOSIGNAL)) == frame.count { return true }
        if errno == EAGAIN || errno == EINTR || errno == ENOBUFS { return false }
        throw .systemCall(name: "send", errorNumber: errno)
    }

    /// The next frame that has come, or `nil` for none.
    ///
    /// Throws: `systemCall`.
    public func receive() throws(MachineError) -> [UInt8]? {
        let count = recv(descriptor, &buffer, buffer.count, 0)
        if count >= 0 { return Array(buffer.prefix(count)) }
        if errno == EAGAIN || errno == EINTR { return nil }
        throw .systemCall(name: "recv", errorNumber: errno)
    }

    /// Waits, at most so long, until a frame has come or, where one is to be sent, there is room for it.
    public func wait(milliseconds: Int32, toSend: Bool, toReceive: Bool) {
        let events = (toReceive ? POLLIN : 0) | (toSend ? POLLOUT : 0)
        var state = pollfd(fd: descriptor, events: Int16(events), revents: 0)
        _ = poll(&state, 1, milliseconds)
    }

    /// Calls `bind` or `connect` with the address of a path.
    static func call(
        _ function: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32, _ descriptor: Int32, _ path: String
    ) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        precondition(bytes.count < MemoryLayout.size(ofValue: address.sun_path), "socket path too long")
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                function(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}
