// From the text of a rule and the facts of a machine to the exact grants of its driver; what an installer writes for
// them; and machines whose facts would have a grant lead astray. The rules are of invented devices.

import Hardware
import Metabinary
import Pipeline
import Program
import RuleCompiler
import Testing
import Verification

@Suite struct GrantPlannerTests {
    static let rules = """
        class lamp 1 {
            require start() -> none
            require glow(buffer: own out, level: u16 in 1…200) -> done { back: 0…15 } | busy | refused
        }
        device blinker is lamp {
            match pci vendor 0x1234 device 0x0001
            window regs = bar 0 memory
            window more = bar 2 memory
            register more.ECHO at 0x10 u64 ro
            register regs.TAIL at 0x18 rw
            register regs.STATUS at 0x00 ro { LIT: 0 }
            register regs.POWER at 0x04 u8 rw { ON: 0, SEND: 1 = 0, 1 after out }
            register regs.LOW at 0x08 rw
            register regs.HIGH at 0x0C wo
            register regs.SIZE at 0x10 rw
            register regs.HEAD at 0x14 rw
            register regs.TABLE[4] at 0x20 u16 wo
            layout Entry 16 bytes {
                status at 0 u8 by both { DONE: 0 }
                length at 2 u16 by driver as length
                address at 8 u64 by driver as address
            }
            ring out of Entry sends { count 8, base LOW:HIGH, bytes SIZE, head HEAD, tail TAIL, done status.DONE }
            pool buffers of out { bytes 256, spare 2 }
            state rounds: u16 in 0…999 = 7
            state last: u32 = 0
            define entry(place, size) = Entry { address: place, length: size }
            generate start() -> none {
                POWER = ON
                for i in 0..<4 {
                    TABLE[i] = 0
                }
                reset state
                for slot in out {
                    slot = Entry { address: slot.buffer, status: DONE }
                }
                out.start()
                last = STATUS.LIT
            }
            generate glow(buffer: own out, level: u16 in 1…200) -> done { back: 0…15 } | busy | refused {
                let slot = out.claim() else return busy
                rounds = level & 0xFF
                slot = entry(buffer.address, level)
                let back = slot.exchange(buffer)
                out.post(slot)
                out.notify()
                return done { back: back }
            }
        }
        """

    static func metabinary(_ rules: String = rules) throws -> [UInt8] {
        let compilation = RuleCompiler.compile([RuleSource(name: "blinker.meta", text: rules)])
        return try #require(compilation.metabinary, "\(compilation.diagnostics)")
    }

    /// A machine with that device, whose first shared memory is put at a place: state and guard space lie before it.
    static func facts(
        base: UInt64 = 0xFE00_0000, byteCount: UInt64 = 0x1000, data: UInt64 = 0x40_0000
    ) -> MachineFacts {
        var function = PCIFunction(
            address: FunctionAddress(bus: 0, device: 3, function: 0), vendor: 0x1234, device: 0x0001)
        function.baseAddressRegisters = [
            BaseAddressRegister(index: 0, kind: .memory64, isPrefetchable: false, base: base, byteCount: byteCount),
            BaseAddressRegister(
                index: 2, kind: .memory32, isPrefetchable: false, base: 0xFD00_0040, byteCount: 0x40),
        ]
        var facts = MachineFacts()
        facts.functions = [function]
        facts.memory = [MemoryRange(base: PhysicalAddress(rawValue: 0x10_0000), byteCount: 0x3EE_0000, kind: .usable)]
        let region = facts.placement.privateRegion
        facts.placement.dataPhysical = PhysicalAddress(rawValue: data - region.byteCount - region.guardByteCount)
        return facts
    }

    static func outcome(_ facts: MachineFacts = facts(), _ metabinary: [UInt8]) throws -> GenerationOutcome? {
        var observer = SilentObserver()
        return generate(facts, try MetabinaryImage(metabinary), observer: &observer).first
    }

