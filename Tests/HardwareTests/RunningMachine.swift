// A machine in QEMU, started with the stub kernel, its test socket and its monitor. Small on purpose: it serves the
// tests of discovery only.

import Foundation
import Hardware
import Recording
import Support

/// A machine in QEMU that has halted after its firmware and boot loader ran.
final class RunningMachine {
    private let process: ChildProcess
    private let directory: URL
    private let connection: QTestConnection
    /// How the stub kernel was entered.
    let entry: BootEntry
    /// What CPUID said to the stub kernel.
    let leaves: [ProcessorLeaf]

    struct Failure: Error { var what: String }

    /// - Parameter usesImage: boots through GRUB from a CD image instead of QEMU's own PVH loader.
    init(_ arguments: [String], usesImage: Bool = false) async throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "metaos-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let kernel = directory.appending(path: "stub.elf")
        try Data(StubKernel.file).write(to: kernel)
        var boot = ["-kernel", kernel.path, "-append", "stub of a test"]
        if usesImage { boot = ["-cdrom", try Self.makeImage(kernel, in: directory).path] }
        process = try ChildProcess(
            ["qemu-system-x86_64", "-accel", "tcg", "-display", "none", "-no-reboot", "-serial", "none"]
                + ["-qtest", "unix:\(directory.path)/q,server=on,wait=off", "-qtest-log", "none"]
                + ["-qmp", "unix:\(directory.path)/m,server=on,wait=off"] + boot + arguments,
            errors: directory.appending(path: "errors").path)
        do {
            connection = try await Self.connect(to: directory.appending(path: "q").path)
            (entry, leaves) = try await Self.awaitHalt(connection)
        } catch {
            process.kill()
            let said = try? String(contentsOf: directory.appending(path: "errors"), encoding: .utf8)
            try? FileManager.default.removeItem(at: directory)
            throw Failure(what: "\(error): \(said ?? "")")
        }
    }

    /// Ends the machine.
    func stop() {
        process.kill()
        try? FileManager.default.removeItem(at: directory)
    }

    var access: QTestAccess { QTestAccess(connection, leaves: leaves) }

    private static func connect(to path: String) async throws -> QTestConnection {
        for _ in 0..<500 {
            if let connection = try? QTestConnection(path: path) { return connection }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw Failure(what: "QEMU opened no test socket")
    }

    private static func awaitHalt(_ connection: QTestConnection) async throws -> (BootEntry, [ProcessorLeaf]) {
        var access = QTestAccess(connection, leaves: [])
        let mailbox = StubKernel.mailbox
        for _ in 0..<1000 {
            if access.readMemory(PhysicalAddress(rawValue: mailbox + 8), .doubleWord) == StubKernel.done {
                let eax = UInt32(access.readMemory(PhysicalAddress(rawValue: mailbox), .doubleWord))
                let ebx = access.readMemory(PhysicalAddress(rawValue: mailbox + 4), .doubleWord)
                let leaves = StubKernel.leaves.enumerated().map { index, leaf in
                    let registers = (UInt64(0)..<4).map {
                        UInt32(
                            access.readMemory(
                                PhysicalAddress(rawValue: StubKernel.answers + 16 * UInt64(index) + 4 * $0),
                                .doubleWord))
                    }
                    return ProcessorLeaf(
                        leaf: leaf.leaf, subleaf: leaf.subleaf, eax: registers[0], ebx: registers[1],
                        ecx: registers[2], edx: registers[3])
                }
                let magic: UInt32 = eax == 0x36D7_6289 ? eax : 0x336E_C578
                return (BootEntry(magic: magic, address: PhysicalAddress(rawValue: ebx)), leaves)
            }
            if let failure = access.failure { throw failure }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw Failure(what: "the stub kernel did not halt within ten seconds")
    }

    /// Makes a CD image in which GRUB starts the stub kernel by Multiboot2.
    private static func makeImage(_ kernel: URL, in directory: URL) throws -> URL {
        let tree = directory.appending(path: "tree/boot/grub")
        try FileManager.default.createDirectory(at: tree, withIntermediateDirectories: true)
        let commands = "multiboot2 /boot/stub.elf stub of a test\nboot\n"
        try Data(commands.utf8).write(to: tree.appending(path: "grub.cfg"))
        try FileManager.default.copyItem(at: kernel, to: directory.appending(path: "tree/boot/stub.elf"))
        let image = directory.appending(path: "stub.iso")
        let process = try ChildProcess(
            [
                "grub-mkrescue", "-d", "/usr/lib/grub/i386-pc", "-o", image.path,
                "--install-modules=multiboot2 normal iso9660 biosdisk", "--themes=", "--fonts=", "--locales=",
                directory.appending(path: "tree").path,
            ], errors: directory.appending(path: "errors").path)
        guard process.wait() == 0 else { throw Failure(what: "grub-mkrescue failed") }
        return image
    }

    /// Asks the monitor and returns its answer as JSON.
    func monitor(_ command: String) throws -> Data {
        let path = directory.appending(path: "m").path
        let lines = try MonitorLines(path: path)
        _ = try lines.next()  // the greeting
        try lines.send(#"{"execute": "qmp_capabilities"}"#)
        _ = try lines.next()
        try lines.send(#"{"execute": "\#(command)"}"#)
        return try lines.next()
    }
}

/// A connection to QEMU's monitor, line by line.
private final class MonitorLines {
    private let descriptor: Int32
    private var received = Data()

    init(path: String) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result == 0 else { throw RunningMachine.Failure(what: "no monitor") }
        var limit = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(descriptor) }

    func send(_ line: String) throws {
        let bytes = Array((line + "\n").utf8)
        guard write(descriptor, bytes, bytes.count) == bytes.count else {
            throw RunningMachine.Failure(what: "monitor: not sent")
        }
    }

    func next() throws -> Data {
        while true {
            if let end = received.firstIndex(of: UInt8(ascii: "\n")) {
                let line = Data(received[..<end])
                received = Data(received[(end + 1)...])
                // Events are told at any time.
                if !line.starts(with: Data(#"{"timestamp""#.utf8)) { return line }
                continue
            }
            var buffer = [UInt8](repeating: 0, count: 65536)
            let count = read(descriptor, &buffer, buffer.count)
            guard count > 0 else { throw RunningMachine.Failure(what: "monitor: no answer") }
            received += buffer[..<count]
        }
    }
}
