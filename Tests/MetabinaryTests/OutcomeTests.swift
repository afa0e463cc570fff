// The table of outcomes: what it says is what results are, whatever the class; what no result could be told by is refused.

import Interpretation
import Metabinary
import RuleCompiler
import Testing

@Suite struct OutcomeTests {
    /// The outcomes of a function of an image by hand, of which memory 0 is a ring, 1 a pool and 2 state.
    private func outcomes(_ table: [UInt8], resultBitCount: UInt8 = 32) throws -> [ResultOutcome] {
        let image = try MetabinaryImage(Rules.image(resultBitCount: resultBitCount, outcomes: table))
        return image.devices[0].functions[0].signature.outcomes
    }

    @Test func `Outcomes are read as the table has them`() throws {
        // Two outcomes: 0x80 with four bits from bit 3 and the buffer of a pool in the top byte, and 0.
        let found = try outcomes([2, 0, 0x80, 1, 2, 0, 3, 4, 0, 1, 24, 8, 2, 1, 0, 0])
        #expect(found.map(\.pattern) == [0x80, 0] && found.map(\.fieldMask) == [0xFF00_0078, 0])
        #expect(found[0].fields.map(\.memory) == [nil, 1])
        #expect(found[0].matches(0x1200_00A8) && found[0].fields[1].value(in: 0x1200_00A8) == 0x12)
        #expect(found[0].fields[0].value(in: 0x1200_00A8) == 5)
        #expect(!found[0].matches(0x1200_00A9) && !found[0].matches(0x28) && !found[1].matches(0x80))
    }

    /// What is refused, where names are 0 and 1.
    static let hostile: [(table: [UInt8], resultBitCount: UInt8)] = [
        ([1, 0, 0, 1, 0, 0, 0, 0], 32),  // a field of no bits
        ([1, 0, 0, 1, 0, 24, 9, 0], 32),  // one past the result
        ([1, 0, 0, 1, 0, 60, 16, 0], 64), ([1, 0, 0, 1, 0, 255, 255, 0], 64), ([1, 0, 0, 1, 0, 0, 65, 0], 64),
        ([1, 0, 8, 1, 0, 0, 4, 0], 32),  // one over a bit that is set without it
        ([1, 0, 0, 2, 0, 0, 8, 0, 1, 7, 8, 0], 32),  // two that share a bit
        ([1, 0, 0x80, 2, 0], 8),  // an outcome past the result
        ([1, 0, 1, 0], 0),
        ([2, 0, 0, 0, 1, 0, 0], 32),  // two of one result
        ([2, 0, 0, 1, 0, 0, 8, 0, 1, 5, 0], 32),  // one that a field of another may look like
        ([2, 0, 0x80, 2, 1, 0, 0, 7, 0, 1, 0x80, 2, 1, 0, 3, 4, 0], 32),
        ([1, 0, 0, 1, 0, 0, 8, 3], 32),  // a buffer of state
    ]

    @Test(arguments: hostile.indices) func `What tells no outcome from another is refused`(row: Int) {
        let (table, resultBitCount) = Self.hostile[row]
        do {
            _ = try outcomes(table, resultBitCount: resultBitCount)
            Issue.record("\(table) is accepted")
        } catch MetabinaryError.badResult {} catch { Issue.record("\(table): \(error)") }
    }

    @Test func `Names, memories and counts that the tables have not are refused`() {
        for table in [[1, 2, 0, 0], [1, 0, 0, 1, 2, 0, 8, 0], [1, 0, 0, 1, 0, 0, 8, 4]] as [[UInt8]] {
            do {
                _ = try outcomes(table)
                Issue.record("\(table) is accepted")
            } catch MetabinaryError.badIndex {} catch { Issue.record("\(table): \(error)") }
        }
        let many: [UInt8] = [17] + (0..<17).flatMap { [0, $0, 0] as [UInt8] }
        let crowded: [UInt8] = [1, 0, 0, 9] + (0..<9).flatMap { [0, $0, 1, 0] as [UInt8] }
        for table in [many, crowded] {
            do {
                _ = try outcomes(table)
                Issue.record("\(table) is accepted")
            } catch MetabinaryError.numberTooLarge {} catch { Issue.record("\(table): \(error)") }
        }
    }

    @Test func `No result is two outcomes of a table that is accepted`() throws {
        var random = SystemRandomNumberGenerator()
        var acceptedCount = 0
        for _ in 0..<4000 {
            var table: [UInt8] = [3]
            for name in 0..<3 as Range<UInt8> {
                table += [name & 1, UInt8.random(in: 0...127, using: &random), 1, 0]
                table += [UInt8.random(in: 0...7, using: &random), UInt8.random(in: 1...4, using: &random), 0]
            }
            guard let found = try? outcomes(table, resultBitCount: 8) else { continue }
            acceptedCount += 1
            for result in 0..<256 as Range<UInt64> {
                #expect(found.count { $0.matches(result) } <= 1, "\(table): \(result)")
            }
        }
        #expect(acceptedCount > 20)
    }

    private static let read =
        "read(into: own blocks, count: u8 in 1…31) -> queued 3 { tag: 5…10, left: 20…24, into: own blocks 0…3 } | full 9 "
        + "| torn 1 { sector: 11…30 } | refused"

    /// A class that no part of the kernel or of its tests has heard of, with bits in places of its own.
    private static let drive = """
        class drive 1 {
            require \(read)
            require start() -> none
        }
        device disk is drive {
            match pci vendor 0x1234 device 0x0001
            window regs = bar 0 memory
            register regs.STATUS at 0x00 ro { TAG: 0…5, FULL: 6, TORN: 7 }
            register regs.SECTOR at 0x04 ro { NUMBER: 0…19 }
            pool blocks { count 16, bytes 512 }
            state held: own blocks
            generate start() -> none { reset state }
            generate \(read) {
                let now = STATUS
                if now.FULL { return full }
                if now.TORN { return torn { sector: SECTOR.NUMBER } }
                let other = held.exchange(into)
                return queued { left: count, into: other, tag: now.TAG }
            }
        }
        """

    @Test func `A class with other bits is read by its own table`() throws {
        let compilation = RuleCompiler.compile([RuleSource(name: "drive.meta", text: Self.drive)])
        let image = try MetabinaryImage(try #require(compilation.metabinary, "\(compilation.diagnostics)"))
        let device = image.devices[0]
        let function = device.functions[0]
        #expect(function.signature.outcomes[0].fields.map(\.memory) == [nil, nil, 0])
        let program = try image.evaluate(function, regions: Rules.regions(of: device), clockFrequency: 1_000_000)
        func read(_ status: UInt64, _ arguments: [UInt64] = [7, 20]) throws -> NamedResult? {
            var memory = AnsweringMemory { region, offset, _ in
                if region == 0 { offset == 0 ? status : 0xABCDE } else { 11 }
            }
            guard case .returned(let value) = ProgramInterpreter.run(program, arguments, memory: &memory) else {
                return nil
            }
            return NamedResult(value, of: function.signature)
        }
        #expect(try read(0x2A) == .init("queued", ["tag": 0x2A, "left": 20, "into": 11]))
        #expect(try read(0x40) == "full" && read(0x80) == .init("torn", ["sector": 0xABCDE]))
        #expect(try read(0, [16, 20]) == "refused" && read(0, [7, 32]) == "refused")
    }
}