    private func driver(_ facts: MachineFacts = facts(), _ rules: String = rules) throws -> GeneratedDriver {
        let outcome = try Self.outcome(facts, try Self.metabinary(rules))
        if case .refused(let refusal) = outcome {
            var reason: [UInt8] = []
            refusal.error.writeReason(into: &reason)
            Issue.record("refused: \(String(decoding: reason, as: UTF8.self))")
        }
        return try #require(outcome?.driver, "\(String(describing: outcome))")
    }

    private func error(_ facts: MachineFacts, _ rules: String = rules) throws -> GenerationError? {
        guard case .refused(let refusal) = try Self.outcome(facts, try Self.metabinary(rules)) else { return nil }
        return refusal.error
    }

    /// A grant as one line.
    private func shown(_ grant: Grant) -> String {
        func hexadecimal(_ number: UInt64) -> String { "0x" + String(number, radix: 16) }
        var line = "\(String(decoding: grant.name, as: UTF8.self)) \(grant.space) \(hexadecimal(grant.start))"
        line += " +\(grant.byteCount) rights=\(grant.rights.rawValue) of=\(grant.elementByteCount)"
        line +=
            (grant.isWhole ? " whole" : "") + (grant.isPrivate ? " private" : "") + (grant.isClosed ? " closed" : "")
        for limit in grant.limits {
            line += " \(limit.firstBit)+\(limit.bitCount)=\(hexadecimal(limit.range.low))"
            line += "...\(hexadecimal(limit.range.high))&\(hexadecimal(limit.range.bits))"
            for sequel in limit.sequels {
                line += ",\(hexadecimal(sequel.range.low))"
                for premise in sequel.premises {
                    line += "@\(hexadecimal(premise.place)):\(hexadecimal(premise.told.low))"
                }
            }
        }
        return line
    }

