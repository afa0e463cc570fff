// Who is attacked and how, a row an attack: the cards of a machine, and what their neighbours send between the frames of the
// volume test. A seed decides lengths and contents, and repeats them.

import Machines
import Support
import Testing

/// What neighbours send in one round, before the numbered frame that must come back.
struct AttackRound: Sendable {
    var frames: [HostileFrame] = []
    /// Whether the wire is cut, and is whole again, after that.
    var cutsLink = false
}

/// A way to attack.
enum AttackPlan: String, CaseIterable, Sendable {
    /// One frame a round, of every length at which something ends, and of random ones.
    case lengths
    /// Overlong frames back to back with short ones, more than a ring holds.
    case floods
    /// Frames shorter than any card may send, down to one byte.
    case runts
    /// Frames with the tag of a virtual LAN, about the longest length.
    case tags
    /// Frames to groups, to the card and to others.
    case strangers
    /// Frames from the machine's first moment on, before the card is brought up.
    case early
    /// Frames while the kernel stands still, so that the card fills its ring.
    case standing
    /// A wire that is cut and whole again, with frames before and after.
    case cuts

    /// Lengths at which a register, a buffer, a ring or a field ends. The last two are longer than 16 bits can say.
    static let edges =
        [59, 60, 64] + Array(1513...1523) + Array(2047...2049) + Array(4095...4097) + Array(8180...8193)
        + Array(9739...9748) + Array(16383...16385) + [17000, 32767, 32768, 40000, 60000, 65530, 65531]
        + Array(65532...65536) + [65596, 65600, 66000, HostileFrame.longestByteCount]

    /// The rounds, the same ones for the same seed.
    func rounds(seed: UInt64) -> [AttackRound] {
        var random = SeededGenerator(seed: seed)
        func length() -> Int { Int.random(in: 1...HostileFrame.longestByteCount, using: &random) }
        func content() -> HostileFrame.Content { HostileFrame.Content.allCases.randomElement(using: &random) ?? .ones }
        func overlong() -> HostileFrame {
            HostileFrame(Int.random(in: 1519...HostileFrame.longestByteCount, using: &random), content())
        }
        switch self {
        case .lengths:
            let lengths = Self.edges + (0..<32).map { _ in length() }
            return lengths.map { AttackRound(frames: [HostileFrame($0, content())]) }
        case .floods:
            return (0..<12).map { _ in
                AttackRound(
                    frames: (0..<96).map { index in
                        index % 3 == 0 ? overlong() : HostileFrame(60 + index * 13 % 1455, content())
                    })
            }
        case .runts: return (1...63).map { AttackRound(frames: [HostileFrame($0, content())]) }
        case .tags:
            return (1510...1526).map { AttackRound(frames: [HostileFrame($0, content(), isTagged: true)]) }
        case .strangers:
            return HostileFrame.Destination.allCases.flatMap { destination in
                [60, 1514, 1519, 9000, 40_000, 65_535].map { byteCount in
                    AttackRound(frames: [HostileFrame(byteCount, content(), to: destination)])
                }
            }
        case .early: return [AttackRound(frames: (0..<8).map { _ in overlong() })]
        case .standing:
            // The kernel stands after every thousandth frame; see VolumeTest.
            let quiet = [AttackRound](repeating: AttackRound(), count: 998)
            return quiet + [AttackRound(frames: (0..<200).map { _ in overlong() })] + [AttackRound(), AttackRound()]
        case .cuts:
            return (0..<4).map { _ in AttackRound(frames: [overlong(), overlong()], cutsLink: true) }
        }
    }

    /// Rounds of all lengths in a range, of all contents in turn.
    static func rounds(of lengths: Range<Int>, seed: UInt64) -> [AttackRound] {
        let contents = HostileFrame.Content.allCases
        return lengths.map { length in
            let turn = Int(truncatingIfNeeded: seed % 5) + length
            return AttackRound(frames: [HostileFrame(length, contents[turn % contents.count])])
        }
    }
}

/// Cards to attack.
struct AttackRow: Sendable, CustomTestStringConvertible {
    /// QEMU's names of the cards, in the order of their places.
    var models: [String]
    var board = MachineDescription.Board.pc
    /// The window that an RTL8139 has instead of its own.
    var window: String?

    var testDescription: String {
        "\(board.rawValue), \(models.joined(separator: " before "))" + (window.map { ", \($0)" } ?? "")
    }

    /// Whether QEMU's model of a card writes past its memory where a frame is too long.
    var overruns: Bool { models.contains("rtl8139") }

    static let families = [
        AttackRow(models: ["e1000"]), AttackRow(models: ["e1000e"], board: .q35), AttackRow(models: ["rtl8139"]),
        AttackRow(models: ["rtl8139"], board: .q35, window: "bar 0 ports"),
        AttackRow(models: ["virtio-net-pci"]), AttackRow(models: ["i82559c"]), AttackRow(models: ["ne2k_pci"]),
        AttackRow(models: ["pcnet"]),
    ]

    /// Of two cards the one is overrun, and the other would carry what its descriptors say then.
    static let pairs = [
        AttackRow(models: ["rtl8139", "e1000"]), AttackRow(models: ["e1000", "rtl8139"]),
        AttackRow(models: ["rtl8139", "e1000"], board: .q35), AttackRow(models: ["e1000", "rtl8139"], board: .q35),
        AttackRow(models: ["rtl8139", "virtio-net-pci"]), AttackRow(models: ["rtl8139", "i82559c"]),
    ]
}
