// What lies behind the evaluator's wall: programs that it would never write, taken through the later stages as if it
// had. The verifier refuses them by itself, with what it found and which grant was missed.

import Encoding
import Hardware
import Program
import Proving
import Testing
import Verification

@Suite struct HostileProgramTests {
    private static let entry: UInt64 = 0x4000_0000
    private static let ring = Region(
        kind: .ring, address: VirtualAddress(rawValue: 0x6000_0000), physical: PhysicalAddress(rawValue: 0x40_0000),
        byteCount: 0x1000)
    /// Slots of 16 bytes: an address of the pool at 0, a length at 8.
    private static let grant = Grant(
        name: Array("ring".utf8), start: 0x6000_0000, byteCount: 0x1000, rights: [.read, .write], elementByteCount: 16,
        isWhole: false,
        limits: [
            Limit(firstBit: 0, bitCount: 64, range: ValueRange(low: 0x50_0000, high: 0x50_F800)),
            Limit(firstBit: 64, bitCount: 16, range: ValueRange(low: 0, high: 0x800)),
        ])

    private func refusal(_ items: [Item]) throws -> VerificationError? {
        var program = Program(result: .void)
        program.items = items + [Item(.returnValue, .void, origin: 0)]
        program.regions = [Self.ring]
        program.origins = [Origin(line: 1, facts: [])]
        let placed = try Encoder().encode(program).placed(
            at: VirtualAddress(rawValue: Self.entry), regions: program.regions)
        do throws(VerificationError) {
            let evidence = try Prover.evidence(for: placed, at: Self.entry, [], [Self.grant])
            let function = CodeFunction(
                offset: 0, byteCount: placed.bytes.count, parameters: [], evidence: evidence)
            try Verifier().verify(placed.bytes, at: Self.entry, [function], [Self.grant])
            return nil
        } catch {
            return error
        }
    }

    private func reference(_ index: UInt16) -> ItemReference { ItemReference(rawValue: index) }

    @Test func `a store at the ring and a length that the device tells is refused`() throws {
        let error = try refusal([
            Item(.load, .u16, immediate: 8, origin: 0),
            Item(.extend, .u32, left: reference(0), origin: 0),
            Item(.constant, .u32, immediate: 7, origin: 0),
            Item(.store, .u32, left: reference(1), right: reference(2), immediate: 12, origin: 0),
        ])
        #expect(error?.reason == .outsideGrants)
        #expect(error?.found?.low == 0x6000_000C)
        #expect(error?.found?.high == 0x6001_000B)
        #expect(error?.grant == Array("ring".utf8))
    }

    @Test func `the same with a bound, but into any place of a slot, is refused`() throws {
        let error = try refusal([
            Item(.load, .u8, immediate: 12, origin: 0),
            Item(.extend, .u32, left: reference(0), origin: 0),
            Item(.constant, .u32, immediate: 7, origin: 0),
            Item(.store, .u32, left: reference(1), right: reference(2), immediate: 12, origin: 0),
        ])
        #expect(error?.reason == .acrossElements)
    }

    @Test func `the same with a bound that keeps to slots is accepted`() throws {
        let error = try refusal([
            Item(.load, .u8, immediate: 12, origin: 0),
            Item(.extend, .u32, left: reference(0), origin: 0),
            Item(.constant, .u32, immediate: 0xF0, origin: 0),
            Item(.and, .u32, left: reference(1), right: reference(2), origin: 0),
            Item(.store, .u32, left: reference(3), right: reference(2), immediate: 12, origin: 0),
        ])
        #expect(error == nil)
    }

    @Test func `what a device wrote is no address for it to read from, and no length`() throws {
        let address = try refusal([
            Item(.load, .u64, immediate: 0, origin: 0),
            Item(.store, .u64, right: reference(0), immediate: 16, origin: 0),
        ])
        #expect(address?.reason == .limitBroken)
        #expect(address?.allowed == ValueRange(low: 0x50_0000, high: 0x50_F800))
        let length = try refusal([
            Item(.load, .u16, immediate: 8, origin: 0),
            Item(.store, .u16, right: reference(0), immediate: 24, origin: 0),
        ])
        #expect(length?.reason == .limitBroken)
        #expect(length?.found == ValueRange(bits: 0xFFFF))
    }

    @Test func `a store that covers an address and the length behind it has both proven`() throws {
        let half = try refusal([
            Item(.constant, .u32, immediate: 0x50_0000, origin: 0),
            Item(.store, .u32, right: reference(0), immediate: 0, origin: 0),
        ])
        #expect(half?.reason == .limitCut)
        let tooLong = try refusal([
            Item(.constant, .u64, immediate: 0x801, origin: 0),
            Item(.store, .u64, right: reference(0), immediate: 8, origin: 0),
        ])
        #expect(tooLong?.reason == .limitBroken)
        let fits = try refusal([
            Item(.constant, .u64, immediate: 0xFFFF_0000_0000_0800, origin: 0),
            Item(.store, .u64, right: reference(0), immediate: 8, origin: 0),
        ])
        #expect(fits == nil)
    }

    @Test(
        arguments: [
            ("a jump", [0xE9, 0xFB, 0xFF, 0x0F, 0xC0]), ("a call", [0xE8, 0xFB, 0xFF, 0x0F, 0xC0]),
            ("a far jump", [0xFF, 0x2D, 0, 0, 0, 0]), ("a jump by register", [0xFF, 0xE0]),
            ("a return by another stack", [0x48, 0x89, 0xFC, 0xC3]),
        ] as [(String, [UInt8])])
    func `code that leaves for the kernel is refused`(_ name: String, _ bytes: [UInt8]) {
        let function = CodeFunction(
            offset: 0, byteCount: bytes.count, parameters: [.anything], evidence: Evidence())
        let reasons: Set<VerificationError.Reason> = [.noBlockAtTarget, .unknownInstruction, .reservedRegister]
        do throws(VerificationError) {
            try Verifier().verify(bytes, at: Self.entry, [function], [])
            Issue.record("\(name) is accepted")
        } catch {
            #expect(reasons.contains(error.reason), "\(name): \(error.reason)")
            #expect(error.offset == 0)
        }
    }
}
