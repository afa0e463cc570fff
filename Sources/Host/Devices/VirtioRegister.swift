// The structures of a virtio network device on PCI that the simulated card has, and where they lie in its window. What their
// fields do is in VirtioCard.
// Source: Virtual I/O Device (VIRTIO) Version 1.2, sections 4.1.4.3 (common configuration) and 5.1.4 (network device).

/// Offsets of fields in what the base address register decodes.
enum VirtioRegister {
    // Where the structures begin; QEMU has them there too, and the capabilities say so.
    static let common: UInt64 = 0x0000
    static let device: UInt64 = 0x2000
    static let notification: UInt64 = 0x3000
    static let windowByteCount: UInt64 = 0x4000

    static let deviceFeatureSelect: UInt64 = 0x00
    static let deviceFeature: UInt64 = 0x04
    static let driverFeatureSelect: UInt64 = 0x08
    static let driverFeature: UInt64 = 0x0C
    static let queueCount: UInt64 = 0x12
    static let status: UInt64 = 0x14
    static let queueSelect: UInt64 = 0x16
    static let queueSize: UInt64 = 0x18
    static let queueEnable: UInt64 = 0x1C
    static let queueNotifyOffset: UInt64 = 0x1E
    static let queueTable: UInt64 = 0x20
    static let queueDriver: UInt64 = 0x28
    static let queueDevice: UInt64 = 0x30
    static let stationAddress: UInt64 = 0x2000
    static let networkStatus: UInt64 = 0x2006

    /// What may be done with a run of fields.
    struct Row {
        var offset: UInt64
        var count = 1
        /// Units: bytes of a field, and of every access to it; halves of 64 bits are fields of their own (4.1.3.1).
        var width: Int
        var isReadOnly = false
    }

    static let rows: [Row] = [
        Row(offset: deviceFeatureSelect, width: 4),
        Row(offset: deviceFeature, width: 4, isReadOnly: true),
        Row(offset: driverFeatureSelect, width: 4),
        Row(offset: driverFeature, width: 4),
        Row(offset: 0x10, width: 2),  // config_msix_vector
        Row(offset: queueCount, width: 2, isReadOnly: true),
        Row(offset: status, width: 1),
        Row(offset: 0x15, width: 1, isReadOnly: true),  // config_generation
        Row(offset: queueSelect, width: 2),
        Row(offset: queueSize, width: 2),
        Row(offset: 0x1A, width: 2),  // queue_msix_vector
        Row(offset: queueEnable, width: 2),
        Row(offset: queueNotifyOffset, width: 2, isReadOnly: true),
        Row(offset: queueTable, count: 6, width: 4),
        Row(offset: stationAddress, count: 6, width: 1, isReadOnly: true),
        Row(offset: networkStatus, width: 2, isReadOnly: true),
        Row(offset: 0x2008, width: 2, isReadOnly: true),  // max_virtqueue_pairs
        Row(offset: 0x200A, width: 2, isReadOnly: true),  // mtu
        Row(offset: notification, count: 4096, width: 2),
    ]

    /// The row of the field that is at an offset.
    static func row(at offset: UInt64, among rows: [Row]) -> Row? {
        rows.first {
            $0.offset <= offset && offset < $0.offset + UInt64($0.count * $0.width)
                && (offset - $0.offset) % UInt64($0.width) == 0
        }
    }
}

/// Bits of the device status (2.1).
enum VirtioStatus {
    static let acknowledge: UInt8 = 1
    static let driver: UInt8 = 2
    static let driverOK: UInt8 = 4
    static let featuresOK: UInt8 = 8
    static let needsReset: UInt8 = 64
    static let failed: UInt8 = 128
}

/// Bits of the features (5.1.3, 6).
enum VirtioFeature {
    static let mac: UInt64 = 1 << 5
    static let mergedBuffers: UInt64 = 1 << 15
    static let status: UInt64 = 1 << 16
    static let anyLayout: UInt64 = 1 << 27
    static let indirect: UInt64 = 1 << 28
    static let eventIndex: UInt64 = 1 << 29
    static let version1: UInt64 = 1 << 32
    /// ACCESS_PLATFORM and ORDER_PLATFORM.
    static let platform: UInt64 = 1 << 33 | 1 << 36
    static let ringReset: UInt64 = 1 << 40
    /// What this card can do with frames if it is asked; none of it is modelled, so nobody may ask.
    static let others: UInt64 = 0b11 | mergedBuffers | 1 << 17 | indirect | ringReset
}
