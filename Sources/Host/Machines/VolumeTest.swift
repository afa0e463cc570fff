// The volume test of a machine's only card, from its description to what came of it: the peer is put on the card's network,
// the kernel is told to return frames, and they are sent once it does. VolumeRun sends them; `metaos run --volume` and tests
// call it.

import Exchange
import ReportReading

/// A volume test that a machine is to have.
public struct VolumeTest {
    /// Most frames of a test: the kernel counts in 32 bits, and the lengths of all are kept.
    public static let mostFrames = 10_000_000
    /// Of the lengths of the frames.
    public static let seed: UInt64 = 0x6D65_7461

    /// After so long without a frame the test is given up: before the kernel gives it up, which is after five seconds.
    private static let silenceMilliseconds: Int64 = 4000

    private let peer: NetworkPeer
    private let count: Int
    private let station = StationAddress(rawValue: 0x0200_0000_5452)
    /// After so long without a frame those under way are waited for no more. Units: milliseconds.
    public var patienceMilliseconds: Int64 = 500

    /// Puts the peer behind the card of a machine, and asks its kernel to return so many frames.
    ///
    /// - Precondition: the machine boots a kernel with a command line, and has one card and no network.
    ///
    /// Throws: `systemCall`.
    public init(of count: Int, in description: inout MachineDescription) throws(MachineError) {
        guard case .kernel(let path, let options) = description.medium, description.networks.isEmpty,
            description.cardCount == 1
        else { preconditionFailure("no machine for a volume test") }
        peer = try NetworkPeer()
        self.count = count
        // The card's address is a result, of a function that is told of with the facts.
        let option = "report=first exchange=count:\(count)"
        description.medium = .kernel(path: path, commandLine: options.isEmpty ? option : "\(options) \(option)")
        description.connectCards(by: peer.network(named:))
    }

    /// Runs it on the machine, which was just started, and listens until that has told all. Where the machine never comes to
    /// return frames, or ends before the test, all frames are lost.
    public func run(
        on machine: Machine, within timeLimit: Duration, onRecord: (Record) -> Void = { _ in }
    ) -> VolumeResult {
        var isReturning = false
        machine.listen(
            within: timeLimit,
            until: { record in
                if record.line == "step \"returning frames\"" { isReturning = true }
                return isReturning
            }, onRecord: onRecord)
        var result = VolumeResult()
        (result.lostCount, result.silence) = (count, 0)
        guard isReturning, let card = machine.result.report.results.lazy.compactMap(\.station).first else {
            return result
        }
        var run = VolumeRun(
            through: peer, count: count, seed: Self.seed, from: station, to: card,
            patienceMilliseconds: patienceMilliseconds, silenceMilliseconds: Self.silenceMilliseconds)
        // Of a QEMU that is gone the report says more.
        if let returned = try? run.run(attend: machine.attend) { result = returned }
        machine.listen(within: timeLimit, onRecord: onRecord)
        return result
    }
}

extension ReportedResult {
    /// The value, where it is a station's address.
    fileprivate var station: StationAddress? {
        let octets = value.split(separator: UInt8(ascii: ":"))
        let numbers = octets.compactMap { UInt64(String(decoding: $0, as: UTF8.self), radix: 16) }
        guard octets.count == 6, numbers.count == 6 else { return nil }
        return StationAddress(rawValue: numbers.reversed().reduce(0) { $0 << 8 | $1 })
    }
}
