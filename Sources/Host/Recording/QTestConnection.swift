// The line protocol of QEMU's test socket, which reads and writes ports and memory of a running machine. One request,
// one answer; `QTestAccess` makes accesses of it.

import Glibc

/// A connection to the socket that QEMU opens for `-qtest unix:PATH,server=on,wait=off`.
public final class QTestConnection {
    private let descriptor: Int32
    private var received: [UInt8] = []
    /// Why the connection is no longer used.
    public private(set) var failure: RecordingError?

    /// Throws: `RecordingError.connection`.
    public init(path: String) throws(RecordingError) {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { throw .connection("path too long") }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw .connection("no socket") }
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result == 0 else {
            close(descriptor)
            throw .connection("cannot connect to \(path)")
        }
        // An answer takes microseconds; ten seconds of silence are a machine that is gone.
        var limit = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(descriptor) }

    /// Sends a request and returns the number of its answer, 0 where it has none; `nil` once the connection has failed.
    func request(_ request: String) -> UInt64? {
        guard failure == nil else { return nil }
        var bytes = Array(request.utf8)
        bytes.append(UInt8(ascii: "\n"))
        guard send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else {
            return fail("\(request): not sent")
        }
        while true {
            guard let line = receiveLine() else { return fail("\(request): no answer") }
            let words = line.split(separator: " ")
            // Interrupts are told at any time, between answers.
            if words.first == "IRQ" { continue }
            guard words.first == "OK" else { return fail("\(request): \(line)") }
            guard words.count > 1 else { return 0 }
            let number = words[1].hasPrefix("0x") ? UInt64(words[1].dropFirst(2), radix: 16) : UInt64(words[1])
            return number ?? fail("\(request): \(line)")
        }
    }

    private func fail(_ what: String) -> UInt64? {
        failure = .connection(what)
        return nil
    }

    private func receiveLine() -> String? {
        while true {
            if let end = received.firstIndex(of: UInt8(ascii: "\n")) {
                let line = String(decoding: received[..<end], as: UTF8.self)
                received.removeFirst(end + 1)
                return line
            }
            var buffer = [UInt8](repeating: 0, count: 4096)
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { return nil }
            received += buffer[..<count]
        }
    }
}
