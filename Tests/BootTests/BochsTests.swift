// The image on somebody else's PC: Bochs, whose 82540EM has its station address in the EEPROM alone, and whose NE2000 is
// another model than QEMU's. It is slow, and not on every machine that runs these tests: `make machines` boots it where it is.

import Foundation
import ReportReading
import Testing

/// The emulator, and whether it is asked for.
private enum Emulator {
    static let program = "/usr/bin/bochs"
    static let isWanted =
        ProcessInfo.processInfo.environment["METAOS_MACHINES"] == "all"
        && FileManager.default.isExecutableFile(atPath: program)
}

@Suite("Bochs", .enabled(if: Emulator.isWanted, "for `make machines`, with Debian's bochs"))
struct BochsTests {
    private static let address = "52:54:00:00:00:01"
    /// Half a minute on an idle processor.
    private static let timeLimit = Duration.seconds(300)

    /// What bochsrc says of a card behind a network that answers.
    private static func card(_ model: String) -> String {
        let network = "mac=\(address), ethmod=slirp, script=\"\""
        return model == "e1000"
            ? "e1000: enabled=1, \(network)"
            : "ne2k: type=pci, \(network)"
    }

    private static func configuration(_ model: String, _ folder: URL) -> String {
        """
        plugin_ctrl: \(model)=1
        cpu: model=core2_penryn_t9600, ips=100000000, reset_on_triple_fault=0
        memory: guest=256, host=256
        romimage: file=/usr/share/bochs/BIOS-bochs-latest
        vgaromimage: file=/usr/share/bochs/VGABIOS-lgpl-latest
        pci: enabled=1, chipset=i440fx, slot1=\(model)
        ata0: enabled=1, ioaddr1=0x1f0, ioaddr2=0x3f0, irq=14
        ata0-master: type=cdrom, path=\(folder.path)/metaos.iso, status=inserted
        boot: cdrom
        com1: enabled=1, mode=file, dev=\(folder.path)/serial
        \(card(model))
        log: \(folder.path)/log
        panic: action=fatal
        display_library: rfb, options="timeout=0"
        """
    }

    @Test("boots the image, and the card's peer answers", arguments: ["e1000", "ne2k"])
    func boots(_ model: String) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "metaos-bochs-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.copyItem(
            at: URL(filePath: Images.disc), to: folder.appending(path: "metaos.iso"))
        try Self.configuration(model, folder).write(
            to: folder.appending(path: "rc"), atomically: true, encoding: .utf8)
        // Debian's is built with a debugger, which waits to be told to go on.
        try "c\n".write(to: folder.appending(path: "go"), atomically: true, encoding: .utf8)
        let process = Process()
        // Its display listens for viewers on every address that there is: here on none.
        process.executableURL = URL(filePath: "/usr/bin/unshare")
        process.arguments = [
            "--map-root-user", "--net", Emulator.program, "-q", "-f", folder.path + "/rc", "-rc", folder.path + "/go",
        ]
        (process.standardInput, process.standardOutput) = (FileHandle.nullDevice, FileHandle.nullDevice)
        process.standardError = FileHandle.nullDevice
        try process.run()
        // A softer signal only stops it in its debugger.
        defer { kill(process.processIdentifier, SIGKILL) }
        let text = try await Self.serial(folder.appending(path: "serial"), of: process)
        #expect(text.contains("\nverdict passed "), "\(text.suffix(1500))")
        #expect(text.contains(".mac address=\(Self.address) "))
        #expect(text.contains(" echo=10.0.2.2 "))
    }

    /// What came over the serial line up to the verdict, or as long as there is time.
    private static func serial(_ file: URL, of process: Process) async throws -> String {
        let start = ContinuousClock.now
        while true {
            let text = (try? Data(contentsOf: file)).map { String(decoding: $0, as: UTF8.self) } ?? ""
            if text.contains("\nverdict ") || !process.isRunning || ContinuousClock.now - start > timeLimit {
                return text
            }
            try await Task.sleep(for: .milliseconds(500))
        }
    }
}
