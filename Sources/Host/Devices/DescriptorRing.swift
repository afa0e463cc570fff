// One descriptor ring as the card sees it: which descriptors are whose, and what was taken but not yet reported.
// GigabitCard moves it; memory is touched there.

/// A ring's registers and progress.
///
/// Going up the ring, the card owns `done ..< tail`, of which it has taken `done ..< head`.
final class DescriptorRing {
    /// What is to be written back for a descriptor that was taken.
    struct Completion {
        var slot: Int
        /// Units: bytes.
        var byteCount: Int
        var isEnd: Bool
        var errors: UInt8
        var isReported: Bool
    }

    /// Units: bytes. Source: 8254x manual, sections 3.2.3 and 3.3.3.
    static let descriptorByteCount = 16

    let name: Violation.Ring
    var base: UInt64 = 0
    var byteCount: UInt32 = 0
    /// First slot that is not written back.
    var done = 0
    /// First slot that is not taken.
    var head = 0
    /// First slot that the card does not own.
    var tail = 0
    var isEnabled = false
    var pending: [Completion] = []
    /// Completions that a failing card reports once more, each after so many steps.
    var repeats: [(completion: Completion, steps: Int)] = []
    /// Address in each slot that the card owns, as it was when the card was given the slot.
    var addresses: [UInt64] = []
    var stepsToFetch = 0
    var stepsToWriteBack = 0

    init(_ name: Violation.Ring) { self.name = name }

    /// As after a reset.
    func clear() {
        (base, byteCount) = (0, 0)
        (done, head, tail) = (0, 0, 0)
        isEnabled = false
        pending = []
        repeats = []
        addresses = []
        (stepsToFetch, stepsToWriteBack) = (0, 0)
    }

    var count: Int { Int(byteCount) / Self.descriptorByteCount }

    /// Slots from one up to another, around the ring.
    func distance(from first: Int, to second: Int) -> Int {
        guard count > 0 else { return 0 }
        let difference = (second - first) % count
        return difference < 0 ? difference + count : difference
    }

    func slot(after slot: Int) -> Int { slot + 1 >= count ? 0 : slot + 1 }

    /// Whether the card owns the slot.
    func owns(_ slot: Int) -> Bool { distance(from: done, to: slot) < distance(from: done, to: tail) }

    /// Descriptors that the card may still take.
    var available: Int { distance(from: head, to: tail) }

    /// Slot of a physical address, or `nil` where it lies outside.
    func slot(at physical: UInt64) -> Int? {
        guard byteCount > 0, physical >= base, physical - base < UInt64(byteCount) else { return nil }
        return Int(physical - base) / Self.descriptorByteCount
    }

    /// Physical address of a slot.
    func address(of slot: Int) -> UInt64 { base + UInt64(slot * Self.descriptorByteCount) }
}
