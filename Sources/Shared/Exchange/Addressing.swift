// Who talks to whom in an exchange: our address with its network, and the peer's. The kernel takes both from its command line;
// without it they are those of QEMU's user-mode network, whose gateway answers.

/// Our address, how far its network reaches, and the peer's address in that network.
public struct Addressing: Hashable, Sendable {
    /// Source: QEMU documentation, "Using the user mode network stack".
    public private(set) var host = InternetAddress(10, 0, 2, 15)
    public private(set) var peer = InternetAddress(10, 0, 2, 2)
    /// How many bits, from the first on, all addresses of the network share.
    public private(set) var sharedBitCount: UInt32 = 24

    public init() {}

    /// Takes our address from `A.B.C.D` or `A.B.C.D/N`, from a place on; N is 24 where it is not said. False for anything
    /// else.
    public mutating func takeHost(_ text: [UInt8], from place: Int) -> Bool {
        var place = place
        guard let address = Self.address(in: text, &place) else { return false }
        host = address
        sharedBitCount = 24
        if place == text.count { return true }
        guard text[place] == UInt8(ascii: "/") else { return false }
        place += 1
        guard let count = Self.number(in: text, &place), 8...30 ~= count, place == text.count else { return false }
        sharedBitCount = count
        return true
    }

    /// Takes the peer's address from `A.B.C.D`, from a place on. False for anything else.
    public mutating func takePeer(_ text: [UInt8], from place: Int) -> Bool {
        var place = place
        guard let address = Self.address(in: text, &place), place == text.count else { return false }
        peer = address
        return true
    }

    /// Whether the two can talk without a router between: two addresses of stations in one network.
    public var isSound: Bool {
        let rest = UInt32.max >> sharedBitCount
        return host != peer && (host.rawValue ^ peer.rawValue) & ~rest == 0 && isStation(host, rest)
            && isStation(peer, rest)
    }

    /// Whether an address can be a station's: not of class D or E, no loopback, neither the network itself nor all of it.
    ///
    /// Source: RFC 1122, section 3.2.1.3.
    private func isStation(_ address: InternetAddress, _ rest: UInt32) -> Bool {
        let first = address.rawValue >> 24
        return 1...223 ~= first && first != 127 && 1..<rest ~= address.rawValue & rest
    }

    @inline(never)
    private static func address(in text: [UInt8], _ place: inout Int) -> InternetAddress? {
        var value: UInt32 = 0
        for index in 0..<4 {
            if index > 0 {
                guard place < text.count, text[place] == UInt8(ascii: ".") else { return nil }
                place += 1
            }
            guard let octet = number(in: text, &place) else { return nil }
            value = value << 8 | octet
        }
        return InternetAddress(rawValue: value)
    }

    /// A decimal number up to 255, of three digits at most.
    @inline(never)
    private static func number(in text: [UInt8], _ place: inout Int) -> UInt32? {
        let start = place
        var value: UInt32 = 0
        while place < text.count, place - start < 3, 0x30...0x39 ~= text[place] {
            value = value * 10 + UInt32(text[place] - 0x30)
            place += 1
        }
        return place > start && value <= 255 ? value : nil
    }
}
