// What the code of one driver may touch, as small as it can be said: a register, a ring, a cell of its state. Whoever
// hands out grants answers for them; the verifier proves that code stays in them.

/// What a driver's code may do to a place.
public struct Rights: OptionSet, Hashable, Sendable {
    public var rawValue: UInt8

    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let read = Rights(rawValue: 1)
    public static let write = Rights(rawValue: 2)
}

/// What may be written to some bits of every element of a grant.
///
/// An address that a device is handed and the length that goes with it are two limits: whichever of them is written
/// first, the one added to the other stays in the memory that the device may use.
public struct Limit: Hashable, Sendable {
    /// What another register of the same space was told last.
    public struct Premise: Hashable, Sendable {
        /// The address of that register, an element of a grant.
        public var place: UInt64
        public var told: ValueRange

        public init(place: UInt64, told: ValueRange) {
            self.place = place
            self.told = told
        }
    }

    /// A number that is allowed where all of its premises hold.
    public struct Sequel: Hashable, Sendable {
        public var range: ValueRange
        /// One at least.
        public var premises: [Premise]

        public init(range: ValueRange, premises: [Premise]) {
            self.range = range
            self.premises = premises
        }

        /// Whether every register holds what it has to.
        @inline(never)
        func holds(after stores: [RegisterStore], in space: Grant.Space) -> Bool {
            for premise in premises {
                var isTold = false
                for store in stores where store.place == premise.place && store.space == space {
                    isTold = premise.told.covers(store.value)
                }
                if !isTold { return false }
            }
            return true
        }
    }

    /// The lowest bit that the limit is about, counted from the start of the element.
    public var firstBit: UInt16
    /// Number of bits, 1 to 64. They lie in one naturally aligned group of 64.
    public var bitCount: UInt8
    /// What these bits may be, as a number.
    public var range: ValueRange
    /// What else they may be: a register may tell of several memories, one at a time, and of nothing between them.
    public var others: [ValueRange]
    /// What else they may be where the device was told certain things before.
    public var sequels: [Sequel]

    public init(
        firstBit: UInt16, bitCount: UInt8, range: ValueRange, others: [ValueRange] = [], sequels: [Sequel] = []
    ) {
        self.firstBit = firstBit
        self.bitCount = bitCount
        self.range = range
        self.others = others
        self.sequels = sequels
    }

    /// Whether it says of each bit by itself whether it may be set, so that a store of some of them can be judged.
    public var isOfBits: Bool { range == ValueRange(bits: range.bits) && others.isEmpty && sequels.isEmpty }

    /// Whether one of the ranges holds every number of another, whatever was stored before.
    private func covers(_ value: ValueRange) -> Bool {
        if range.covers(value) { return true }
        for other in others where other.covers(value) { return true }
        return false
    }

    /// Whether one of the ranges holds every number of another, after these stores.
    func covers(_ value: ValueRange, after stores: [RegisterStore], in space: Grant.Space) -> Bool {
        if covers(value) { return true }
        for sequel in sequels where sequel.range.covers(value) && sequel.holds(after: stores, in: space) {
            return true
        }
        return false
    }

    /// Whether a number is in one of the ranges, whatever was stored before.
    public func contains(_ value: UInt64) -> Bool { covers(ValueRange(value)) }
}

/// The last store to a register that some value waits for.
package struct RegisterStore {
    var space: Grant.Space
    var place: UInt64
    var value: ValueRange

    /// Takes the place of the one before. Of a store that goes to one of several registers, no more is known of any of them.
    ///
    /// - Parameter last: the last place that it may go to, the first being its own.
    @inline(never)
    func replace(in stores: inout [RegisterStore], last: UInt64) {
        stores.removeAll { $0.space == space && $0.place >= place && $0.place <= last }
        if place == last { stores.append(self) }
    }
}

/// Some memory, ports or registers of configuration space that a driver's code may touch.
public struct Grant: Hashable, Sendable {
    /// Where the addresses of a grant lie.
    public enum Space: UInt8, Sendable {
        case memory
        case ports
        /// Configuration space of PCI functions, behind the ports of configuration mechanism #1.
        ///
        /// Layout: bits 23:16 bus, 15:11 device, 10:8 function, 7:0 offset.
        case configuration
        /// Registers behind two others, one of which takes a number.
        ///
        /// Layout: bits 59:44 the number, 43:0 where the other register is.
        case selected
    }

    /// Where the register of a number is, behind one at a place.
    public static func place(ofSelected number: UInt64, behind place: UInt64) -> UInt64 { number << 44 | place }

    /// Highest number that selects, and highest place behind which there are others.
    static let selectedNumber: UInt64 = 0xFFFF, selectedPlace: UInt64 = (1 << 44) - 1

    /// Name for verdicts and reports, ASCII.
    public var name: [UInt8]
    public var space: Space
    /// First address, virtual, first port, place in configuration space, or that of a register behind others.
    public var start: UInt64
    /// Units: bytes. A multiple of `elementByteCount`.
    public var byteCount: UInt64
    public var rights: Rights
    /// Size of a register, of a ring's slot, of a cell: a power of two.
    ///
    /// Units: bytes.
    public var elementByteCount: UInt64
    /// Whether an access takes all of an element: true of registers and cells.
    public var isWhole: Bool
    /// Whether nobody but verified code writes there, so that what is loaded lies in the limits.
    public var isPrivate: Bool
    /// What may be written to an element: in rising order of bits, none over another.
    public var limits: [Limit]
    /// Whether bits of which no limit speaks are written as zero; else they may be anything.
    public var isClosed: Bool
    /// Whether a store to it may have the device forget what other registers were told, or take them for others; of what can
    /// only be read, a load.
    public var voids: Bool
    /// Of the one in which others are, where the register of the same space is that takes their number: what is stored there is
    /// held for one access, which then has to keep the grant of the register that was selected.
    public var select: UInt64?

    public init(
        name: [UInt8], space: Space = .memory, start: UInt64, byteCount: UInt64, rights: Rights,
        elementByteCount: UInt64, isWhole: Bool, isPrivate: Bool = false, limits: [Limit] = [],
        isClosed: Bool = false, voids: Bool = false, select: UInt64? = nil
    ) {
        self.name = name
        self.space = space
        self.start = start
        self.byteCount = byteCount
        self.rights = rights
        self.elementByteCount = elementByteCount
        self.isWhole = isWhole
        self.isPrivate = isPrivate
        self.limits = limits
        self.isClosed = isClosed
        self.voids = voids
        self.select = select
    }
}
