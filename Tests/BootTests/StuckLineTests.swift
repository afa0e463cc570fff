// A serial line that nobody reads: QEMU's UART takes no byte any more once what is behind it is full, as one without its
// partner's consent. Such a boot says nothing on the line; its verdict is on the screen and in how QEMU ends.

import Foundation
import Glibc
import Machines
import Testing

@Suite("A serial line that is stuck")
struct StuckLineTests {
    /// A pipe in the file system, full but for some bytes.
    private final class FullPipe {
        let path = "/tmp/metaos-\(UUID().uuidString)"
        private let descriptor: Int32

        /// QEMU opens a pipe for each direction (QEMU 7.2, chardev/char-pipe.c).
        init(room: Int) throws {
            for end in ["in", "out"] { try #require(mkfifo("\(path).\(end)", 0o600) == 0) }
            descriptor = open("\(path).out", O_RDWR | O_NONBLOCK | O_CLOEXEC)
            try #require(descriptor >= 0)
            let page = [UInt8](repeating: 0, count: 4096)
            while write(descriptor, page, page.count) > 0 {}
            var taken = [UInt8](repeating: 0, count: room)
            try #require(room == 0 || read(descriptor, &taken, room) == room)
        }

        deinit {
            close(descriptor)
            for end in ["in", "out"] { unlink("\(path).\(end)") }
        }
    }

    private func boot(room: Int, hasDebugExit: Bool) throws -> BootResult {
        let pipe = try FullPipe(room: room)
        var scenario = Scenario.plain
        // The line is given up by time, of which there is little here where every instruction takes some.
        scenario.hasQuickTime = false
        var description = scenario.description()
        description.hasSerialPort = false
        description.hasDebugExit = hasDebugExit
        description.hasMonitor = !hasDebugExit
        description.extraArguments = ["-chardev", "pipe,id=stuck,path=\(pipe.path)"]
        description.extraArguments += ["-device", "isa-serial,chardev=stuck,index=0"]
        return try withExtendedLifetime(pipe) { try Machine.boot(description, within: Images.timeLimit) }
    }

    @Test("from its first byte or amid the report is given up, and QEMU ends with the verdict", arguments: [0, 8192])
    func endsWithVerdict(room: Int) throws {
        let result = try boot(room: room, hasDebugExit: true)
        #expect(result.ending == .exited(status: Ending.status(of: .passed)))
    }

    @Test("leaves the verdict on the screen")
    func showsVerdict() throws {
        let result = try boot(room: 0, hasDebugExit: false)
        let lines = try #require(result.screen).lines
        #expect(result.ending == .halted)
        #expect(lines.contains { $0.contains("verdict passed") }, "\(lines.joined(separator: "\n"))")
        #expect(lines.contains("It is now safe to switch off this machine."))
    }
}
