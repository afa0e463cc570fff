// Frames that no good neighbour sends: of every length that a network of QEMU carries, with contents that would lead a card
// astray if it took them for its own descriptors or headers. It makes bytes; HostileNeighbour sends them.

import Exchange

/// What a hostile frame is made of.
public struct HostileFrame: Hashable, Sendable {
    /// What comes after the addresses.
    public enum Content: CaseIterable, Hashable, Sendable {
        case random, ones, zeros
        /// Descriptors, one after the other, that lead to the target: an address of 64 bits, a length, the flag that lets
        /// a virtio device write. The cards of the 8254x family read the first of it as theirs.
        case descriptors
        /// Words that read as the header of a good frame of 64 bytes where an RTL8139 or its driver looks for one, and
        /// between them addresses of 32 bits that lead to the target, as an 8255x has its links.
        case headers
    }

    /// Whom the frame is addressed to.
    public enum Destination: CaseIterable, Hashable, Sendable {
        case broadcast, multicast, card, stranger
    }

    /// Longest frame that QEMU takes from a peer. Source: QEMU 7.2, include/net/net.h, NET_BUFSIZE.
    public static let longestByteCount = 4096 + 65536

    public var byteCount: Int
    public var content: Content
    public var destination: Destination
    /// Whether the frame is tagged as one of a virtual LAN (IEEE 802.1Q).
    public var isTagged: Bool

    /// - Precondition: `byteCount` is 1 to `longestByteCount`. QEMU takes an empty datagram for the end of a network.
    public init(
        _ byteCount: Int, _ content: Content = .random, to destination: Destination = .broadcast, isTagged: Bool = false
    ) {
        precondition((1...Self.longestByteCount).contains(byteCount), "no frame of \(byteCount) bytes")
        self.byteCount = byteCount
        self.content = content
        self.destination = destination
        self.isTagged = isTagged
    }
}

extension HostileFrame: CustomStringConvertible {
    public var description: String {
        "\(byteCount) bytes of \(content) to \(destination)" + (isTagged ? ", tagged" : "")
    }
}

/// Makes the bytes of hostile frames.
public struct HostileFrameMaker {
    private let source: StationAddress
    private let card: StationAddress
    /// The contents, each as long as any frame.
    private var contents: [HostileFrame.Content: [UInt8]] = [:]

    /// - Parameters:
    ///   - target: physical address that crafted contents lead to.
    ///   - seed: of random contents.
    public init(from source: StationAddress, to card: StationAddress, target: UInt64, seed: UInt64) {
        self.source = source
        self.card = card
        let count = HostileFrame.longestByteCount
        // Target, length 2048, flags "write" (VIRTIO 1.2, 2.7.5), next 0.
        let descriptor = Self.octets(target, 8) + [0x00, 0x08, 0, 0, 2, 0, 0, 0]
        // ROK and 64 bytes (RTL8139D, "receive status register"), twice; the target; a count of 64 bytes, EOF and F.
        let header: [UInt8] = [1, 0, 64, 0, 1, 0, 64, 0] + Self.octets(target, 4) + [64, 0xC0, 0, 0]
        contents[.random] = Self.random(count, seed)
        contents[.ones] = [UInt8](repeating: 0xFF, count: count)
        contents[.zeros] = [UInt8](repeating: 0, count: count)
        contents[.descriptors] = (0..<count / 16).flatMap { _ in descriptor }
        contents[.headers] = (0..<count / 16).flatMap { _ in header }
    }

    /// The bytes of a frame; of a short one, as much of the addresses as there is room for.
    public func bytes(of frame: HostileFrame) -> [UInt8] {
        var start = Self.octets(destination(frame.destination), 6) + Self.octets(source.rawValue, 6)
        if frame.isTagged { start += [0x81, 0x00, 0x00, 0x01] }
        let bytes = start + contents[frame.content, default: []].prefix(max(0, frame.byteCount - start.count))
        return Array(bytes.prefix(frame.byteCount))
    }

    private func destination(_ destination: HostileFrame.Destination) -> UInt64 {
        switch destination {
        case .broadcast: StationAddress.broadcast.rawValue
        case .multicast: 0x0100_005E_0001  // 01:00:5e:00:00:01, all hosts (RFC 1112)
        case .card: card.rawValue
        case .stranger: 0x7777_0000_0002
        }
    }

    /// The lowest octets of a number, the lowest first.
    private static func octets(_ value: UInt64, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * UInt64($0))) }
    }

    /// Source: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014 (SplitMix64).
    private static func random(_ count: Int, _ seed: UInt64) -> [UInt8] {
        var state = seed
        var bytes: [UInt8] = []
        while bytes.count < count {
            state &+= 0x9E37_79B9_7F4A_7C15
            var value = state
            value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
            value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
            bytes += octets(value ^ value >> 31, 8)
        }
        return bytes
    }
}
