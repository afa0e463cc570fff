// The old form of a virtio network card, a few ports without a capability: where its registers are, and in what its queues
// and its steps differ. Behind them is the same card.
// Source: Virtual I/O Device (VIRTIO) Version 1.2, sections 4.1.4.10 (layout), 2.7.2 (queues), 3.1.2 (initialisation) and 5.1.6
// (the header).

extension VirtioRegister {
    /// The number of the first page of the selected queue.
    static let legacyPage: UInt64 = 0x08

    /// Fields of the old form, with the offset in the new form of what each is.
    private static let legacyFields: [(row: Row, modern: UInt64)] = [
        (Row(offset: 0x00, width: 4, isReadOnly: true), deviceFeature), (Row(offset: 0x04, width: 4), driverFeature),
        (Row(offset: legacyPage, width: 4), legacyPage), (Row(offset: 0x0C, width: 2, isReadOnly: true), queueSize),
        (Row(offset: 0x0E, width: 2), queueSelect), (Row(offset: 0x10, width: 2), notification),
        (Row(offset: 0x12, width: 1), status), (Row(offset: 0x14, count: 6, width: 1), stationAddress),
        (Row(offset: 0x1A, width: 2, isReadOnly: true), networkStatus),
    ]
    static let legacyRows = legacyFields.map(\.row)

    /// Where the new form has the field that is at an offset of the old one.
    static func modern(_ offset: UInt64) -> UInt64 {
        let field = legacyFields.last { $0.row.offset <= offset }
        return field.map { $0.modern + (offset - $0.row.offset) } ?? offset
    }
}

extension VirtioCard {
    /// Pages that a queue begins at, and its used ring.
    private static let pageByteCount: UInt64 = 4096

    /// The page of a queue, which enables it; 0 takes it away.
    func setPage(_ page: UInt32) {
        guard let queue = selected else { return object(.noRegister(offset: VirtioRegister.legacyPage)) }
        guard page != 0 else { return queue.clear() }
        if queue.isEnabled { return object(.ringMovedWhileEnabled(queue.name, offset: VirtioRegister.legacyPage)) }
        if status & VirtioStatus.driver == 0 || isRunning { object(.outOfSequence(offset: VirtioRegister.legacyPage)) }
        queue.table = UInt64(page) * Self.pageByteCount
        queue.available = queue.table + queue.tableByteCount
        let end = queue.available + queue.availableByteCount
        queue.used = (end + Self.pageByteCount - 1) / Self.pageByteCount * Self.pageByteCount
        enable(queue, 1)
    }

    /// Nothing tells the driver that it took what was not offered, or that the header has to have a buffer of its own.
    func checkLegacyFeatures() {
        let known = VirtioFeature.mac | VirtioFeature.status | VirtioFeature.eventIndex | VirtioFeature.anyLayout
        guard accepted & ~(features & known) == 0, accepted & VirtioFeature.anyLayout != 0 else {
            return object(.outOfSequence(offset: VirtioRegister.driverFeature))
        }
    }
}
