// The options that describe a machine and its boot, for every command that boots one.

import Glibc
import Machines
import Report

/// A boot as the command line describes it.
struct RunOptions {
    /// The options, for a command's table.
    static let options = [
        Option(name: "--machine", placeholder: "BOARD", help: "pc, q35 or, for an .elf only, microvm; pc"),
        Option(name: "--cpu", placeholder: "MODEL", help: "QEMU's model of the processor; max"),
        Option(name: "--memory", placeholder: "MIB", help: "memory in mebibytes; 128"),
        Option(
            name: "--device", placeholder: "DEVICE", isRepeatable: true,
            help: "a device as for QEMU's -device, or none; \(defaultDevice)"),
        Option(
            name: "--network", placeholder: "BACKEND", isRepeatable: true,
            help: "a network as for QEMU's -netdev"),
        Option(name: "--capture", placeholder: "FILE", help: "writes the network's frames to a pcap file"),
        Option(name: "--timeout", placeholder: "SECONDS", help: "time limit of the boot; 30"),
        Option(name: "--options", placeholder: "TEXT", help: "command line of the kernel (.elf only)"),
    ]

    /// QEMU's name of the card that a boot has if none is named.
    private static let defaultDevice = "e1000"

    var description: MachineDescription
    var timeLimit: Duration

    /// Makes a boot of `image`, by default the one that `make` builds.
    init(_ arguments: Arguments, image: String?) throws {
        let path = image ?? ".build/metaos.iso"
        let word = arguments.value("--machine") ?? "pc"
        guard let board = MachineDescription.Board(rawValue: word) else {
            throw UsageError.valueWrong(option: "--machine", value: word, expected: "pc, q35 or microvm")
        }
        let commandLine = arguments.value("--options") ?? ""
        let medium: MachineDescription.BootMedium
        if path.hasSuffix(".elf") {
            medium = .kernel(path: path, commandLine: commandLine)
        } else {
            guard commandLine.isEmpty else {
                throw UsageError.valueWrong(
                    option: "--options", value: commandLine, expected: "an .elf image: GRUB passes no options on")
            }
            medium = path.hasSuffix(".iso") ? .cdrom(path: path) : .disk(path: path)
        }
        description = MachineDescription(board, medium)
        if let model = arguments.value("--cpu") { description.processor = model }
        description.memoryMebibytes = try arguments.number("--memory", in: 1...1_048_576) ?? 128
        description.networks = arguments.all("--network")
        description.devices = arguments.all("--device").filter { $0 != "none" }
        if arguments.all("--device").isEmpty, board != .microvm {
            description.networks.append("user,id=net0")
            description.devices.append("\(Self.defaultDevice),netdev=net0")
        }
        if let path = arguments.value("--capture") {
            guard let network = description.networks.first.flatMap(Self.identifier), description.networks.count == 1
            else {
                throw UsageError.valueWrong(option: "--capture", value: path, expected: "one network, with an id=")
            }
            description.capture = MachineDescription.Capture(network: network, path: path)
        }
        timeLimit = .seconds(try arguments.number("--timeout", in: 1...86_400) ?? 30)
    }

    /// The `id` of a network as for QEMU's -netdev.
    private static func identifier(of network: String) -> String? {
        network.split(separator: ",").first { $0.hasPrefix("id=") }.map { String($0.dropFirst(3)) }
    }

    /// Boots. A signal that ends this process ends QEMU with it.
    func boot(onRecord: (Record) -> Void) throws -> BootResult {
        do {
            let machine = try Machine(starting: description)
            Interruption.guards(machine.processIdentifier)
            defer { Interruption.guards(0) }
            machine.listen(within: timeLimit, onRecord: onRecord)
            return try machine.finish()
        } catch let error {
            switch error {
            case .emulatorMissing, .imageMissing: throw CommandError(message: "\(error)", status: .missing)
            case .refused: throw CommandError(message: "\(error)", status: .usage)
            default: throw CommandError(message: "\(error)", status: .failed)
            }
        }
    }
}

/// Ends the machine that this process listens to when a signal ends this process.
enum Interruption {
    /// Only ever written by the main thread; a handler reads it.
    nonisolated(unsafe) private static var child: pid_t = 0

    /// Guards a child, or none for 0.
    static func guards(_ identifier: pid_t) {
        child = identifier
        for number in [SIGINT, SIGTERM, SIGHUP] {
            signal(number) { number in
                if Interruption.child > 0 { _ = kill(Interruption.child, SIGKILL) }
                // A shell's word for a command that a signal ended.
                _exit(128 + number)
            }
        }
    }
}
