// What QEMU is told.

import Testing

@testable import Machines

@Suite struct `Machine description` {
    @Test func `nothing is there that was not described`() {
        var description = MachineDescription(.q35, .cdrom(path: "a.iso"))
        description.networks = ["user,id=n"]
        description.devices = ["one", "two,netdev=n"]
        description.memoryMebibytes = 64
        description.processor = "Haswell"
        #expect(
            description.arguments(monitorSocket: nil).joined(separator: " ")
                == "-M q35 -accel tcg -cpu Haswell -m 64M -nodefaults -vga std -display none -no-reboot "
                + "-chardev stdio,id=com1,signal=off -serial chardev:com1 "
                + "-device isa-debug-exit,iobase=0xf4,iosize=0x04 -netdev user,id=n -device one -device two,netdev=n "
                + "-cdrom a.iso")
    }

    @Test func `a plain machine has neither exit nor options of ours but those to watch it`() {
        var description = MachineDescription(.pc, .cdrom(path: "a.iso"))
        description.hasDefaultDevices = true
        description.hasDebugExit = false
        let arguments = description.arguments(monitorSocket: "/tmp/m")
        #expect(!arguments.contains("-nodefaults") && !arguments.contains { $0.contains("debug-exit") })
        #expect(arguments.contains("unix:/tmp/m,server=on,wait=off"))
    }

    @Test func `each network card that names no network gets one of its own`() {
        var description = MachineDescription(.pc, .cdrom(path: "a.iso"))
        description.devices = [
            "rtl8139,mac=52:54:00:00:00:01", "virtio-rng-pci", "virtio-net-pci,netdev=own", "e1000e",
            "virtio-net-pci-non-transitional,id=card",
        ]
        description.connectCards()
        #expect(description.networks == ["user,id=net0", "user,id=net1", "user,id=net2"])
        #expect(
            description.devices == [
                "rtl8139,mac=52:54:00:00:00:01,netdev=net0", "virtio-rng-pci", "virtio-net-pci,netdev=own",
                "e1000e,netdev=net1", "virtio-net-pci-non-transitional,id=card,netdev=net2",
            ])
    }

    @Test func `a comma in the path of a disk stays in the path`() {
        let description = MachineDescription(.pc, .disk(path: "a,b.img"))
        #expect(description.arguments(monitorSocket: nil).contains("file=a,,b.img,format=raw,snapshot=on,if=ide"))
    }

    @Test func `an injury is the same again for the same seed`() {
        let bytes = [UInt8](repeating: 0x55, count: 10_000)
        var first = SerialInjury(seed: 7, lostPerMillion: 10_000, flippedPerMillion: 10_000)
        var second = first
        var third = SerialInjury(seed: 8, lostPerMillion: 10_000, flippedPerMillion: 10_000)
        var none = SerialInjury(seed: 7)
        let harmed = first.pass(bytes)
        #expect(harmed == second.pass(bytes))
        #expect(harmed != third.pass(bytes))
        #expect((100...300).contains(first.injuryCount))
        #expect(none.pass(bytes) == bytes)
    }

    @Test func `a screen shows what its memory holds`() throws {
        var memory = [UInt8](repeating: 0, count: 4000)
        for (index, character) in "Hi \u{7F}".utf8.enumerated() { memory[160 * 24 + index * 2] = character }
        let text = try #require(ScreenText(memory: memory))
        #expect(text.lines == Array(repeating: "", count: 24) + ["Hi ?"])
        #expect(ScreenText(memory: Array(memory.dropLast())) == nil)
    }
}
