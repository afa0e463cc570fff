// Generated code for people: what Capstone makes of it, and where a listing refuses to guess.

import Foundation
import Hardware
import Metabinary
import Pipeline
import Testing
import Verification

@testable import Inspection

@Suite struct `Inspection of generated code` {
    // mov eax, [rip + 0x10000002] / shr eax, 1 / and eax, 1 / ret; by NASM.
    static let bytes: [UInt8] = [0x8B, 0x05, 0x02, 0, 0, 0x10, 0xD1, 0xE8, 0x83, 0xE0, 0x01, 0xC3]

    private func function(
        _ bytes: [UInt8] = Self.bytes, marks: [(UInt32, UInt16)] = [(0, 21), (6, 22), (8, 22), (11, 22)]
    ) -> GeneratedFunction {
        GeneratedFunction(
            FunctionSignature(
                name: Array("link".utf8), resultName: Array("up".utf8), resultBitCount: 1,
                ruleFile: Array("lamps.meta".utf8)),
            entry: VirtualAddress(rawValue: 0x4000_0000), bytes: bytes,
            marks: marks.map { InstructionMark(offset: $0.0, line: $0.1) }, branchCount: 0)
    }

    private let driver = GeneratedDriver(
        function: FunctionAddress(bus: 1, device: 0x1F, function: 7), name: Array("e1000".utf8),
        className: Array("nic".utf8), windows: [], functions: [])

