// The models of what a device reaches, held against changes of one number each that are known to have a real card write
// or read elsewhere; and against what the shipped drivers say, which keeps every card at home.

import Devices
import Testing

@Suite struct DeviceReachTests {
    /// A write, by the name of a memory or the number of a window.
    struct Write: Sendable {
        var memory: String?
        var window = 0
        var offset: UInt64
        var byteCount: Int
        var value: UInt64

        static func register(_ offset: UInt64, _ byteCount: Int, _ value: UInt64) -> Write {
            Write(offset: offset, byteCount: byteCount, value: value)
        }

        static func memory(_ name: String, _ offset: UInt64, _ byteCount: Int, _ value: UInt64) -> Write {
            Write(memory: name, offset: offset, byteCount: byteCount, value: value)
        }
    }

    /// What the model of a family says first of some writes.
    private func stray(_ family: String, _ writes: [Write]) throws -> DeviceStray? {
        let driver = try #require(DriverSubjects.shipped.first { $0.family == family }?.driver)
        var reach = try #require(CardModel.reach(of: driver))
        let extents = driver.memories.filter { $0.kind != .state }
        for write in writes {
            var place = ReachPlace.register(window: write.window, offset: write.offset)
            if let name = write.memory {
                let index = try #require(extents.firstIndex { $0.name.elementsEqual(name.utf8) })
                place = .memory(index, offset: write.offset)
            }
            if let stray = reach.take(place, byteCount: write.byteCount, value: write.value) { return stray }
        }
        return nil
    }

    // RCTL with buffers of 16 KiB and long packets; a head after the ring; a length of 20 bits; RBLEN 3; PORT's self-test; CUC 6
    // and a start; 255 fragments; the receive unit on the other list; dump; INDIRECT; 1024 entries; a page elsewhere.
    @Test(arguments: [
        ("e1000", [Write.register(0x100, 4, 0x0601_8022)]), ("e1000", [.register(0x2810, 4, 0x100)]),
        ("e1000e", [.register(0x2810, 4, 0xFFFF)]), ("e1000", [.memory("tx", 8, 8, 0x2B1F_FFFF)]),
        ("rtl8139", [.register(0x44, 4, 0xFF8A)]), ("rtl8139", [.register(0x30, 4, 0x1000)]),
        ("i8255x", [.register(0x08, 4, 0x2_0001)]), ("i8255x", [.register(0x02, 2, 0x160), .register(0x02, 2, 0x110)]),
        ("i8255x", [.memory("sends", 8, 8, 0xFF00_0000_0000_0000)]),
        ("i8255x", [.register(0x08, 4, 0), .register(0x04, 4, 0x1000), .register(0x02, 2, 0x101)]),
        ("i8255x", [.memory("sends", 2, 1, 6)]),
        ("virtio_net", [.memory("rx_table", 12, 2, 4)]), ("virtio_net", [.register(0x18, 2, 1024)]),
        ("virtio_net", [.memory("tx_available", 4, 2, 128)]),
        ("virtio_net_legacy", [.register(0x08, 4, 0x1000)]), ("virtio_net_legacy", [.memory("tx_table", 12, 2, 4)]),
        ("virtio_net_legacy", [.memory("tx_available", 4, 2, 256)]),
        // Descriptors of 32 bytes and buffers of 15 KiB of an 82574L; a 64-KiB ring, with WRAP or not; redirection; a count
        // and a list of what is sent; a multicast list; the extended form; a length past a buffer.
        ("e1000e", [.register(0x100, 4, 0x0400_8402)]), ("e1000e", [.register(0x100, 4, 0x7C00_8022)]),
        ("rtl8139", [.register(0x44, 4, 0xFF0A)]), ("i8255x", [.register(0x02, 2, 0x103)]),
        ("i8255x", [.memory("sends", 12, 2, 0x3FFF)]), ("i8255x", [.memory("sends", 8, 4, 0x1000)]),
        ("i8255x", [.memory("sends", 2, 1, 3)]), ("i8255x", [.register(0x08, 4, 0x2_0005)]),
        ("i8255x", [.memory("setup", 2, 2, 2), .memory("setup", 8, 8, 0x0322_0000_0000_0816)]),
        ("virtio_net", [.memory("rx_table", 8, 8, 0x2_0000_4000)]),
        // One byte more, and none, which is 4,096; a ring of 128, one that begins in its middle; the block's address, high and
        // low half; structures of 16 bits; a ring's address that the card would take without a block.
        ("pcnet", [.memory("receives", 4, 4, 0x8000_F7FF)]), ("pcnet", [.memory("sends", 20, 4, 0x8300_F000)]),
        ("pcnet", [.memory("sends", 0, 4, 0x1000)]),
        ("pcnet", [.memory("setup", 2, 1, 0x70), .register(0x12, 2, 0), .register(0x10, 2, 4), .register(0x10, 2, 3)]),
        ("pcnet", [.memory("setup", 24, 4, 0), .register(0x12, 2, 0), .register(0x10, 2, 4), .register(0x10, 2, 3)]),
        (
            "pcnet",
            [
                .register(0x12, 2, 0), .register(0x10, 2, 4), .register(0x12, 2, 2), .register(0x10, 2, 0x55),
                .register(0x12, 2, 0), .register(0x10, 2, 1),
            ]
        ),
        (
            "pcnet",
            [
                .register(0x12, 2, 0), .register(0x10, 2, 4), .register(0x12, 2, 20), .register(0x16, 2, 0),
                .register(0x12, 2, 0), .register(0x10, 2, 3),
            ]
        ),
        ("pcnet", [.register(0x12, 2, 0), .register(0x10, 2, 4), .register(0x12, 2, 24), .register(0x10, 2, 0)]),
    ]) func `one number has a card stray`(row: (family: String, writes: [Write])) throws {
        #expect(try stray(row.family, row.writes) != nil)
    }

