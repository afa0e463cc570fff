// Grants of a generated driver, by hand from the text of its description: what may be touched, read off the rule and
// not off the code. The only place in these tests that knows how grants come about.

import Foundation
import Hardware
import Metabinary
import Pipeline
import Program
import Verification

/// Derives the grants of one driver.
struct GrantFixture {
    var driver: GeneratedDriver
    var device: DeviceDescription
    /// The device's file.
    var text: String

    /// Units: bytes of a buffer.
    private static let bufferByteCount: UInt64 = 2048
    private static let registerByteCount: UInt64 = 4

    var grants: [Grant] { registers + rings + cells }

    private func memory(_ name: String, _ kind: Region.Kind) -> PlacedMemory? {
        driver.memories.first { $0.kind == kind && $0.name.elementsEqual(name.utf8) }
    }

    private func matches(_ pattern: String) -> [[String]] {
        guard let expression = try? NSRegularExpression(pattern: pattern, options: .anchorsMatchLines) else {
            return []
        }
        return expression.matches(in: text, range: NSRange(text.startIndex..., in: text)).map { match in
            (0..<match.numberOfRanges).map { index in
                Range(match.range(at: index), in: text).map { String(text[$0]) } ?? ""
            }
        }
    }

    /// What may be written to registers that tell the card where a ring is: its address and its size.
    private var registerLimits: [String: ValueRange] {
        var limits: [String: ValueRange] = [:]
        for row in matches(#"^\s*ring (\w+) of [^{]*\{\s*count (\d+), base (\w+):(\w+), bytes (\w+)"#) {
            guard let ring = memory(row[1], .ring) else { continue }
            limits[row[3]] = ValueRange(ring.physical.rawValue & 0xFFFF_FFFF)
            limits[row[4]] = ValueRange(ring.physical.rawValue >> 32)
            limits[row[5]] = ValueRange(low: 0, high: ring.byteCount)
        }
        return limits
    }

    private var registers: [Grant] {
        let limits = registerLimits
        return matches(#"^\s*register (\w+)\.(\w+)(?:\[(\d+)\])?\s+at 0x([0-9A-Fa-f]+) (rw|ro|wo)"#).compactMap { row in
            guard let window = driver.windows.first(where: { $0.name.elementsEqual(row[1].utf8) }),
                let offset = UInt64(row[4], radix: 16)
            else { return nil }
            let rights: Rights = row[5] == "ro" ? .read : row[5] == "wo" ? .write : [.read, .write]
            return Grant(
                name: Array(row[2].utf8), start: window.virtual.rawValue + offset,
                byteCount: Self.registerByteCount * (UInt64(row[3]) ?? 1), rights: rights,
                elementByteCount: Self.registerByteCount, isWhole: true,
                limits: limits[row[2]].map { [Limit(firstBit: 0, bitCount: 32, range: $0)] } ?? [])
        }
    }

    /// Slots of 16 bytes: an address in the first eight, and where the driver writes it a length in the next two.
    private var rings: [Grant] {
        driver.memories.filter { $0.kind == .ring }.compactMap { ring in
            let name = String(decoding: ring.name, as: UTF8.self)
            guard let pool = memory("\(name)_pool", .pool) else { return nil }
            let last = pool.physical.rawValue + pool.byteCount - Self.bufferByteCount
            let sends = text.contains("ring \(name) of TxDescriptor sends")
            // An idle slot may hold no address at all, as the rules have it today.
            var limits = [
                Limit(firstBit: 0, bitCount: 64, range: ValueRange(low: sends ? 0 : pool.physical.rawValue, high: last))
            ]
            if sends {
                limits.append(
                    Limit(firstBit: 64, bitCount: 16, range: ValueRange(low: 0, high: Self.bufferByteCount)))
            }
            return Grant(
                name: ring.name, start: ring.virtual.rawValue, byteCount: ring.byteCount, rights: [.read, .write],
                elementByteCount: 16, isWhole: false, limits: limits)
        }
    }

    private var cells: [Grant] {
        guard let state = driver.memories.first(where: { $0.kind == .state }) else { return [] }
        return device.cells.enumerated().map { index, cell in
            let byteCount = UInt64(cell.type.bitCount) / 8
            return Grant(
                name: Array("cell \(index)".utf8), start: state.virtual.rawValue + cell.offset,
                byteCount: byteCount * cell.count, rights: [.read, .write], elementByteCount: byteCount, isWhole: true,
                isPrivate: true,
                limits: [Limit(firstBit: 0, bitCount: UInt8(cell.type.bitCount), range: ValueRange(bits: cell.mask))])
        }
    }
}
