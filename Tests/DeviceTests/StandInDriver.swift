// The hand-written driver of Fixtures/driver.asm, assembled by NASM with or without one of its mistakes, in the form in
// which generated drivers come.

import Foundation
import Hardware
import Metabinary
import Pipeline
import Program

/// The driver that stands in for a generated one.
enum StandInDriver {
    /// Why there is none.
    struct Failure: Error {
        var message: String
    }

    /// Where the file lies: its table in front of the code, which starts a page.
    private static let table: UInt64 = 0x4000_0000 - 256
    /// Units: bytes of a row of the table that the code starts with: name, start, end, arguments, bits of the result.
    private static let rowByteCount = 28

    /// - Parameter mistake: name of a `MISTAKE_` of the source.
    static func assemble(mistake: String? = nil) throws -> GeneratedDriver {
        let source = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/driver.asm")
        let folder = FileManager.default.temporaryDirectory.appending(path: "metaos-driver-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let output = folder.appending(path: "driver.bin")
        let listing = folder.appending(path: "driver.lst")
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["nasm", "-Werror", "-f", "bin", "-l", listing.path, "-o", output.path]
        if let mistake { process.arguments?.append("-DMISTAKE_\(mistake)") }
        process.arguments?.append(source.path)
        let errors = Pipe()
        process.standardError = errors
        try process.run()
        let message = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure(message: String(message.prefix(2000))) }
        let bytes = [UInt8](try Data(contentsOf: output))
        return driver(bytes, instructions: instructions(in: try String(contentsOf: listing, encoding: .utf8)))
    }

    /// Offset and line of each instruction in a listing of NASM's: line, offset, bytes; a dash where bytes go on.
    private static func instructions(in listing: String) -> [(offset: Int, line: Int)] {
        var instructions: [(offset: Int, line: Int)] = []
        var goesOn = false
        for text in listing.split(separator: "\n") {
            let words = text.split(separator: " ", maxSplits: 3)
            guard words.count >= 3, let line = Int(words[0]), words[1].count == 8, let offset = Int(words[1], radix: 16)
            else { continue }
            if !goesOn { instructions.append((offset, line)) }
            goesOn = words[2].hasSuffix("-")
        }
        return instructions
    }

    private static func driver(_ bytes: [UInt8], instructions: [(offset: Int, line: Int)]) -> GeneratedDriver {
        let number = { (place: Int) in (0..<4).reduce(0) { $0 | Int(bytes[place + $1]) << (8 * $1) } }
        var functions: [GeneratedFunction] = []
        for row in stride(from: 0, to: 7 * rowByteCount, by: rowByteCount) {
            let (start, end) = (number(row + 12), number(row + 16))
            let marks = instructions.filter { start..<end ~= $0.offset }.map {
                InstructionMark(offset: UInt32($0.offset - start), line: UInt16($0.line))
            }
            functions.append(
                GeneratedFunction(
                    signature(Array(bytes[row..<row + 12].prefix { $0 != 0 }), resultBitCount: UInt8(number(row + 24))),
                    parameterBounds: Array(repeating: UInt64(UInt32.max), count: number(row + 20)),
                    entry: VirtualAddress(rawValue: table + UInt64(start)), bytes: Array(bytes[start..<end]),
                    marks: marks, branchCount: 0))
        }
        let window = PlacedWindow(
            name: Array("regs".utf8), bar: 0, physical: PhysicalAddress(rawValue: 0xFEB8_0000),
            virtual: VirtualAddress(rawValue: 0x5000_0000), byteCount: 0x2_0000)
        return GeneratedDriver(
            function: FunctionAddress(bus: 0, device: 3, function: 0), name: Array("standin".utf8),
            className: Array("ring_nic".utf8), windows: [window], memories: memories, functions: functions)
    }

    /// What the source returns: it keeps the layout that the rule compiler gives to the outcomes of the contract.
    private static func signature(_ name: [UInt8], resultBitCount: UInt8) -> FunctionSignature {
        func outcome(_ name: String, _ number: UInt64, _ fields: [ResultOutcome.Field] = []) -> ResultOutcome {
            ResultOutcome(name: Array(name.utf8), pattern: number << (resultBitCount == 64 ? 32 : 0), fields: fields)
        }
        func buffer(_ firstBit: UInt8, of memory: Int) -> ResultOutcome.Field {
            ResultOutcome.Field(name: Array("buffer".utf8), firstBit: firstBit, bitCount: 16, memory: memory)
        }
        let length = ResultOutcome.Field(name: Array("length".utf8), firstBit: 0, bitCount: 16)
        let outcomes: [ResultOutcome] =
            switch String(decoding: name, as: UTF8.self) {
            case "bringup": [outcome("ready", 0), outcome("stuck", 1), outcome("gone", 2)]
            case "transmit": [outcome("sent", 0, [buffer(0, of: 2)]), outcome("busy", 1), outcome("refused", 2)]
            case "receive":
                [
                    outcome("frame", 0, [length, buffer(16, of: 3)]), outcome("none", 1),
                    outcome("bad", 2, [buffer(16, of: 3)]), outcome("lost", 3),
                ]
            case "giveback": [outcome("done", 0), outcome("refused", 2)]
            default: []
            }
        return FunctionSignature(
            name: name, resultName: [], resultBitCount: resultBitCount, outcomes: outcomes, ruleFile: [])
    }

    /// As the source lays them out: two rings, two pools, state.
    private static let memories: [PlacedMemory] = {
        var memories: [PlacedMemory] = []
        var offset: UInt64 = 0
        let rows: [(String, Region.Kind, UInt64)] = [
            ("tx", .ring, 4096), ("rx", .ring, 4096), ("tx_pool", .pool, 264 * 2048), ("rx_pool", .pool, 256 * 2048),
            ("state", .state, 16 + 2 * 512),
        ]
        for (name, kind, byteCount) in rows {
            memories.append(
                PlacedMemory(
                    name: Array(name.utf8), kind: kind, physical: PhysicalAddress(rawValue: 0x40_0000 + offset),
                    virtual: VirtualAddress(rawValue: 0x6000_0000 + offset), byteCount: byteCount,
                    stride: kind == .pool ? 2048 : kind == .ring ? 16 : 0))
            offset += (byteCount + 4095) / 4096 * 4096
        }
        return memories
    }()
}