    @Test func `a listing shows address, bytes, instruction and the line of the rule's file`() throws {
        let listing = Listing { file, line in line == 21 ? "let x = STATUS // \(file)" : nil }
        #expect(
            try listing.lines(of: function(), in: driver) == [
                "e1000.link for 01:1f.7: 12 bytes, 4 instructions, 0 conditional branches",
                "; lamps.meta:21  let x = STATUS // lamps.meta",
                "  40000000  8b0502000010          mov eax, dword ptr [rip + 0x10000002]",
                "; lamps.meta:22",
                "  40000006  d1e8                  shr eax, 1",
                "  40000008  83e001                and eax, 1",
                "  4000000b  c3                    ret",
            ])
    }

    @Test func `a listing names what a driver may touch, and leaves other addresses alone`() throws {
        var driver = driver
        driver.grants = [
            Grant(
                name: Array("regs.STATUS".utf8), start: 0x5000_0008, byteCount: 4, rights: .read, elementByteCount: 4,
                isWhole: true),
            Grant(
                name: Array("tx.buffers".utf8), start: 0x6000_0004, byteCount: 0x200, rights: [.read, .write],
                elementByteCount: 2, isWhole: true),
            Grant(
                name: Array("PORT".utf8), space: .ports, start: 0x10, byteCount: 4, rights: .read, elementByteCount: 4,
                isWhole: true),
        ]
        // mov eax, [rip + 0x10000002] / mov ax, [rcx*2 + 0x60000006] / mov eax, [rip - 6] / mov eax, [rdx + 0x10];
        // by NASM.
        let bytes: [UInt8] = [
            0x8B, 0x05, 0x02, 0, 0, 0x10, 0x66, 0x8B, 0x04, 0x4D, 0x06, 0, 0, 0x60, 0x8B, 0x05, 0xFA, 0xFF, 0xFF, 0xFF,
            0x8B, 0x42, 0x10,
        ]
        let rows = try Listing { _, _ in nil }.lines(
            of: function(bytes, marks: [(0, 1), (6, 1), (14, 1), (20, 1)]), in: driver)
        #expect(
            rows.dropFirst(2).map { $0.drop { $0 != "m" } } == [
                "mov eax, dword ptr [regs.STATUS]", "mov ax, word ptr [rcx*2 + tx.buffers + 2]",
                "mov eax, dword ptr [rip - 6]", "mov eax, dword ptr [rdx + 0x10]",
            ])
    }

    @Test func `a long line of a rule is cut between words, and loses none`() throws {
        let rule =
            "wait STATUS.RST == 0 within 10_000 us else return stuck      // (13.4.1: the reset clears itself in time)"
        let lines = try Listing { _, line in line == 21 ? rule : nil }.lines(of: function(), in: driver)
        let heading = lines.filter { $0.hasPrefix("; lamps.meta:21") || $0.hasPrefix(";     ") }
        #expect(heading.count == 2 && heading.allSatisfy { $0.count <= 80 })
        let words = heading.flatMap { $0.split(separator: " ") }.filter { $0 != ";" && $0 != "lamps.meta:21" }
        #expect(words == rule.split(separator: " "))
    }

    @Test func `bytes that are no instruction are refused with their place`() {
        #expect(throws: InspectionError.undecodable(function: "e1000.link", offset: 1)) {
            try Listing { _, _ in nil }.lines(of: function([0x90, 0x06], marks: [(0, 1), (1, 1)]), in: driver)
        }
        #expect(throws: InspectionError.undecodable(function: "f", offset: 0)) {
            try Disassembler().instructions(of: [0x0F], at: VirtualAddress(rawValue: 0), named: "f")
        }
    }

    @Test func `a report that cuts instructions elsewhere is refused with the place`() {
        #expect(throws: InspectionError.boundary(function: "e1000.link", offset: 8)) {
            try Listing { _, _ in nil }.lines(
                of: function(marks: [(0, 21), (6, 22), (9, 22), (11, 22)]), in: driver)
        }
    }

    @Test func `conditional branches are told from jumps and calls`() throws {
        // jz, jmp, call, loop, jrcxz, jg (near), ret
        let bytes: [UInt8] = [
            0x74, 0x00, 0xEB, 0x00, 0xE8, 0, 0, 0, 0, 0xE2, 0x00, 0xE3, 0x00, 0x0F, 0x8F, 0, 0, 0, 0, 0xC3,
        ]
        let instructions = try Disassembler().instructions(of: bytes, at: VirtualAddress(rawValue: 0), named: "f")
        #expect(instructions.map(\.isConditionalBranch) == [true, false, false, true, true, true, false])
        #expect(try Disassembler().instructions(of: [], at: VirtualAddress(rawValue: 0), named: "f").isEmpty)
    }

    @Test func `an image's text is the sum of its sections with instructions`() throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "inspection-\(UUID())")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let source = directory.appending(path: "a.asm")
        let object = directory.appending(path: "a.o")
        try Data(
            "section .text\ntimes 100 nop\nsection .data\ntimes 50 db 1\nsection .boot exec\ntimes 11 nop\n".utf8
        ).write(to: source)
        let assembler = Process()
        assembler.executableURL = URL(filePath: "/usr/bin/env")
        assembler.arguments = ["nasm", "-f", "elf64", "-o", object.path, source.path]
        try assembler.run()
        assembler.waitUntilExit()
        let bytes = Array(try Data(contentsOf: object))
        #expect(ExecutableImage(bytes)?.textByteCount == 111)
        for length in 0..<64 { #expect(ExecutableImage(Array(bytes.prefix(length))) == nil) }
        for length in stride(from: 64, to: bytes.count, by: 7) { _ = ExecutableImage(Array(bytes.prefix(length))) }
    }

    @Test func `the atlas gives a line without its indentation`() throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "inspection-\(UUID())")
        try FileManager.default.createDirectory(
            at: directory.appending(path: "devices"), withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        try Data("device b {\n    match all\n}\n".utf8).write(to: directory.appending(path: "devices/b.meta"))
        try Data().write(to: directory.appending(path: "a.meta"))
        try Data().write(to: directory.appending(path: "c.txt"))
        let atlas = Atlas(directory: directory.path)
        #expect(atlas.line(of: "b.meta", 2) == "match all")
        #expect(atlas.line(of: "b.meta", 0) == nil && atlas.line(of: "b.meta", 9) == nil)
        #expect(atlas.line(of: "b", 2) == nil && atlas.line(of: "c.txt", 1) == nil)
        #expect(Atlas.files(in: directory.path).map { $0.split(separator: "/").last } == ["a.meta", "b.meta"])
        #expect(Atlas.files(in: "nowhere").isEmpty)
    }
}
