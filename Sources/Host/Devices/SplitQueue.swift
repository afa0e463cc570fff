// One split virtqueue as the device sees it: where its parts lie, which descriptors are whose, and what was taken but not yet
// told of. VirtioCard moves it; memory is touched there.
// Source: Virtual I/O Device (VIRTIO) Version 1.2, section 2.7.

/// A queue's configuration and progress.
final class SplitQueue {
    /// What is to be told of a buffer that was taken.
    struct Completion {
        var id: UInt32
        /// Units: bytes written.
        var byteCount: UInt32
        var report: ReceiveReport?
    }

    let name: Violation.Ring
    /// Entries: at most so many, before the driver says how many.
    let maximum: UInt16
    let notifyOffset: UInt16
    var size: UInt16
    var table: UInt64 = 0
    var available: UInt64 = 0
    var used: UInt64 = 0
    var isEnabled = false
    /// Whether the device looks for more by itself; else it waits for a doorbell.
    var isAwake = false
    /// Entries that were seen in the available ring, modulo 65,536.
    var seen: UInt16 = 0
    /// Entries that the driver has made available, as far as it said so.
    var offered: UInt16 = 0
    /// What a reader that is not the driver sees instead of `offered`: the driver's store is still on its way, for so many
    /// steps at most.
    var stale: (offered: UInt16, steps: Int)?
    /// Entries told of.
    var told: UInt16 = 0
    /// Descriptors that are the device's.
    var isOwned: [Bool] = []
    /// Taken for a frame to come.
    var vacant: [UInt32] = []
    /// Done and not told of.
    var pending: [Completion] = []
    var stepsToLook = 0
    var stepsToTell = 0

    init(_ name: Violation.Ring, maximum: UInt16, notifyOffset: UInt16) {
        self.name = name
        self.maximum = maximum
        self.notifyOffset = notifyOffset
        size = maximum
    }

    /// As after a reset.
    func clear() {
        size = maximum
        (table, available, used) = (0, 0, 0)
        (isEnabled, isAwake) = (false, false)
        (seen, offered, told, stale) = (0, 0, 0, nil)
        (isOwned, vacant, pending) = ([], [], [])
        (stepsToLook, stepsToTell) = (0, 0)
    }

    /// What the device sees of `offered`.
    var visible: UInt16 { stale?.offered ?? offered }

    // The three parts (2.7): a descriptor has 16 bytes, an available entry 2, a used element 8; both rings begin with flags
    // and an index, and end with an event.
    var tableByteCount: UInt64 { UInt64(size) * 16 }
    var availableByteCount: UInt64 { 4 + UInt64(size) * 2 + 2 }
    var usedByteCount: UInt64 { 4 + UInt64(size) * 8 + 2 }

    func descriptor(_ id: Int) -> UInt64 { table + UInt64(id) * 16 }
    func entry(_ index: UInt16) -> UInt64 { available + 4 + UInt64(index % size) * 2 }
    func element(_ index: UInt16) -> UInt64 { used + 4 + UInt64(index % size) * 8 }
    /// Where the device writes up to which entry it looks by itself.
    var event: UInt64 { used + 4 + UInt64(size) * 8 }
}
