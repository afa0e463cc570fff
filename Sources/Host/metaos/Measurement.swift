// Measures what is built: sizes of files, times of boots, and what the kernel generates for each card that QEMU has a
// model of. A figure is there only if it was measured; everything else is a note that says why not.

import FoundationEssentials
import Inspection
import Machines
import Pipeline
import ReportReading

/// The figures of one build.
struct Measurement {
    /// QEMU's models of network cards: the name in a figure, and the one that `-device` takes.
    private static let models = [
        ("e1000", "e1000"), ("e1000e", "e1000e"), ("rtl8139", "rtl8139"), ("virtio-net", "virtio-net-pci"),
    ]
    /// Boots whose median is the figure.
    private static let boots = 5
    private static let timeLimit = Duration.seconds(60)

    private let build: String
    private(set) var figures = Figures()
    private(set) var notes: [String] = []

    init(build: String) { self.build = build }

    private func kernel(_ commandLine: String = "") -> MachineDescription.BootMedium {
        .kernel(path: "\(build)/metaos.elf", commandLine: commandLine)
    }

    /// The boot alone. Its time is ours, unlike that of an exchange: QEMU's e1000 takes no frame in for one second after
    /// its Receive Control register is written.
    ///
    /// Source: QEMU 7.2, hw/net/e1000.c, set_rx_control.
    private var withoutExchange: MachineDescription.BootMedium { kernel("exchange=none") }

    mutating func measureAll() {
        measureSizes()
        measureBoots("boot.pvh.milliseconds", withoutExchange)
        // With ARP and echo answered: a boot without the answers fails, and gives no figure.
        measureBoots("exchange.pvh.milliseconds", kernel())
        measureBoots("boot.iso.milliseconds", .cdrom(path: "\(build)/metaos.iso"))
        for (name, device) in Self.models { measureGeneration(name, device) }
        measureVerifier()
    }

    /// Lines of the files of a folder that have an ending; the figure, and the names.
    private mutating func measureLines(_ figure: String, _ folder: String, ending: String) -> [String] {
        guard let all = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
            notes.append("\(figure): cannot read \(folder)")
            return []
        }
        let names = all.filter { $0.hasSuffix(ending) }
        figures[figure] = names.reduce(0) { count, name in
            let bytes = FileManager.default.contents(atPath: "\(folder)/\(name)") ?? Data()
            return count + bytes.count { $0 == UInt8(ascii: "\n") }
        }
        return names
    }

    /// Size of the verifier, and what `make mutants` counted of it.
    private mutating func measureVerifier() {
        let folder = "Sources/Shared/Verification"
        let names = measureLines("verifier.lines", folder, ending: ".swift")
        let newest = names.compactMap { Self.changed("\(folder)/\($0)") }.max()
        for name in ["mutants.json", "flips.json"] {
            let path = "\(build)/\(name)"
            guard let bytes = FileManager.default.contents(atPath: path),
                let counts = try? JSONDecoder().decode([String: Int].self, from: bytes),
                let newest, let date = Self.changed(path), date > newest
            else {
                notes.append("verifier: no \(path) of today's verifier; `make mutants` writes it")
                continue
            }
            for (figure, value) in counts { figures[figure] = value }
        }
    }

    private mutating func measureSizes() {
        if let bytes = read("metaos.elf") {
            if let image = ExecutableImage(bytes) {
                figures["kernel.text.bytes"] = Int(image.textByteCount)
            } else {
                notes.append("kernel.text.bytes: \(build)/metaos.elf is no ELF image")
            }
        }
        figures["iso.bytes"] = read("metaos.iso")?.count
        _ = measureLines("atlas.lines", "Sources/Atlas", ending: ".meta")
        figures["metabinary.bytes"] = read("metabinary.bin")?.count
    }

    /// When a file was changed last.
    private static func changed(_ path: String) -> Date? {
        (try? FileManager.default.attributesOfItem(atPath: path))?[.modificationDate] as? Date
    }

    private mutating func read(_ name: String) -> [UInt8]? {
        guard let data = FileManager.default.contents(atPath: "\(build)/\(name)") else {
            notes.append("cannot read \(build)/\(name)")
            return nil
        }
        return Array(data)
    }

    /// From QEMU's start to the verdict, the median of boots that all passed.
    private mutating func measureBoots(_ name: String, _ medium: MachineDescription.BootMedium) {
        var times: [Int] = []
        for _ in 0..<Self.boots {
            guard let result = boot(card("e1000", medium), name), let time = result.timeToVerdict else { return }
            times.append(Int(time.wholeMilliseconds))
        }
        figures[name] = times.sorted()[Self.boots / 2]
    }

    /// What the kernel generates for a card; nothing where the atlas does not serve it.
    private mutating func measureGeneration(_ name: String, _ device: String) {
        guard let result = boot(card(device, withoutExchange), name), let reported = result.report.drivers.first else {
            return
        }
        guard result.report.drivers.count == 1 else {
            notes.append("\(name): \(result.report.drivers.count) drivers for one card")
            return
        }
        let driver = reported.driver
        for function in driver.functions {
            measure(function, "\(name).\(String(decoding: function.name, as: UTF8.self))")
        }
        figures["\(name).driver.bytes"] = driver.byteCount

        // One instruction is one count of the time-stamp counter then.
        var counting = card(device, withoutExchange)
        counting.countsInstructions = true
        let counted = boot(counting, "\(name).generation.instructions")?.report.drivers.first
        figures["\(name).generation.instructions"] = counted.map { Int(clamping: $0.ticks) }
        figures["\(name).verification.instructions"] = counted?.verificationTicks.map { Int(clamping: $0) }
    }

    /// Counts are Capstone's, and hold only where they are the kernel's too.
    private mutating func measure(_ function: GeneratedFunction, _ name: String) {
        do {
            let instructions = try Disassembler().instructions(
                of: function.bytes, at: function.entry, named: name)
            let branchCount = instructions.count(where: \.isConditionalBranch)
            guard instructions.count == function.marks.count, branchCount == function.branchCount else {
                notes.append(
                    "\(name): the report counts \(function.marks.count) instructions and \(function.branchCount) "
                        + "branches, Capstone \(instructions.count) and \(branchCount)")
                return
            }
            figures["\(name).bytes"] = function.bytes.count
            figures["\(name).instructions"] = instructions.count
            figures["\(name).branches"] = branchCount
        } catch {
            notes.append("\(name): \(error)")
        }
    }

    private func card(_ device: String, _ medium: MachineDescription.BootMedium) -> MachineDescription {
        var description = MachineDescription(.pc, medium)
        description.networks = ["user,id=net0"]
        description.devices = ["\(device),netdev=net0"]
        return description
    }

    /// A boot that passed, or `nil` and a note.
    private mutating func boot(_ description: MachineDescription, _ name: String) -> BootResult? {
        do {
            let result = try Machine.boot(description, within: Self.timeLimit)
            if result.outcome == .passed { return result }
            notes.append("\(name): a boot did not pass: \(Command.summary(result))")
        } catch {
            notes.append("\(name): \(error)")
        }
        return nil
    }
}
