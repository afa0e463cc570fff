// A kernel with other rules than the shipped ones: the metabinary in a copy of the image is replaced by one of the same size.

import Checksum
import Foundation
import RuleCompiler
import Testing

/// The shipped kernel with rules of a test.
struct AlteredRules {
    let metabinary: [UInt8]
    /// The kernel, for `-kernel`; removed with `remove()`.
    let kernel: String

    /// - Parameter edit: changes the text of a shipped file; `nil` leaves it out.
    init(_ edit: (_ file: String, _ text: String) -> String?) throws {
        let folder = Images.root.appending(path: "Sources/Atlas")
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".meta") }
        let sources = try names.sorted().compactMap { name in
            edit(name, try String(contentsOf: folder.appending(path: name), encoding: .utf8)).map {
                RuleSource(name: name, text: $0)
            }
        }
        let compilation = RuleCompiler.compile(sources)
        let rules = try #require(compilation.metabinary, "\(compilation.diagnostics)")
        let shipped = try Atlas.metabinary()
        metabinary = try Self.padded(rules, to: shipped.count)
        var image = try Data(contentsOf: URL(filePath: Images.kernel))
        let place = try #require(image.firstRange(of: shipped))
        image.replaceSubrange(place, with: metabinary)
        kernel = FileManager.default.temporaryDirectory.appending(path: "metaos-\(UUID().uuidString).elf").path
        try image.write(to: URL(filePath: kernel))
    }

    func remove() { try? FileManager.default.removeItem(atPath: kernel) }

    /// The metabinary with names that nothing uses behind those that it has, up to a size.
    private static func padded(_ bytes: [UInt8], to size: Int) throws -> [UInt8] {
        let countOffset = 9
        try #require(size >= bytes.count + 3 && bytes[countOffset] < 0x80)
        var end = countOffset + 1
        for _ in 0..<bytes[countOffset] { end += 1 + Int(bytes[end]) }
        // The count of names takes a second byte.
        var gap = size - bytes.count - 1
        var count = Int(bytes[countOffset])
        var names: [UInt8] = []
        while gap > 0 {
            let length = gap > 65 ? 40 : gap > 64 ? 30 : gap - 1
            names += [UInt8(length)] + [UInt8](repeating: UInt8(ascii: "x"), count: length)
            gap -= length + 1
            count += 1
        }
        try #require(count < 0x4000 && names.count != 1)
        var padded = Array(bytes[..<countOffset]) + [UInt8(count & 0x7F) | 0x80, UInt8(count >> 7)]
        padded += bytes[(countOffset + 1)..<end] + names + bytes[end...].dropLast(4)
        for index in 0..<4 { padded[5 + index] = UInt8(truncatingIfNeeded: size >> (8 * index)) }
        let checksum = CRC32.checksum(of: padded)
        for index in 0..<4 { padded.append(UInt8(truncatingIfNeeded: checksum >> UInt32(8 * index))) }
        return padded
    }
}
