// The options that describe a machine and its boot, for every command that boots one.

import Glibc
import Machines
import ReportReading

/// A boot as the command line describes it.
struct RunOptions {
    /// The options, for a command's table.
    static let options = [
        Option(name: "--machine", placeholder: "BOARD", help: "pc, q35 or, for an .elf only, microvm; pc"),
        Option(name: "--cpu", placeholder: "MODEL", help: "QEMU's model of the processor; max"),
        Option(name: "--memory", placeholder: "MIB", help: "memory in mebibytes; 128"),
        Option(
            name: "--device", placeholder: "DEVICE", isRepeatable: true,
            help: "as for QEMU's -device, or none; a card has a peer; \(standardDevice)"),
        Option(
            name: "--network", placeholder: "BACKEND", isRepeatable: true,
            help: "as for QEMU's -netdev; then no card is given a peer"),
        Option(name: "--capture", placeholder: "FILE", help: "writes the network's frames to a pcap file"),
        Option(name: "--timeout", placeholder: "SECONDS", help: "time limit of the boot; 30"),
        Option(name: "--options", placeholder: "TEXT", help: "command line of the kernel (.elf only)"),
    ]

    /// The image that is booted if none is named, and the one where its command line is needed.
    private static let standardImage = ".build/metaos.iso"
    private static let standardKernel = ".build/metaos.elf"
    /// QEMU's name of the card that a boot has if none is named.
    private static let standardDevice = "e1000"

    var description: MachineDescription
    var timeLimit: Duration

    /// The volume test that the only card is put through, where one is asked for.
    private(set) var volume: VolumeTest?

    /// Makes a boot of `image`, by default one that `make` builds.
    init(_ arguments: Arguments, image: String?) throws {
        let word = arguments.value("--machine") ?? "pc"
        guard let board = MachineDescription.Board(rawValue: word) else {
            throw UsageError.valueWrong(option: "--machine", value: word, expected: "pc, q35 or microvm")
        }
        let standard = arguments.has("--volume") ? Self.standardKernel : Self.standardImage
        description = MachineDescription(board, try Self.medium(image ?? standard, board, arguments))
        // For what is on the screen when the time is up.
        description.hasMonitor = access("/tmp", W_OK) == 0
        try Self.refuseHelp(arguments)
        if let model = arguments.value("--cpu") { description.processor = model }
        // With less than 8 MiB GRUB cannot load the kernel, and says so to nobody.
        description.memoryMebibytes = try arguments.number("--memory", in: 8...1_048_576) ?? 128
        description.networks = arguments.all("--network")
        description.devices = arguments.all("--device").filter { $0 != "none" }
        if arguments.all("--device").isEmpty, board != .microvm { description.devices.append(Self.standardDevice) }
        volume = try Self.volume(arguments, &description)
        if arguments.all("--device").isEmpty, board != .microvm, volume == nil {
            description.networks.append("user,id=net0")
            description.devices[0] += ",netdev=net0"
        } else if description.networks.isEmpty {
            description.connectCards()
        }
        if let path = arguments.value("--capture") {
            guard let network = description.networks.first.flatMap(Self.identifier), description.networks.count == 1
            else {
                throw UsageError.valueWrong(option: "--capture", value: path, expected: "one network, with an id=")
            }
            description.capture = MachineDescription.Capture(network: network, path: path)
        }
        description.tracesAccesses = arguments.has("--trace")
        description.extraArguments = arguments.rest
        description.endsWithParent = true
        timeLimit = .seconds(
            try arguments.number("--timeout", in: 1...86_400) ?? (description.tracesAccesses ? 120 : 30))
    }

    /// What an image is by its name, and what it then takes.
    private static func medium(
        _ path: String, _ board: MachineDescription.Board, _ arguments: Arguments
    ) throws(UsageError) -> MachineDescription.BootMedium {
        let commandLine = arguments.value("--options") ?? ""
        if path.hasSuffix(".elf") { return .kernel(path: path, commandLine: commandLine) }
        for option in ["--options", "--volume"] {
            guard let value = arguments.value(option), !value.isEmpty else { continue }
            throw .valueWrong(
                option: option, value: value, expected: "an .elf image: GRUB passes no options on")
        }
        guard board != .microvm else {
            throw .valueWrong(
                option: "--machine", value: board.rawValue,
                expected: "pc or q35 for this image: microvm boots an .elf only")
        }
        return path.hasSuffix(".iso") ? .cdrom(path: path) : .disk(path: path)
    }

    /// Puts the peer of a volume test behind the only card, where one is asked for.
    private static func volume(
        _ arguments: Arguments, _ description: inout MachineDescription
    ) throws -> VolumeTest? {
        guard let count = try arguments.number("--volume", in: 1...VolumeTest.mostFrames) else { return nil }
        if let options = arguments.value("--options"), options.contains("exchange=") {
            throw UsageError.exclusive("--volume", "exchange=")
        }
        guard description.networks.isEmpty, description.cardCount == 1,
            !description.devices.contains(where: { $0.contains("netdev=") })
        else {
            throw UsageError.valueWrong(
                option: "--volume", value: "\(count)", expected: "one card, and no network for it: it gets the peer")
        }
        return try VolumeTest(of: count, in: &description)
    }

    /// QEMU takes `help` for the wish to see a list, and boots nothing.
    private static func refuseHelp(_ arguments: Arguments) throws(UsageError) {
        for (option, name) in [("--cpu", "-cpu"), ("--device", "-device"), ("--network", "-netdev")] {
            for value in arguments.all(option) {
                guard let last = value.split(separator: ",").last, ["help", "?"].contains(last) else { continue }
                throw .valueWrong(
                    option: option, value: value, expected: "a value; for a list: qemu-system-x86_64 \(name) \(value)")
            }
        }
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
            let returned = volume?.run(on: machine, within: timeLimit, onRecord: onRecord)
            if returned == nil { machine.listen(within: timeLimit, onRecord: onRecord) }
            if let status = Interruption.status {
                machine.stop()
                if Output.isTerminal(2) { Output.note("") }
                exit(status)
            }
            var result = try machine.finish()
            result.volume = returned
            return result
        } catch let error {
            switch error {
            case .imageMissing(let path, ENOENT):
                let mend = path.isEmpty ? "" : "; make iso builds \(Self.standardImage)"
                throw CommandError(message: "\(error)\(mend)", status: .missing)
            case .emulatorMissing, .imageMissing: throw CommandError(message: "\(error)", status: .missing)
            case .refused, .imageUnsuitable: throw CommandError(message: "\(error)", status: .usage)
            default: throw CommandError(message: "\(error)", status: .failed)
            }
        }
    }
}

/// Ends the machine that this process listens to when a signal comes, so that what listens can clean up and end.
enum Interruption {
    /// Only ever written by the main thread; a handler reads it.
    nonisolated(unsafe) private static var child: pid_t = 0
    /// Only ever written by a handler.
    nonisolated(unsafe) private static var number: Int32 = 0

    /// The status to end with, a shell's word for a command that a signal ended; `nil` if no signal came.
    static var status: Int32? { number == 0 ? nil : 128 + number }

    /// Guards a child, or none for 0.
    static func guards(_ identifier: pid_t) {
        child = identifier
        for number in [SIGINT, SIGTERM, SIGHUP] {
            signal(number) { number in
                let isFirst = Interruption.number == 0
                Interruption.number = number
                if Interruption.child > 0 { _ = kill(Interruption.child, SIGKILL) }
                // A second signal is for a process that is stuck.
                if Interruption.child == 0 || !isFirst { _exit(128 + number) }
            }
        }
    }
}