    @Test(arguments: [
        ("e1000", [Write.register(0x100, 4, 0x0400_8002)]), ("e1000", [.register(0x100, 4, 0x0400_8022)]),
        ("e1000", [.register(0x2810, 4, 0xFF)]), ("rtl8139", [.register(0x44, 4, 0xE78A)]),
        ("i8255x", [.register(0x08, 4, 0), .register(0x02, 2, 0x166)]), ("i8255x", [.register(0x02, 2, 0x120)]),
        ("virtio_net", [.memory("rx_table", 12, 2, 2)]), ("virtio_net", [.register(0x18, 2, 128)]),
        // The same bits where they mean something else: reserved in an 82540EM, the other command's.
        ("e1000", [.register(0x100, 4, 0x0400_8402)]),
        ("i8255x", [.memory("setup", 2, 2, 2), .memory("setup", 8, 8, 0x0332_0000_0000_0816)]),
        ("i8255x", [.memory("setup", 34, 2, 0x8001), .memory("setup", 40, 8, 0x5634_1200_5452)]),
        ("virtio_net", [.memory("rx_table", 8, 8, 0x2_0000_0800)]),
        ("virtio_net_legacy", [.register(0x08, 4, 0)]), ("virtio_net_legacy", [.memory("rx_available", 4, 2, 255)]),
        // The same halves and ring while the card runs, which does not hear them; a shorter ring; a frame.
        ("pcnet", [.register(0x12, 2, 2), .register(0x10, 2, 0x55), .register(0x12, 2, 0), .register(0x10, 2, 1)]),
        ("pcnet", [.register(0x12, 2, 24), .register(0x10, 2, 0)]), ("pcnet", [.memory("sends", 4, 4, 0x8300_FA16)]),
        ("pcnet", [.memory("setup", 2, 1, 0x50), .register(0x12, 2, 0), .register(0x10, 2, 4), .register(0x10, 2, 3)]),
    ]) func `what a driver says has no card stray`(row: (family: String, writes: [Write])) throws {
        #expect(try stray(row.family, row.writes) == nil)
    }
}
