// What the kernel itself writes to configuration space, as QEMU saw it: nothing to graphics, bridges and what a board has of
// its own, and bus mastering off on USB controllers only after firmware was asked to let them go.

import Foundation
import Machines
import Testing

@Suite("What the kernel writes to")
struct UntouchedFunctionTests {
    /// A write to configuration space: the function's place, offset and value.
    private struct Write { var function: String, offset: String, value: UInt64 }

    /// Those of the kernel, whose report begins with an m on the serial line; firmware sends nothing there.
    ///
    ///     pci_cfg_write VGA 00:02.0 @0x4 <- 0x107
    ///     memory_region_ops_write cpu 0 mr 0x55edab98cae0 addr 0x3f8 value 0x6d size 1 name 'serial'
    private static func kernelWrites(_ trace: String) -> [Write] {
        let lines = trace.split(separator: "\n")
        let start = lines.firstIndex { $0.contains("addr 0x3f8 value 0x6d ") } ?? lines.endIndex
        return lines[start...].compactMap { line in
            let words = line.split(separator: " ")
            guard words[0] == "pci_cfg_write", let value = UInt64(words[5].dropFirst(2), radix: 16) else { return nil }
            return Write(function: String(words[2]), offset: String(words[3].dropFirst()), value: value)
        }
    }

    @Test("no screen and no bridge, a USB controller once firmware lets it go, and watchdogs that run")
    func leavesOthersAlone() throws {
        var scenario = Scenario.plain
        scenario.board = .q35
        scenario.devices = [
            "VGA,addr=2", scenario.devices[0] + ",addr=3", "qemu-xhci,addr=4", "usb-ehci,addr=5",
            "piix3-usb-uhci,addr=6", "pci-ohci,addr=7", "i6300esb,addr=8", "intel-hda,addr=9",
        ]
        let path = FileManager.default.temporaryDirectory.appending(path: "metaos-\(UUID().uuidString).trace").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        scenario.extraArguments = ["-trace", "pci_cfg_write", "-trace", "memory_region_ops_write", "-D", path]
        let result = try Images.boot(scenario)
        #expect(result.outcome == .passed, "\(result.tail)")
        let writes = Self.kernelWrites(try String(contentsOfFile: path, encoding: .utf8))
        // The card, four controllers and the disk controller of the board (00:1f.2).
        #expect(Set(writes.map(\.function)) == ["00:03.0", "00:04.0", "00:05.0", "00:06.0", "00:07.0", "00:1f.2"])
        let released = writes.firstIndex { $0.function == "00:06.0" && $0.offset == "0xc0" && $0.value == 0x8F00 }
        // Firmware drove a controller before that one, which is silent only now.
        let silenced = writes.lastIndex { $0.function == "00:04.0" && $0.offset == "0x4" }
        #expect(try #require(released) < #require(silenced))
        for function in ["00:04.0", "00:05.0", "00:06.0", "00:07.0", "00:1f.2"] {
            let commands = writes.filter { $0.function == function && $0.offset == "0x4" }
            #expect(commands.last.map { $0.value & 4 } == 0, "\(function)")
        }
    }
}
