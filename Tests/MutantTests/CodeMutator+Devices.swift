// Mutants that tell a device something else: one or two stores of the driver's own kind, to registers and descriptors that
// it may write, with numbers that mean something to a card. Every store is granted; what it says may not be.

import CCapstone
import Devices
import Verification

extension CodeMutator {
    private static let deviceWriteCount = 400
    /// Bits that sizes, forms and commands are at in the registers and descriptors of cards.
    private static let numbers: [UInt64] = [
        0, 1, 3, 6, 7, 8, 0x10, 0x18, 0x40, 0x60, 0x61, 0x66, 0x80, 0xFF, 0x100, 0x106, 0x110, 0x400, 0x1000, 0x1800,
        0x1F80, 0x7FFF, 0x8000, 0xFFFF, 0x1_0000, 0x0201_8022, 0x0200_8026, 0x0403_0002, 0x2000_0000, 0x3010_0000,
        0x7FFF_FFFF, 0xFFFF_FFFF,
    ]

    /// Stores in front of the first instruction and of every return.
    mutating func addDeviceWrites() {
        let grants = subject.grants.filter {
            $0.rights.contains(.write) && !$0.isPrivate && $0.space != .configuration
        }
        let places = function.instructions.filter { $0.offset == 0 || $0.identifier == X86_INS_RET.rawValue }
        guard !grants.isEmpty, !places.isEmpty else { return }
        let named = function.numbers + grants.flatMap(\.limits).flatMap { [$0.range.low, $0.range.high] }
        for _ in 0..<Self.deviceWriteCount {
            let place = places[generator.number(in: 0...places.count - 1)]
            var bytes: [UInt8] = []
            var detail: [String] = []
            for _ in 0...generator.number(in: 0...1) {
                let grant = grants[generator.number(in: 0...grants.count - 1)]
                let value = deviceNumber(named)
                bytes += store(value, to: grant, at: place.offset + bytes.count)
                detail.append("\(String(decoding: grant.name, as: UTF8.self)) = 0x\(String(value, radix: 16))")
            }
            insert(
                .deviceWrite, bytes, before: place, detail.joined(separator: ", "), isUnsafeByItself: false)
        }
    }

    private mutating func deviceNumber(_ named: [UInt64]) -> UInt64 {
        let known = Self.numbers[generator.number(in: 0...Self.numbers.count - 1)]
        guard !named.isEmpty, generator.happens(perMille: 600) else { return known }
        let number = named[generator.number(in: 0...named.count - 1)]
        return switch generator.number(in: 0...3) {
        case 0: number
        case 1: number ^ 1 << UInt64(generator.number(in: 0...31))
        case 2: number | known
        default: number &+ known
        }
    }

    /// A store that begins at an offset of the function: all of a register, some part of a descriptor.
    private mutating func store(_ value: UInt64, to grant: Grant, at offset: Int) -> [UInt8] {
        let element = min(grant.elementByteCount, 8)
        let byteCount = grant.isWhole ? element : min(element, 1 << UInt64(generator.number(in: 0...3)))
        let elements = grant.byteCount / grant.elementByteCount
        var place = grant.start + grant.elementByteCount * (generator.next() % elements)
        if !grant.isWhole { place += generator.next() % (grant.elementByteCount / byteCount) * byteCount }
        let prefix: [UInt8] = byteCount == 2 ? [0x66] : byteCount == 8 ? [0x48] : []
        if grant.space == .ports {
            let accumulator: [UInt8] = [0xB8] + Self.littleEndian(value, 4)
            let out: [UInt8] = (byteCount == 2 ? [0x66] : []) + [byteCount == 1 ? 0xEE : 0xEF]
            return [0xBA] + Self.littleEndian(place, 4) + accumulator + out
        }
        let immediate = Self.littleEndian(value, Int(min(byteCount, 4)))
        let end = subject.address &+ UInt64(offset + prefix.count + 2 + 4 + immediate.count)
        return prefix + [byteCount == 1 ? 0xC6 : 0xC7, 0x05] + Self.littleEndian(place &- end, 4) + immediate
    }

    private static func littleEndian(_ value: UInt64, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
    }
}
