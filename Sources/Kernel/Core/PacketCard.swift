// A network card behind the functions that were generated for it: the contract `packet_nic 2` as calls and typed outcomes.
// What a function returns beyond its contract is a breach, whatever the card did, and a fault in it ends the call: either
// way the error says why the driver is not to be called again.

import Hardware
import Pipeline
import Program
import Report

/// A card that frames go through.
///
/// Buffers go by number. The card begins with all that receive and all but the spare ones that transmit.
struct PacketCard: ~Copyable {
    /// The class of such cards. Source: the contract.
    static let className: StaticString = "packet_nic"

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
        /// Units: bytes; 0 for what is no good frame.
        var byteCount: Int
    }

    /// What the card has received next.
    enum Reception {
        case none
        case frame(Received)
        /// What is no frame, in a buffer to give back.
        case bad(Received)
        /// What the card wrote makes no sense: only a bring-up helps.
        case lost
    }

    /// Transmit buffers that are ours from the start. Source: the contract.
    private static let spareCount: UInt64 = 8

    /// The functions of the contract, by their place in `functions`.
    private enum Part: Int, CaseIterable {
        case bringup, transmit, notify, receive, giveback, link, mac

        var name: StaticString {
            switch self {
            case .bringup: "bringup"
            case .transmit: "transmit"
            case .notify: "notify"
            case .receive: "receive"
            case .giveback: "giveback"
            case .link: "link"
            case .mac: "mac"
            }
        }
    }

    private let functions: [CallTarget]
    private let transmitBuffers: Buffers
    private let receiveBuffers: Buffers
    /// Transmit buffer that the next frame is written to.
    private var buffer: UInt64

    /// The buffers of a direction.
    private struct Buffers {
        var memory: PlacedMemory
        var count: UInt64

        /// The data of a buffer: as far as the next one, or the memory's end where they are no buffers of a pool.
        @inline(never)
        func bytes(of buffer: UInt64) -> UnsafeMutableBufferPointer<UInt8> {
            let offset = buffer * memory.stride + memory.headroom
            let end = memory.kind == .pool ? (buffer + 1) * memory.stride : memory.byteCount
            return UnsafeMutableBufferPointer(
                start: UnsafeMutablePointer(bitPattern: UInt(memory.virtual.rawValue + offset)),
                count: Int(max(offset, end) - offset))
        }
    }

    /// The card of a driver.
    ///
    /// - Throws: `missing` for a function or a memory of the contract.
    init(_ driver: GeneratedDriver) throws(DriverFailure) {
        var functions: [CallTarget] = []
        for part in Part.allCases { functions.append(try Self.function(part.name, of: driver)) }
        let transmit = try Self.buffers("tx", of: driver)
        let receive = try Self.buffers("rx", of: driver)
        guard transmit.memory.kind == .pool, transmit.count > Self.spareCount else { throw .missing("tx") }
        self.functions = functions
        transmitBuffers = transmit
        receiveBuffers = receive
        buffer = transmit.count - Self.spareCount
    }

    @inline(never)
    private static func function(
        _ name: StaticString, of driver: GeneratedDriver
    ) throws(DriverFailure) -> CallTarget {
        for function in driver.functions where equals(function.name, name) { return CallTarget(function, of: driver) }
        throw .missing(name)
    }

    /// The pool whose name begins with the direction's; where there is none, the ring, which then holds the data itself.
    @inline(never)
    private static func buffers(
        _ direction: StaticString, of driver: GeneratedDriver
    ) throws(DriverFailure) -> Buffers {
        for kind in [Region.Kind.pool, .ring] {
            for memory in driver.memories where memory.kind == kind && memory.stride > 0 {
                guard equals([UInt8](memory.name.prefix(2)), direction) else { continue }
                return Buffers(memory: memory, count: memory.byteCount / memory.stride)
            }
        }
        throw .missing(direction)
    }

    @inline(never)
    private func call(_ part: Part, _ first: UInt64 = 0, _ second: UInt64 = 0) throws(DriverFailure) -> UInt64 {
        try functions[part.rawValue].call(first, second)
    }

    @inline(never)
    private func breach(_ part: Part, _ value: UInt64) -> DriverFailure {
        .breach(entry: functions[part.rawValue].entry, value: value)
    }

    /// Brings the card up. All buffers then have their first owners again.
    @inline(never)
    mutating func bringUp() throws(DriverFailure) -> Bringup {
        let value = try call(.bringup) & 0xFF
        guard let outcome = Bringup(rawValue: value) else { throw breach(.bringup, value) }
        buffer = transmitBuffers.count - Self.spareCount
        return outcome
    }

    /// Whether the link is up.
    var isLinkUp: Bool {
        get throws(DriverFailure) { try call(.link) & 1 != 0 }
    }

    /// Address of the card's station: the first octet on the wire in bits 7:0.
    var station: UInt64 {
        get throws(DriverFailure) { try call(.mac) }
    }

    /// Where the next frame to send is written.
    var outgoing: UnsafeMutableBufferPointer<UInt8> { transmitBuffers.bytes(of: buffer) }

    /// Hands the frame over that was written to `outgoing`; false where there is no room. The card need not look before it
    /// is notified.
    ///
    /// - Precondition: the length is one of the contract, 60 to 1,514: the card sends what is in the buffer.
    @inline(never)
    mutating func transmit(byteCount: Int) throws(DriverFailure) -> Bool {
        let value = try call(.transmit, buffer, UInt64(byteCount))
        switch value >> 32 {
        case 0 where value & 0xFFFF < transmitBuffers.count:
            buffer = value & 0xFFFF
            return true
        case 1: return false
        default: throw breach(.transmit, value)
        }
    }

    /// Tells the card of all frames handed over since.
    @inline(never)
    func notify() throws(DriverFailure) { _ = try call(.notify) }

    /// The next that the card received.
    @inline(never)
    func receive() throws(DriverFailure) -> Reception {
        let value = try call(.receive)
        let buffer = value >> 16 & 0xFFFF
        let byteCount = Int(value & 0xFFFF)
        switch value >> 32 {
        case 0 where buffer < receiveBuffers.count && byteCount <= receiveBuffers.bytes(of: buffer).count:
            return .frame(Received(buffer: buffer, byteCount: byteCount))
        case 1: return .none
        case 2 where buffer < receiveBuffers.count: return .bad(Received(buffer: buffer, byteCount: 0))
        case 3: return .lost
        default: throw breach(.receive, value)
        }
    }

    /// The bytes of a received frame, as long as it is ours.
    @inline(never)
    func bytes(of received: Received) -> UnsafeMutableBufferPointer<UInt8> {
        let start = receiveBuffers.bytes(of: received.buffer).baseAddress
        return UnsafeMutableBufferPointer(start: start, count: received.byteCount)
    }

    /// Gives a received frame's buffer back to the card.
    @inline(never)
    func giveBack(_ received: Received) throws(DriverFailure) {
        let value = try call(.giveback, received.buffer) & 0xFF
        guard value == 0 else { throw breach(.giveback, value) }
    }
}
