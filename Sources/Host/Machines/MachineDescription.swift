// What a machine is made of, before it is started: everything that QEMU is told. Nothing is there by default but what
// the board itself brings, so that a report can be held against this description.

/// A machine for QEMU to be.
public struct MachineDescription: Hashable, Sendable {
    /// Board with its firmware.
    public enum Board: String, CaseIterable, Sendable {
        /// Intel 440FX with SeaBIOS.
        case pc
        /// Intel Q35 with SeaBIOS.
        case q35
        /// QEMU's smallest board, with qboot; it has no screen and no PCI.
        case microvm
    }

    /// A file for every frame of a network.
    public struct Capture: Hashable, Sendable {
        /// The network's `id`.
        public var network: String
        public var path: String

        public init(network: String, path: String) {
            self.network = network
            self.path = path
        }
    }

    /// What the machine boots from.
    public enum BootMedium: Hashable, Sendable {
        /// An ELF image with a PVH note, loaded by QEMU itself.
        case kernel(path: String, commandLine: String)
        /// An ISO image in a CD drive.
        case cdrom(path: String)
        /// A raw image as the first disk; what is written to it is thrown away.
        case disk(path: String, bus: DiskBus = .ide)
    }

    /// What a disk is plugged into.
    public enum DiskBus: String, CaseIterable, Sendable {
        /// The board's own controller: IDE on `pc`, SATA on `q35`.
        case ide
        case virtio
        /// A USB 3 port, as for a stick.
        case usb
    }

    public var board: Board
    public var medium: BootMedium
    /// QEMU's name of the processor's model, with features if wanted.
    public var processor = "max"
    /// Units: mebibytes.
    public var memoryMebibytes = 128
    /// A value of `-device` each, in the order in which QEMU gives them their places.
    public var devices: [String] = []
    /// A value of `-netdev` each.
    public var networks: [String] = []
    /// Where the frames of a network are written, as a pcap file.
    public var capture: Capture?
    /// Where time comes from: the host's clock, or every instruction takes two to the power of so many nanoseconds. The
    /// machine waits then as fast as it can count; with 0 the time-stamp counter is the number of instructions.
    public var instructionTimePower: Int?
    /// Whether the time-stamp counter is the number of instructions.
    public var countsInstructions: Bool {
        get { instructionTimePower == 0 }
        set { instructionTimePower = newValue ? 0 : nil }
    }
    /// Whether port 0xF4 ends QEMU. Without it the machine halts at its end, and stays until it is stopped.
    public var hasDebugExit = true
    /// Whether the PC has a serial port; without one there is no report to listen to, only the screen.
    public var hasSerialPort = true
    /// Whether there is a VGA card.
    public var hasScreen = true
    /// Whether what the machine writes to a screen is seen: `microvm` has none to begin with.
    var showsScreen: Bool { hasScreen && board != .microvm }
    /// Whether QEMU answers its monitor; see `Machine.monitor(_:)`.
    public var hasMonitor = false
    /// Whether QEMU adds the devices that it adds for someone who names none: a network card, a floppy drive and so on.
    public var hasDefaultDevices = false
    /// Whether QEMU ends when the thread does that started it, however that ends: of a command, the process.
    public var endsWithParent = false
    /// Whether the accesses of devices that generated code makes are told; the machine is several times slower for it.
    public var tracesAccesses = false
    /// Further arguments, as they are.
    public var extraArguments: [String] = []

    public init(_ board: Board, _ medium: BootMedium) {
        self.board = board
        self.medium = medium
    }

    /// QEMU's arguments. `monitorSocket` is the path of the UNIX socket for the monitor, if there is one, `capturePipe` that of
    /// the pipe that takes the frames in the place of the capture's file, `tracePipe` of the one that takes QEMU's log.
    public func arguments(
        monitorSocket: String?, capturePipe: String? = nil, tracePipe: String? = nil
    ) -> [String] {
        // TCG by name: under another accelerator neither the count of instructions nor the time would be what it says.
        var list = ["-M", board.rawValue, "-accel", "tcg", "-cpu", processor, "-m", "\(memoryMebibytes)M"]
        if !hasDefaultDevices {
            list += ["-nodefaults"]
            if hasScreen, board != .microvm { list += ["-vga", "std"] }
        }
        list += ["-display", "none", "-no-reboot"]
        list +=
            hasSerialPort ? ["-chardev", "stdio,id=com1,signal=off", "-serial", "chardev:com1"] : ["-serial", "none"]
        // Writing v to the port ends QEMU with status 2v + 1 (QEMU, hw/misc/debugexit.c).
        if hasDebugExit { list += ["-device", "isa-debug-exit,iobase=0xf4,iosize=0x04"] }
        if let instructionTimePower { list += ["-icount", "shift=\(instructionTimePower),sleep=off"] }
        if let monitorSocket { list += ["-qmp", "unix:\(monitorSocket),server=on,wait=off"] }
        if let tracePipe { list += AccessLog.arguments(path: tracePipe) }
        for network in networks { list += ["-netdev", network] }
        if let capture {
            let path = Self.escaped(capturePipe ?? capture.path)
            list += ["-object", "filter-dump,id=capture,netdev=\(capture.network),file=\(path)"]
        }
        for device in devices { list += ["-device", device] }
        switch medium {
        case .kernel(let path, let commandLine):
            list += ["-kernel", path]
            if !commandLine.isEmpty { list += ["-append", commandLine] }
        case .cdrom(let path):
            list += ["-cdrom", path]
        case .disk(let path, let bus):
            let drive = "file=\(Self.escaped(path)),format=raw,snapshot=on"
            switch bus {
            case .ide, .virtio: list += ["-drive", "\(drive),if=\(bus.rawValue)"]
            case .usb:
                list += ["-drive", "\(drive),if=none,id=stick", "-device", "qemu-xhci,id=xhci"]
                list += ["-device", "usb-storage,bus=xhci.0,drive=stick"]
            }
        }
        return list + extraArguments
    }

    /// A path within an option's value: QEMU takes two commas there for one.
    private static func escaped(_ path: String) -> String {
        path.split(separator: ",", omittingEmptySubsequences: false).joined(separator: ",,")
    }
}
