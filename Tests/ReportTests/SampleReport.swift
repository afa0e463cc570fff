// A report such as a boot gives, framed here by the definition in RECORDS.md and not by the module's own writer, and a
// seeded source of chance for what may happen to it on the way.

/// A report for tests.
enum SampleReport {
    /// The nonce of these reports.
    static let nonce: UInt64 = 0x0123_4567_89AB_CDEF

    /// Every kind of record that a passed run has.
    static let texts = [
        #"metaos 2 entry=pvh nonce=0123456789abcdef by=option options="verbose trace""#,
        "cpuid 00000000.0 0000000d 756e6547 6c65746e 49656e69",
        "cpuid 00000007.0 00000000 009c27ab 00000000 00000000",
        "cpu vendor=GenuineIntel family=6 model=60 stepping=1 by=cpuid",
        #"brand "Intel Core Processor (Haswell)" by=cpuid"#,
        "cache level=1 kind=data bytes=32768 line=64 ways=8 by=cpuid",
        "memory 0x0 +0x9fc00 usable by=pvh",
        "memory 0x100000 +0x3ee0000 usable by=pvh",
        "memory 0xfffc0000 +0x40000 reserved by=pvh",
        "acpi FACP 0x3fe17a0 +0x74 by=acpi",
        "clock tsc hertz=2400000000 by=pmtimer",
        "pci 00:00.0 8086:1237 class=06.00.00 revision=02 header=0 by=pci",
        "pci 00:02.0 1b36:0001 class=06.04.00 revision=00 header=1 by=pci",
        "bridge 00:02.0 secondary=1 subordinate=1 by=pci",
        "pci 00:03.0 8086:100e class=02.00.00 revision=03 header=0 by=pci",
        "subsystem 00:03.0 1af4:1100 by=pci",
        "interrupt 00:03.0 line=11 pin=A by=pci",
        "bar 00:03.0 0 memory32 0xfebc0000 +0x20000 by=pci",
        "bar 00:03.0 1 io 0xc000 +0x40 by=pci",
        "bar 00:03.0 2 memory64 prefetchable 0x0 +0x4000 by=pci",
        "capability 00:03.0 0xdc id=0x01 22c80300 by=pci",
        "power 00:03.0 D3 by=pci",
        "capability 00:03.0 0xe0 id=0x04 by=pci",
        "place code=0x40000000 windows=0x50000000 by=chosen",
        "data 0x60000000 +0x800000 physical=0x400000 by=chosen",
        "watchdog seconds=90 hertz=7812500",
        "driver 00:03.0 e1000 is=nic functions=3 bytes=28 ticks=81234",
        "window 00:03.0 e1000.regs bar=0 0x50000000 +0x20000",
        "region 00:03.0 e1000.tx ring 0x60000000 +0x1000 physical=0x400000 stride=16",
        "region 00:03.0 e1000.tx_pool pool 0x60001000 +0x84000 physical=0x401000 stride=2048 headroom=12",
        "region 00:03.0 e1000.state state 0x60085000 +0x210 physical=0x485000",
        "grant 00:03.0 e1000.regs.TDBAL 0x50003800 +0x4 wo=4 0+32=0x400000",
        "grant 00:03.0 e1000.tx 0x60000000 +0x1000 rw=16 parts 0+64=0x401000...0x484800 64+16=0x0...0x800",
        "grant 00:03.0 e1000.tx.claim 0x60085000 +0x4 rw=4 private 0+32=&0xff0",
        "verified 00:03.0 e1000 grants=3 ticks=2345",
        "function 00:03.0 e1000.link 0x40000000 bytes=12 instructions=4 branches=0 rule=e1000.meta",
        "code 00:03.0 e1000.link +0x0 @21 8b0502000010 @22 d1e8 83e001 c3",
        "function 00:03.0 e1000.mac 0x40000010 bytes=15 instructions=3 branches=0 rule=e1000.meta",
        "code 00:03.0 e1000.mac +0x0 @26 8b05ea530010",
        "code 00:03.0 e1000.mac +0x6 48c1e020 @27 b878563412",
        "function 00:03.0 e1000.transmit 0x40000020 bytes=1 instructions=1 branches=0 rule=ring_nic.meta parameters=2",
        "code 00:03.0 e1000.transmit +0x0 @31 c3",
        #"refused 00:02.0 e1 stage=evaluate "window regs: BAR 0 has no address""#,
        "drivers 1 functions=3",
        "result 00:03.0 e1000.link up=1",
        "result 00:03.0 e1000.mac mac=52:54:00:12:34:56",
        "exchange 00:03.0 e1000 bringup=ready us=1234",
        "exchange 00:03.0 e1000 link=up us=12",
        "exchange 00:03.0 e1000 arp=10.0.2.2 is=52:55:0a:00:02:02 tries=1 us=123",
        "exchange 00:03.0 e1000 echo=10.0.2.2 bytes=56 silent tries=3 us=4500000",
        "exchange 00:03.0 e1000 returned=9999 of=10000 busy=37 us=2345678",
        "exchange 00:03.0 e1000 sent=2 received=3 stray=1 malformed=4 bad=5 lost=6 overruns=7 bringups=8",
        "KTAP version 1",
        "1..2",
        "ok 1 clock advances",
        "ok 2 counts # SKIP no counter",
        "verdict passed nonce=0123456789abcdef tests=2 failed=0",
    ]

    /// The bytes of a report on the wire.
    static func bytes(_ texts: [String] = texts, lineEnd: String = "\r\n", nonce: UInt64 = nonce) -> [UInt8] {
        texts.enumerated().flatMap { line($1, $0, nonce: nonce) + Array(lineEnd.utf8) }
    }

    /// One framed record, without its line end.
    static func line(_ text: String, _ number: Int, nonce: UInt64 = nonce) -> [UInt8] {
        let covered = Array("\(text) # \(number) ".utf8)
        let first = (0..<8).map { UInt8(truncatingIfNeeded: nonce >> UInt64(56 - 8 * $0)) }
        var digits = String(remainder(first + covered), radix: 16)
        while digits.count < 8 { digits = "0" + digits }
        return covered + Array(digits.utf8)
    }

    /// CRC-32, bit by bit, as IEEE 802.3 writes it.
    static func remainder(_ bytes: [UInt8]) -> UInt32 {
        var register: UInt32 = 0xFFFF_FFFF
        for byte in bytes {
            for bit in 0..<8 {
                let isOdd = (register ^ UInt32(byte >> UInt8(bit))) & 1 == 1
                register >>= 1
                if isOdd { register ^= 0xEDB8_8320 }
            }
        }
        return register ^ 0xFFFF_FFFF
    }
}

/// SplitMix64: the same draws for the same seed.
struct Chance: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}
