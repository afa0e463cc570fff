// What is wrong with a simulated device, as data: which registers fail and how, and how its rings lie. A device reads
// the plan while it works, so a harness may change it at any time; with an empty plan a device is sound.

/// Failures of a device.
public struct FailurePlan: Hashable, Sendable {
    /// Failing registers by offset.
    public var registers: [UInt64: RegisterFailure] = [:]
    /// The device is gone: every read gives all ones, nothing else happens.
    public var isGone = false
    public var rings = RingFailures()

    public init() {}

    public init(register offset: UInt64, _ failure: RegisterFailure) { registers[offset] = failure }

    public init(rings: RingFailures) { self.rings = rings }

    /// A sound device.
    public static let none = FailurePlan()
}

/// How a device fails at its descriptor rings. *Per mille* is a chance in a thousand; what *noise* is, the seed says.
public struct RingFailures: Hashable, Sendable {
    /// Descriptors are taken and never written back.
    public var neverCompletes = false

    // Of a thousand frames received, those that are reported

    /// with a length of 0,
    public var emptyPerMille = 0
    /// with a length above the buffer's,
    public var hugePerMille = 0
    /// without end of packet,
    public var unendedPerMille = 0
    /// with error bits.
    public var errorPerMille = 0

    // Of a thousand descriptors written back, those

    /// whose address is overwritten as well,
    public var scrambledAddressPerMille = 0
    /// that are not, though the device has moved on: a completion that never comes,
    public var lostPerMille = 0
    /// that are written back once more, some time later, whoever owns them then.
    public var twicePerMille = 0

    // Of a thousand steps, those in which

    /// a descriptor, whoever owns it, is marked done,
    public var doneAgainPerMille = 0
    /// noise is written over a descriptor, whoever owns it: all of it, its address, its length or its status,
    public var noisePerMille = 0
    /// the device goes on at another slot,
    public var headJumpPerMille = 0
    /// the device believes its ring to end at another slot.
    public var tailJumpPerMille = 0

    public init() {}

    /// Whether something happens in steps on which nobody waits.
    var areRestless: Bool { doneAgainPerMille + noisePerMille + headJumpPerMille + tailJumpPerMille > 0 }
}
