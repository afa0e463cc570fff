// QEMU's monitor over a UNIX socket: the machine protocol carries commands of the human monitor and their text.
//
// Source: QEMU 7.2, docs/interop/qmp-spec.txt and qapi/misc.json (human-monitor-command).

import FoundationEssentials

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

    private let socket: LocalSocket
    private var buffer: [UInt8] = []

    /// Connects, and waits for a monitor that is just coming up.
    ///
    /// Throws: `systemCall`, `monitorSilent`.
    init(path: String, within timeLimit: Duration) throws(MachineError) {
        let deadline = ContinuousClock.now + timeLimit
        socket = try LocalSocket(path: path, until: deadline)
        _ = try line(until: deadline, for: "greeting")
        _ = try execute(#"{"execute":"qmp_capabilities"}"#, "qmp_capabilities", until: deadline)
    }

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
        guard socket.write(Array(request.utf8)) else { throw .monitorSilent(command: command) }
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
            guard let bytes = socket.read(until: deadline) else { throw .monitorSilent(command: command) }
            buffer += bytes
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
