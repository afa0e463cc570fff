// UARTs that are there, are not, or lie: what counts as one, and what a line costs that takes no byte. And the table that
// names firmware's.

import Testing

@testable import Hardware

@Suite("A serial line")
struct SerialLineTests {
    /// A UART with registers that keep what is written, but for what a test has it do.
    struct UART: SerialRegisters {
        enum Manner {
            case sound
            /// Nothing decodes: reads are all ones, or the last byte on the bus.
            case absent
            case floating
            /// The scratch register keeps nothing.
            case forgetful
            /// Never ready, or not after so many bytes.
            case stuck
            case stuckAfter(Int)
        }

        var manner: Manner
        var sent: [UInt8] = []
        private(set) var registers = [UInt8](repeating: 0, count: 8)
        private(set) var accessCount = 0
        private var last: UInt8 = 0xFF

        init(_ manner: Manner) { self.manner = manner }

        private var isReady: Bool {
            switch manner {
            case .stuck: false
            case .stuckAfter(let count): sent.count < count
            default: true
            }
        }

        mutating func read(_ register: UInt16) -> UInt8 {
            accessCount += 1
            switch manner {
            case .absent: return 0xFF
            case .floating: return last
            case .forgetful where register == 7: return 0
            default: return register == 5 ? (isReady ? 0x60 : 0) : registers[Int(register)]
            }
        }

        mutating func write(_ register: UInt16, _ value: UInt8) {
            accessCount += 1
            last = value
            if register == 0, registers[3] & 0x80 == 0 { sent.append(value) } else { registers[Int(register)] = value }
        }

        /// A microsecond an access at 4 GHz.
        mutating func readTimestamp() -> UInt64 { UInt64(accessCount) * 4000 }
    }

    private static func line(_ manner: UART.Manner, setsRate: Bool = true) -> SerialLine<UART> {
        var line = SerialLine(UART(manner))
        line.open(setsRate: setsRate)
        for byte in [0x41, 0x42, 0x43, 0x44] as [UInt8] { line.send(byte) }
        line.drain()
        return line
    }

    @Test("takes bytes where there is a UART, and is set to 115200 baud or left at its rate")
    func isOpen() {
        for setsRate in [true, false] {
            let line = Self.line(.sound, setsRate: setsRate)
            #expect(line.isOpen && line.registers.sent == Array("ABCD".utf8))
            // The divisor is written to the data register of this model while the latch is on.
            #expect(line.registers.registers[0] == (setsRate ? 1 : 0) && line.registers.registers[3] == 3)
        }
    }

    @Test("is none where nothing decodes, where a bus floats, and where no scratch register is")
    func isAbsent() {
        for manner in [UART.Manner.absent, .floating, .forgetful] {
            let line = Self.line(manner)
            #expect(!line.isOpen && line.registers.sent.isEmpty && line.registers.accessCount < 10)
        }
    }

    @Test("that is stuck from the beginning is none, and costs some milliseconds")
    func isStuck() {
        let line = Self.line(.stuck)
        #expect(!line.isOpen && line.registers.sent.isEmpty && line.registers.accessCount < 5000)
    }

    @Test("that gets stuck is given up after two seconds, once")
    func getsStuck() {
        let line = Self.line(.stuckAfter(2))
        #expect(!line.isOpen && line.registers.sent == Array("AB".utf8))
        #expect((2_000_000..<2_300_000).contains(line.registers.accessCount))
    }

    /// A table that names a console.
    private static func table(_ interface: UInt8, space: UInt8, size: UInt8, _ address: UInt64) -> [UInt8] {
        let place = [space, 8, 0, size] + DescriptionTables.bytes(address, 8)
        return DescriptionTables.table("SPCR", [interface, 0, 0, 0] + place + [UInt8](repeating: 0, count: 28))
    }

    /// What discovery tells of a console.
    private static func console(_ table: [UInt8], addressBits: UInt32 = 40) -> SerialPlace? {
        var machine = SyntheticMachine()
        machine.setLeaf(0, 1, 0, 0, 0)
        machine.setLeaf(0x8000_0000, 0x8000_0008, 0, 0, 0)
        machine.setLeaf(0x8000_0008, addressBits, 0, 0, 0)
        machine.addTables([table, table])
        var places: [SerialPlace] = []
        _ = discoverMachine(BootInformation(source: .pvh), &machine) {
            if case .console(let place) = $0 { places.append(place) }
        }
        #expect(places.count <= 1)
        return places.first
    }

    @Test("is where ACPI says, in ports or in memory")
    func isNamed() throws {
        for interface in [0, 1, 0x12] as [UInt8] {
            #expect(Self.console(Self.table(interface, space: 1, size: 1, 0x2F8)) == SerialPlace(port: 0x2F8))
        }
        let bytes = try #require(Self.console(Self.table(0, space: 0, size: 1, 0xFEDC_9FF8)))
        #expect(bytes.isInMemory && bytes.base == 0xFEDC_9FF8 && bytes.stride == 1)
        let words = try #require(Self.console(Self.table(0x12, space: 0, size: 3, 0xFEDC_9FE0)))
        #expect(words.isInMemory && words.base == 0xFEDC_9FE0 && words.stride == 4)
    }

    @Test("is nowhere where the table names no UART that can be used")
    func isUnnamed() {
        let tables = [
            Self.table(0, space: 1, size: 1, 0), Self.table(3, space: 0, size: 3, 0x900_0000),
            Self.table(0, space: 2, size: 1, 0x2F8), Self.table(0, space: 1, size: 1, 0x1_02F8),
            Self.table(0, space: 0, size: 1, 0xFEDC_9FFC), Self.table(0, space: 0, size: 3, 0xFEDC_9FE4),
            Self.table(0, space: 0, size: 3, 0xFEDC_9002), Self.table(0, space: 0, size: 2, 0xFEDC_9000),
            Self.table(0, space: 0, size: 1, 1 << 40), DescriptionTables.table("SPCR", [0, 0, 0, 0, 1, 8, 0, 1]),
        ]
        for table in tables { #expect(Self.console(table) == nil) }
    }
}
