// A network card behind the functions that were generated for it: all that the kernel knows of the class `packet_nic`, which
// is names, who owns which buffer, and in which order to call what. What a function returns beyond its contract is a breach,
// whatever the card did, and a fault in it ends the call: either way the error says why the driver is not to be called again.

import Exchange
import Hardware
import Metabinary
import Pipeline
import Program
import Report

/// A card that frames go through.
///
/// Buffers go by number. The card begins with all that receive and all but the spare ones that transmit.
final class PacketCard {
    /// The class of such cards. Source: the contract.
    static let className: StaticString = "packet_nic"

    /// What comes of bring-up.
    enum Bringup: Int {
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

        /// The function, with those of its outcomes and fields that the kernel has a use for.
        var row: StaticString {
            switch self {
            case .bringup: "bringup ready stuck gone"
            case .transmit: "transmit sent .buffer busy"
            case .notify: "notify"
            case .receive: "receive frame .buffer .length bad .buffer none lost"
            case .giveback: "giveback done"
            case .link: "link"
            case .mac: "mac"
            }
        }
    }

    /// Outcomes and fields of two of them, by their places in these rows.
    private enum Transmission: Int { case sent, busy }
    private enum Receipt: Int { case frame, bad, none, lost }
    private enum Field: Int {
        case buffer, length, badBuffer

        static let sentBuffer = buffer
    }

    private let functions: [ContractFunction]
    private let transmitBuffers: Buffers
    private let receiveBuffers: Buffers
    /// Transmit buffer that the next frame is written to.
    private var buffer: UInt64

    /// The buffers that a field numbers.
    private struct Buffers {
        var memory: PlacedMemory
        var count: UInt64

        @inline(never)
        init(_ field: ResultOutcome.Field, of driver: GeneratedDriver) throws(DriverFailure) {
            guard let index = field.memory else { throw .missing(field.name) }
            memory = driver.memories[index]
            count = memory.byteCount / memory.stride
        }

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

    /// The card of a driver: binds its functions, their outcomes and fields to what the contract calls them.
    ///
    /// - Throws: `missing` for what the driver lacks of the contract.
    init(_ driver: GeneratedDriver) throws(DriverFailure) {
        var functions: [ContractFunction] = []
        for part in Part.allCases { functions.append(try ContractFunction(part.row, of: driver)) }
        self.functions = functions
        transmitBuffers = try Buffers(functions[Part.transmit.rawValue].fields[Field.sentBuffer.rawValue], of: driver)
        receiveBuffers = try Buffers(functions[Part.receive.rawValue].fields[Field.buffer.rawValue], of: driver)
        guard transmitBuffers.memory.kind == .pool, transmitBuffers.count > Self.spareCount,
            transmitBuffers.bytes(of: 0).count >= EthernetHeader.maximumFrameByteCount
        else { throw .missing(transmitBuffers.memory.name) }
        buffer = transmitBuffers.count - Self.spareCount
    }

    /// Whether a function of such a driver may be called at any time and alone: those that ask. The others move frames.
    static func mayBeCalledAlone(_ function: GeneratedFunction) -> Bool {
        equals(function.name, "link") || equals(function.name, "mac")
    }

    private func call(
        _ part: Part, _ first: UInt64 = 0, _ second: UInt64 = 0
    ) throws(DriverFailure) -> ContractFunction.Answer {
        try functions[part.rawValue].call(first, second)
    }

    private func value(_ field: Field, _ part: Part, _ answer: ContractFunction.Answer) -> UInt64 {
        functions[part.rawValue].fields[field.rawValue].value(in: answer.result)
    }

    private func breach(_ part: Part, _ answer: ContractFunction.Answer) -> DriverFailure {
        functions[part.rawValue].breach(answer.result)
    }

    /// Brings the card up. All buffers then have their first owners again.
    @inline(never)
    func bringUp() throws(DriverFailure) -> Bringup {
        let answer = try call(.bringup)
        guard let outcome = Bringup(rawValue: answer.outcome) else { throw breach(.bringup, answer) }
        buffer = transmitBuffers.count - Self.spareCount
        return outcome
    }

    /// Whether the link is up.
    var isLinkUp: Bool {
        get throws(DriverFailure) { try call(.link).result != 0 }
    }

    /// Address of the card's station: the first octet on the wire in bits 7:0.
    var station: UInt64 {
        get throws(DriverFailure) { try call(.mac).result }
    }

    /// Where the next frame to send is written.
    var outgoing: UnsafeMutableBufferPointer<UInt8> { transmitBuffers.bytes(of: buffer) }

    /// Hands the frame over that was written to `outgoing`; false where there is no room. The card need not look before it
    /// is notified.
    ///
    /// - Precondition: the length is one of the contract, 60 to 1,514: the card sends what is in the buffer.
    @inline(never)
    func transmit(byteCount: Int) throws(DriverFailure) -> Bool {
        let answer = try call(.transmit, buffer, UInt64(byteCount))
        if answer.outcome == Transmission.busy.rawValue { return false }
        let idle = value(.sentBuffer, .transmit, answer)
        guard idle < transmitBuffers.count else { throw breach(.transmit, answer) }
        buffer = idle
        return true
    }

    /// Tells the card of all frames handed over since.
    @inline(never)
    func notify() throws(DriverFailure) { _ = try call(.notify) }

    /// The next that the card received.
    @inline(never)
    func receive() throws(DriverFailure) -> Reception {
        let answer = try call(.receive)
        switch Receipt(rawValue: answer.outcome) {
        case .frame:
            let received = Received(
                buffer: value(.buffer, .receive, answer), byteCount: Int(value(.length, .receive, answer)))
            guard received.buffer < receiveBuffers.count,
                received.byteCount <= receiveBuffers.bytes(of: received.buffer).count
            else { throw breach(.receive, answer) }
            return .frame(received)
        case .bad:
            let received = Received(buffer: value(.badBuffer, .receive, answer), byteCount: 0)
            guard received.buffer < receiveBuffers.count else { throw breach(.receive, answer) }
            return .bad(received)
        case .lost: return .lost
        default: return .none
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
    func returnBuffer(_ received: Received) throws(DriverFailure) { _ = try call(.giveback, received.buffer) }
}
