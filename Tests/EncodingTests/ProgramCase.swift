// A case of Tests/Programs: the text of a program, what it is given and what is expected of it. Lines that begin with
// `given` or `expect` are the case's own; the rest is the reader's.
//
//   given argument NUMBER           the next argument
//   given TYPE REGION+OFFSET NUMBER what memory or ports hold before; all else is zero
//   expect load|store TYPE REGION+OFFSET NUMBER
//                                   the next access; without waits that expire, there is no other
//   expect expired COUNT            how many waits expire, none if it is not said
//   expect return NUMBER            0 of a program without a result

import Foundation
import Interpretation
import Program
import Testing

/// A program with its inputs and what comes of them.
struct ProgramCase {
    struct Failure: Error { var what: String }

    let named: NamedProgram
    private(set) var arguments: [UInt64] = []
    /// Contents of the program's regions before it runs.
    private(set) var contents: [[UInt8]]
    private(set) var accesses: [ProgramAccess] = []
    private(set) var expirationCount = 0
    private(set) var result: UInt64?

    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Programs")

    /// Names of all cases, sorted.
    static let names: [String] = {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return files.filter { $0.hasSuffix(".program") }.map { String($0.dropLast(".program".count)) }.sorted()
    }()

    init(named name: String) throws {
        try self.init(
            text: String(contentsOf: Self.folder.appending(path: "\(name).program"), encoding: .utf8))
    }

    init(text: String) throws {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let isOwn = { (line: Substring) in line.hasPrefix("given ") || line.hasPrefix("expect ") }
        // Lines keep their numbers.
        let program = lines.map { isOwn($0) ? "" : $0 }.joined(separator: "\n")
        named = try ProgramReader.read(program)
        contents = named.program.regions.map { [UInt8](repeating: 0, count: Int($0.byteCount)) }
        for line in lines where isOwn(line) {
            guard try take(line.split(separator: " ")) else { throw Failure(what: "no line of a case: \(line)") }
        }
        guard result != nil else { throw Failure(what: "the case expects no return") }
    }

    private mutating func take(_ words: [Substring]) throws -> Bool {
        guard let number = words.last.flatMap(Self.number) else { return false }
        switch (words[0], words[1], words.count) {
        case ("given", "argument", 3): arguments.append(number)
        case ("given", _, 4):
            let access = try access(words[1], words[2], number, isStore: true)
            var memory = RegionBytes(contents)
            memory.store(access.region, access.offset, access.byteCount, number)
            contents = memory.contents
        case ("expect", "load", 5), ("expect", "store", 5):
            accesses.append(try access(words[2], words[3], number, isStore: words[1] == "store"))
        case ("expect", "expired", 3): expirationCount = Int(number)
        case ("expect", "return", 3): result = number
        default: return false
        }
        return true
    }

    private static func number(_ word: Substring) -> UInt64? {
        word.hasPrefix("0x") ? UInt64(word.dropFirst(2), radix: 16) : UInt64(word)
    }

    /// The access that words describe, but for the item that makes it.
    private func access(
        _ type: Substring, _ place: Substring, _ value: UInt64, isStore: Bool
    ) throws -> ProgramAccess {
        let parts = place.split(separator: "+")
        guard parts.count == 2, let offset = Self.number(parts[1]),
            let region = named.regionNames.firstIndex(of: String(parts[0])),
            let type = ValueType.allCases.first(where: { "\($0.word)" == type }), type.bitCount >= 8,
            offset + UInt64(type.bitCount / 8) <= named.program.regions[region].byteCount
        else { throw Failure(what: "no place: \(type) \(place)") }
        return ProgramAccess(
            item: 0, isStore: isStore, region: UInt8(region), offset: offset, byteCount: UInt64(type.bitCount / 8),
            value: value)
    }
}
