// A network card behind the functions that were generated for it: the contract `ring_nic 1` as calls and typed outcomes.
// What a function returns beyond its contract is a breach, whatever the card did: a driver that lies is not called again.

import Hardware
import Pipeline
import Program

/// A generated function returned what its contract does not know.
struct ContractBreach: Error {
    var function: StaticString
    var value: UInt64
}

/// A card that frames go through.
///
/// Buffers go by number. The card begins with all of the receive pool and all but the spare ones of the transmit pool.
struct RingCard {
    enum Bringup: UInt64 {
        case ready, stuck, gone

        var word: StaticString {
            switch self {
            case .ready: "ready"
            case .stuck: "stuck"
            case .gone: "gone"
            }
        }
    }

    /// A frame that the card received, in a buffer that is ours until it is given back.
    struct Received {
        var buffer: UInt64
        /// Units: bytes; `nil` for what is no good frame.
        var byteCount: Int?
    }

    /// Distance of one buffer to the next, in both pools.
    ///
    /// Units: bytes. Source: the contract.
    private static let stride: UInt64 = 2048
    /// Buffers of the transmit pool that are ours from the start. Source: the contract.
    private static let spareCount: UInt64 = 8

    private let bringupEntry: VirtualAddress
    private let transmitEntry: VirtualAddress
    private let notifyEntry: VirtualAddress
    private let receiveEntry: VirtualAddress
    private let givebackEntry: VirtualAddress
    private let linkEntry: VirtualAddress
    private let macEntry: VirtualAddress
    private let transmitPool: Pool
    private let receivePool: Pool
    /// Transmit buffer that the next frame is written to.
    private var buffer: UInt64

    /// The buffers of a direction.
    private struct Pool {
        var start: UInt64
        var count: UInt64

        func bytes(of buffer: UInt64) -> UnsafeMutableBufferPointer<UInt8> {
            UnsafeMutableBufferPointer(
                start: UnsafeMutablePointer(bitPattern: UInt(start + buffer * stride)), count: Int(stride))
        }
    }

    /// Whether a driver's class is the one of such cards.
    static func isClass(of driver: GeneratedDriver) -> Bool { equals(driver.className, "ring_nic") }

    /// The card of a driver; a function or a pool of the contract that is missing ends the run.
    init(_ driver: GeneratedDriver) {
        bringupEntry = Self.entry(of: "bringup", in: driver)
        transmitEntry = Self.entry(of: "transmit", in: driver)
        notifyEntry = Self.entry(of: "notify", in: driver)
        receiveEntry = Self.entry(of: "receive", in: driver)
        givebackEntry = Self.entry(of: "giveback", in: driver)
        linkEntry = Self.entry(of: "link", in: driver)
        macEntry = Self.entry(of: "mac", in: driver)
        transmitPool = Self.pool(of: "tx", in: driver)
        receivePool = Self.pool(of: "rx", in: driver)
        guard transmitPool.count > Self.spareCount else { endWithFault("contract", ascii("tx")) }
        buffer = transmitPool.count - Self.spareCount
    }

    @inline(never)
    private static func entry(of name: StaticString, in driver: GeneratedDriver) -> VirtualAddress {
        for function in driver.functions where equals(function.name, name) { return function.entry }
        endWithFault("contract", ascii(name))
    }

    /// The pool whose name begins with the direction's.
    @inline(never)
    private static func pool(of direction: StaticString, in driver: GeneratedDriver) -> Pool {
        for memory in driver.memories where memory.kind == .pool && equals([UInt8](memory.name.prefix(2)), direction) {
            return Pool(start: memory.virtual.rawValue, count: memory.byteCount / stride)
        }
        endWithFault("contract", ascii(direction))
    }

    /// Brings the card up.
    @inline(never)
    func bringUp() throws(ContractBreach) -> Bringup {
        let value = callGenerated(bringupEntry) & 0xFF
        guard let outcome = Bringup(rawValue: value) else { throw ContractBreach(function: "bringup", value: value) }
        return outcome
    }

    /// Whether the link is up.
    var isLinkUp: Bool { callGenerated(linkEntry) & 1 != 0 }

    /// Address of the card's station: the first octet on the wire in bits 7:0.
    var station: UInt64 { callGenerated(macEntry) }

    /// Where the next frame to send is written.
    var outgoing: UnsafeMutableBufferPointer<UInt8> { transmitPool.bytes(of: buffer) }

    /// Hands the frame over that was written to `outgoing`; false where every slot is taken. The card need not look before
    /// it is notified.
    @inline(never)
    mutating func transmit(byteCount: Int) throws(ContractBreach) -> Bool {
        let value = callGenerated(transmitEntry, buffer, UInt64(byteCount))
        switch value >> 32 {
        case 0 where value & 0xFFFF < transmitPool.count:
            buffer = value & 0xFFFF
            return true
        case 1: return false
        default: throw ContractBreach(function: "transmit", value: value)
        }
    }

    /// Tells the card of all frames handed over since.
    @inline(never)
    func notify() { _ = callGenerated(notifyEntry) }

    /// The next frame that the card received, or `nil` for none.
    @inline(never)
    func receive() throws(ContractBreach) -> Received? {
        let value = callGenerated(receiveEntry)
        if value >> 32 == 1 { return nil }
        let buffer = value >> 16 & 0xFFFF
        let byteCount = value & 0xFFFF
        guard value >> 32 == 0 || value >> 32 == 2, buffer < receivePool.count,
            byteCount <= Self.stride
        else { throw ContractBreach(function: "receive", value: value) }
        return Received(buffer: buffer, byteCount: value >> 32 == 0 ? Int(byteCount) : nil)
    }

    /// The bytes of a received frame, as long as it is ours.
    @inline(never)
    func bytes(of received: Received) -> UnsafeMutableBufferPointer<UInt8> {
        let start = receivePool.bytes(of: received.buffer).baseAddress
        return UnsafeMutableBufferPointer(start: start, count: received.byteCount ?? 0)
    }

    /// Gives a received frame's buffer back to the card.
    @inline(never)
    func giveBack(_ received: Received) throws(ContractBreach) {
        let value = callGenerated(givebackEntry, received.buffer) & 0xFF
        guard value == 0 else { throw ContractBreach(function: "giveback", value: value) }
    }
}
