// The machines that are recorded: what QEMU is told, and where the recording stands.

import Foundation
import Recording
import Testing

/// A machine that QEMU can be, with its recording.
struct RecordedMachine: CustomTestStringConvertible, Sendable {
    /// How discovery starts.
    enum Start: Sendable {
        /// From what QEMU's own loader leaves.
        case pvh
        /// From what GRUB leaves.
        case multiboot2
        /// From nothing: the root pointer has to be searched.
        case nothing
    }

    var name: String
    var start: Start
    var arguments: [String]

    var testDescription: String { name }

    /// File of the recording.
    var file: URL {
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Fixtures/machines/\(name).recording")
    }

    var recording: Recording {
        get throws { try Recording(text: String(contentsOf: file, encoding: .utf8)) }
    }

    static let all = [
        RecordedMachine(
            name: "pc", start: .pvh,
            arguments: ["-machine", "pc", "-m", "64", "-cpu", "Haswell", "-nodefaults", "-vga", "std"]
                + ["-device", "pci-bridge,id=bridge,chassis_nr=1,addr=3", "-device", "e1000,bus=bridge,addr=1"]
                + ["-device", "rtl8139", "-device", "virtio-net-pci", "-device", "nvme,serial=none"]),
        RecordedMachine(
            name: "q35", start: .multiboot2,
            arguments: ["-machine", "q35", "-m", "128", "-cpu", "max", "-vga", "std"]
                + ["-device", "pcie-root-port,id=downstream,chassis=1,slot=1", "-device", "e1000e,bus=downstream"]
                + ["-device", "qemu-xhci", "-device", "virtio-net-pci", "-device", "e1000"]),
        RecordedMachine(
            name: "pc-second-root", start: .nothing,
            arguments: ["-machine", "pc", "-m", "64", "-cpu", "qemu64", "-nodefaults"]
                + ["-device", "pxb,id=root,bus_nr=128,bus=pci.0", "-device", "e1000,bus=root,addr=4"]
                + ["-object", "memory-backend-ram,id=shared,size=4G,reserve=off"]
                + ["-device", "ivshmem-plain,memdev=shared,bus=pci.0"]),
        RecordedMachine(
            name: "pc-cards", start: .pvh,
            arguments: ["-machine", "pc", "-m", "64", "-cpu", "Haswell", "-nodefaults"]
                + ["-device", "pci-bridge,id=bridge,chassis_nr=1,addr=3", "-device", "rtl8139,bus=bridge,addr=1"]
                + ["-device", "virtio-net-pci,disable-legacy=on,bus=bridge,addr=2"]
                + ["-device", "e1000", "-device", "rtl8139", "-device", "virtio-net-pci"]
                + ["-device", "virtio-net-pci,disable-legacy=on", "-device", "e1000e"]),
        RecordedMachine(
            name: "q35-cards", start: .pvh,
            arguments: ["-machine", "q35", "-m", "128", "-cpu", "Haswell", "-nodefaults"]
                + ["-device", "pcie-root-port,id=first,chassis=1,slot=1", "-device", "e1000e,bus=first"]
                + ["-device", "pcie-root-port,id=second,chassis=2,slot=2"]
                + ["-device", "virtio-net-pci,disable-legacy=on,bus=second"]
                + ["-device", "virtio-net-pci,disable-legacy=off", "-device", "virtio-net-pci,disable-legacy=on"]
                + ["-device", "rtl8139", "-device", "e1000", "-device", "e1000e"]),
        RecordedMachine(
            name: "pc-lists", start: .pvh,
            arguments: ["-machine", "pc", "-m", "64", "-cpu", "Haswell", "-nodefaults"]
                + ["-device", "i82559c", "-device", "e1000", "-device", "ne2k_pci"]),
        RecordedMachine(
            name: "pc-old", start: .pvh,
            arguments: ["-machine", "pc", "-m", "64", "-cpu", "Haswell", "-nodefaults"]
                + ["-device", "virtio-net-pci,disable-modern=on,disable-legacy=off"]),
        RecordedMachine(
            name: "pc-lance", start: .pvh,
            arguments: ["-machine", "pc", "-m", "64", "-cpu", "Haswell", "-nodefaults", "-device", "pcnet"]),
    ]
}
