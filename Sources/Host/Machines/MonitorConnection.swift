// QEMU's monitor over a UNIX socket: the machine protocol carries commands of the human monitor and their text.
//
// Source: QEMU 7.2, docs/interop/qmp-spec.txt and qapi/misc.json (human-monitor-command).

import FoundationEssentials
import Glibc

/// An open connection to a monitor.
final class MonitorConnection {
    /// A line of the protocol that answers a command; events are lines with none of these.
    private struct Answer: Decodable {
        struct Failure: Decodable {
            var desc: String
        }

        var text: String?
        var isReturn: Bool
        var error: Failure?

        enum CodingKeys: String, CodingKey {
            case text = "return"
            case error
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            isReturn = container.contains(.text)
            text = try? container.decode(String.self, forKey: .text)
            error = try container.decodeIfPresent(Failure.self, forKey: .error)
        }
    }

    private let socket: Int32
    private var buffer: [UInt8] = []

    /// Connects, and waits for a monitor that is just coming up.
    ///
    /// Throws: `systemCall`, `monitorSilent`.
    init(path: String, within timeLimit: Duration) throws(MachineError) {
        let deadline = ContinuousClock.now + timeLimit
        socket = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard socket >= 0 else { throw .systemCall(name: "socket", errorNumber: errno) }
        while !Self.connect(socket, path) {
            guard ContinuousClock.now < deadline else {
                close(socket)
                throw .monitorSilent(command: "connect")
            }
            usleep(5000)
        }
        do throws(MachineError) {
            _ = try line(until: deadline, for: "greeting")
            _ = try execute(#"{"execute":"qmp_capabilities"}"#, "qmp_capabilities", until: deadline)
        } catch {
            close(socket)
            throw error
        }
    }

    deinit { close(socket) }

    /// Has the human monitor execute a command, and returns its text with LF line ends.
    ///
    /// Throws: `monitorSilent`, `monitorRefused`.
    func ask(_ command: String, within timeLimit: Duration) throws(MachineError) -> String {
        let request =
            #"{"execute":"human-monitor-command","arguments":{"command-line":"# + Self.quoted(command) + "}}"
        let text = try execute(request, command, until: ContinuousClock.now + timeLimit)
        let unified = String(decoding: text.utf8.filter { $0 != 0x0D }, as: UTF8.self)
        // The human monitor reports its errors as text.
        if unified.hasPrefix("Error: ") || unified.hasPrefix("unknown command") {
            throw .monitorRefused(command: command, message: unified)
        }
        return unified
    }

    private func execute(
        _ request: String, _ command: String, until deadline: ContinuousClock.Instant
    ) throws(MachineError) -> String {
        let bytes = Array(request.utf8)
        // Not write(2): a QEMU that is gone must not end this process by SIGPIPE.
        guard send(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else {
            throw .monitorSilent(command: command)
        }
        while true {
            let answer = try line(until: deadline, for: command)
            guard let decoded = try? JSONDecoder().decode(Answer.self, from: Data(answer)) else {
                throw .monitorSilent(command: command)
            }
            if let failure = decoded.error { throw .monitorRefused(command: command, message: failure.desc) }
            if decoded.isReturn { return decoded.text ?? "" }
        }
    }

    private func line(until deadline: ContinuousClock.Instant, for command: String) throws(MachineError) -> [UInt8] {
        while true {
            if let end = buffer.firstIndex(of: 0x0A) {
                let line = Array(buffer[..<end])
                buffer.removeSubrange(...end)
                return line
            }
            let left = (deadline - ContinuousClock.now).wholeMilliseconds
            var poll = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
            guard left > 0, Glibc.poll(&poll, 1, Int32(clamping: left)) > 0 else {
                throw .monitorSilent(command: command)
            }
            var chunk = [UInt8](repeating: 0, count: 65536)
            let count = recv(socket, &chunk, chunk.count, 0)
            guard count > 0 else { throw .monitorSilent(command: command) }
            buffer += chunk.prefix(count)
        }
    }

    private static func connect(_ socket: Int32, _ path: String) -> Bool {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        precondition(bytes.count < MemoryLayout.size(ofValue: address.sun_path), "socket path too long")
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
    }

    /// Text as a JSON string.
    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            if scalar == "\"" || scalar == "\\" { quoted += "\\" }
            quoted.unicodeScalars.append(scalar.value < 0x20 ? " " : scalar)
        }
        return quoted + "\""
    }
}
