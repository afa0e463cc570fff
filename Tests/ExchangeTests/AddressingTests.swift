// Addresses as a command line gives them: what is taken, and what is none or cannot talk to its peer.

import Exchange
import Testing

@Suite("Addressing")
struct AddressingTests {
    private static func taken(host: String, peer: String) -> Addressing? {
        var addressing = Addressing()
        guard addressing.takeHost(Array(host.utf8), from: 0) else { return nil }
        return addressing.takePeer(Array("=\(peer)".utf8), from: 1) ? addressing : nil
    }

    @Test("is QEMU's user-mode network where nobody says another")
    func isStandard() {
        let standard = Addressing()
        #expect(standard.isSound && standard == Self.taken(host: "10.0.2.15/24", peer: "10.0.2.2"))
    }

    @Test("takes addresses with and without a length, up to the highest of each")
    func takesAddresses() throws {
        let whole = try #require(Self.taken(host: "192.168.7.77/24", peer: "192.168.7.2"))
        #expect(whole.isSound && whole.host == InternetAddress(192, 168, 7, 77) && whole.sharedBitCount == 24)
        #expect(whole == Self.taken(host: "192.168.7.77", peer: "192.168.7.2"))
        #expect(Self.taken(host: "223.255.255.1/30", peer: "223.255.255.2")?.isSound == true)
        #expect(Self.taken(host: "10.255.0.1/8", peer: "10.0.0.255")?.isSound == true)
    }

    @Test(
        "refuses what is no address",
        arguments: [
            "", "1", "1.2.3", "1.2.3.", "1.2.3.4.", "1.2.3.4.5", "1..3.4", "256.2.3.4", "1.2.3.0004", "a.2.3.4",
            " 1.2.3.4", "1.2.3.4/", "1.2.3.4/7", "1.2.3.4/31", "1.2.3.4/24 ", "1.2.3.4/024x", "1,2,3,4", "-1.2.3.4",
        ])
    func refusesText(text: String) {
        #expect(Self.taken(host: text, peer: "10.0.2.2") == nil)
        #expect(Self.taken(host: "10.0.2.15", peer: text) == nil)
    }

    @Test(
        "refuses two that cannot talk",
        arguments: [
            ("192.168.7.77/24", "192.168.8.2"), ("192.168.7.77/30", "192.168.7.2"), ("192.168.7.77", "192.168.7.77"),
            ("192.168.7.77", "192.168.7.0"), ("192.168.7.77", "192.168.7.255"), ("192.168.7.0", "192.168.7.2"),
            ("127.0.0.1", "127.0.0.2"), ("224.0.0.1", "224.0.0.2"), ("0.0.0.1", "0.0.0.2"),
        ])
    func refusesStrangers(host: String, peer: String) {
        #expect(Self.taken(host: host, peer: peer)?.isSound == false)
    }
}