    @Test func `every register, ring and cell is one grant, and nothing else is`() throws {
        let driver = try driver()
        #expect(
            driver.grants.map(shown) == [
                "regs.STATUS memory 0x50000000 +4 rights=1 of=4 whole",
                "regs.POWER memory 0x50000004 +1 rights=3 of=1 whole closed 0+1=0x0...0x1&0x1"
                    + " 1+1=0x0...0x0&0x0,0x1@0x50000008:0x400000@0x5000000c:0x0@0x50000010:0x80",
                "regs.LOW memory 0x50000008 +4 rights=3 of=4 whole 0+32=0x400000...0x400000&0x400000",
                "regs.HIGH memory 0x5000000c +4 rights=2 of=4 whole 0+32=0x0...0x0&0x0",
                "regs.SIZE memory 0x50000010 +4 rights=3 of=4 whole 0+32=0x80...0x80&0x80",
                "regs.HEAD memory 0x50000014 +4 rights=3 of=4 whole closed",
                "regs.TAIL memory 0x50000018 +4 rights=3 of=4 whole closed 0+32=0x0...0x7&0x7",
                "regs.TABLE memory 0x50000020 +8 rights=2 of=2 whole closed",
                "more.ECHO memory 0x50001050 +8 rights=1 of=8 whole",
                "out.claim memory 0x60000000 +4 rights=3 of=4 whole private",
                "out.buffers memory 0x60000004 +16 rights=3 of=2 whole private",
                "rounds memory 0x60000014 +2 rights=3 of=2 whole private",
                "last memory 0x60000018 +4 rights=3 of=4 whole private",
                "out memory 0x60092000 +128 rights=3 of=16 closed"
                    + " 0+1=0x0...0x1&0x1 16+16=0x0...0x100&0xffff 64+64=0x413000...0x413900&0xffffffffffffff00",
            ])
        // What the limits speak of is where the memories are.
        #expect(driver.memories.map(\.physical.rawValue) == [0x40_0000, 0x41_3000, 0x36_E000])
        #expect(driver.memories.map(\.byteCount) == [128, 10 * 256, 28])
    }

    @Test func `grants of the shipped card stand in order and apart, each element at a multiple of its size`() throws {
        let facts = try RecordedFacts.named("pc").facts
        var observer = SilentObserver()
        let outcomes = generate(facts, try ShippedAtlas.compiled.get().image, observer: &observer)
        let driver = try #require(outcomes.compactMap(\.driver).first { $0.name.elementsEqual("e1000".utf8) })
        #expect(driver.grants.count == 23 + 2 + 5)
        #expect(throws: Never.self) { try GrantTable(driver.grants) }
        for (grant, next) in zip(driver.grants, driver.grants.dropFirst()) {
            #expect(grant.start + grant.byteCount <= next.start)
        }
        for grant in driver.grants {
            #expect(grant.elementByteCount & (grant.elementByteCount - 1) == 0)
            #expect(grant.start % grant.elementByteCount == 0 && grant.byteCount % grant.elementByteCount == 0)
            for limit in grant.limits {
                let last = limit.firstBit + UInt16(limit.bitCount) - 1
                #expect(limit.firstBit / 64 == last / 64 && UInt64(last) < grant.elementByteCount * 8)
            }
            for pool in driver.memories where pool.kind == .pool {
                let start = pool.virtual.rawValue
                #expect(grant.start + grant.byteCount <= start || start + pool.byteCount <= grant.start)
            }
        }
    }

    @Test func `grants stand in the order of their addresses wherever memory is put`() throws {
        var facts = Self.facts()
        facts.placement.data = VirtualAddress(rawValue: 0x4800_0000)
        let starts = try driver(facts).grants.map(\.start)
        #expect(starts.count == 14 && starts.first == 0x4800_0000 && starts.last == 0x5000_1050)
        #expect(starts == starts.sorted())
    }

    @Test func `the address of a ring above 4 GiB is told in its halves, or whole`() throws {
        let facts = Self.facts(data: 0x12_3456_7000)
        func ranges(_ rules: String) throws -> [String] {
            try driver(facts, rules).grants.filter { $0.name.starts(with: Array("regs.".utf8)) && !$0.limits.isEmpty }
                .map { shown($0).split(separator: "whole ")[1] }.map(String.init)
        }
        let halves = try ranges(Self.rules)
        #expect(halves.dropFirst().prefix(2) == ["0+32=0x34567000...0x34567000&0x34567000", "0+32=0x12...0x12&0x12"])
        let pool = try driver(facts).grants.first { $0.name == Array("out".utf8) }
        // Buffers have 256 bytes, and begin at multiples of that.
        #expect(
            pool?.limits.last?.range
                == ValueRange(low: 0x12_3457_A000, high: 0x12_3457_A900, bits: 0xFFFF_FFFF_FFFF_FF00))
    }

    @Test func `a pool that a narrow field cannot name to its last byte is refused`() throws {
        let narrow = Self.rules.replacing("address at 8 u64", with: "rest at 8 u32 by driver address at 12 u32")
        let pool = Array("buffers".utf8)
        // The pool stands a page and a guard space after the ring and is shorter than a page.
        #expect(try error(Self.facts(data: 0xFFFE_C000), narrow) == nil)
        #expect(try error(Self.facts(data: 0xFFFE_D000), narrow) == .memory(name: pool, .beyondField))
        #expect(try error(Self.facts(data: 0x1_0000_0000), narrow) == .memory(name: pool, .beyondField))
        #expect(try error(Self.facts(data: 0xFFFE_D000)) == nil)
        let grants = try driver(Self.facts(data: 0xFFFE_C000), narrow).grants
        let limit = grants.first { $0.name == Array("out".utf8) }?.limits.last
        #expect(limit?.range == ValueRange(low: 0xFFFF_F000, high: 0xFFFF_F900, bits: 0xFFFF_FF00))
    }

    @Test func `what an installer writes leads every slot into the pool, and touches nothing else`() throws {
        let driver = try driver(Self.facts(data: 0x12_3456_7000))
        var bytes: [UInt64: UInt8] = [:]
        driver.forEachInitialByte { place, byte in
            #expect(bytes.updateValue(byte, forKey: place.rawValue) == nil)
        }
        #expect(bytes.count == 8 * 8)
        for slot in UInt64(0)..<8 {
            let address = (UInt64(0)..<8).reduce(0) {
                $0 | UInt64(bytes[0x6009_2008 + 16 * slot + $1] ?? 0) << (8 * $1)
            }
            #expect(address == 0x12_3457_A000)
        }
        #expect(driver.grants.filter { $0.limits.contains { !$0.range.contains(0) } }.count == 4)
    }
}
