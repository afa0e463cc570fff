// A debugger that stops a machine where its kernel is entered, after firmware, and changes memory there: what firmware would
// have to have left for the kernel to find. It speaks as much of GDB's remote protocol as that takes.
//
// Source: GDB manual, appendix E, "GDB Remote Serial Protocol": sections "Overview" and "Packets"; QEMU 7.2, gdbstub/gdbstub.c
// and target/i386/gdbstub.c (order of the registers).

import Foundation
import Machines

/// A connection to QEMU's debugging stub.
final class EntryDebugger {
    enum Failure: Error {
        case silent(command: String)
        case refused(command: String, answer: String)
    }

    /// Most bytes that a command of ours is about: the stub takes packets of 4,096 characters.
    private static let pieceByteCount = 1024

    private let socket: LocalSocket
    private let deadline: ContinuousClock.Instant
    private var buffer: [UInt8] = []

    /// Boots a machine that stops where a kernel begins, has memory changed there, and listens to its end.
    static func boot(
        _ scenario: Scenario, changing change: (EntryDebugger) throws -> Void
    ) throws -> BootResult {
        let path = "/tmp/metaos-\(UUID().uuidString).gdb"
        defer { unlink(path) }
        var description = scenario.description()
        description.extraArguments += ["-gdb", "unix:\(path),server=on,wait=off", "-S"]
        let machine = try Machine(starting: description)
        defer { machine.stop() }
        let deadline = ContinuousClock.now + Images.timeLimit
        let debugger = EntryDebugger(try LocalSocket(path: path, until: deadline), until: deadline)
        try debugger.run(to: try entry())
        try change(debugger)
        try debugger.letGo()
        machine.listen(within: Images.timeLimit)
        return try machine.finish()
    }

    private init(_ socket: LocalSocket, until deadline: ContinuousClock.Instant) {
        (self.socket, self.deadline) = (socket, deadline)
    }

    /// Where QEMU enters the kernel.
    private static func entry() throws -> UInt64 {
        let code = KernelCode(elf: try Array(Data(contentsOf: URL(filePath: Images.kernel))))
        guard let label = code?.assembly.first(where: { $0.name == "enter_pvh" }) else {
            throw Failure.silent(command: "enter_pvh")
        }
        return label.start
    }

    // MARK: What it asks

    private func run(to address: UInt64) throws {
        let place = String(address, radix: 16)
        try expect("OK", of: "Z1,\(place),1")
        // It answers when it has stopped, by signal 5.
        let answer = try ask("c")
        guard answer.hasPrefix("T05") else { throw Failure.refused(command: "c", answer: answer) }
        try expect("OK", of: "z1,\(place),1")
    }

    /// Has the machine go on, for good.
    private func letGo() throws { try expect("OK", of: "D") }

    /// EBX: where the kernel is told that its boot information is.
    func information() throws -> UInt64 { try number(bytes(of: "g")[8..<12]) }

    func read(_ address: UInt64, byteCount: Int) throws -> [UInt8] {
        try bytes(of: "m\(String(address, radix: 16)),\(String(byteCount, radix: 16))")
    }

    /// Reads a number of at most eight bytes.
    func readNumber(_ address: UInt64, byteCount: Int) throws -> UInt64 {
        try number(read(address, byteCount: byteCount)[...])
    }

    func write(_ bytes: [UInt8], to address: UInt64) throws {
        precondition(bytes.count <= Self.pieceByteCount, "more than a packet holds")
        let digits = bytes.map { $0.hexadecimal }.joined()
        try expect("OK", of: "M\(String(address, radix: 16)),\(String(bytes.count, radix: 16)):\(digits)")
    }

    /// Makes a byte another one.
    func damage(_ address: UInt64) throws { try write([~read(address, byteCount: 1)[0]], to: address) }

    // MARK: The protocol

    private func number(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) } }

    private func bytes(of command: String) throws -> [UInt8] {
        let digits = Array(try ask(command).utf8)
        let bytes = stride(from: 0, to: digits.count - 1, by: 2).compactMap {
            UInt8(String(decoding: digits[$0...$0 + 1], as: UTF8.self), radix: 16)
        }
        guard !bytes.isEmpty, 2 * bytes.count == digits.count else {
            throw Failure.refused(command: command, answer: String(decoding: digits, as: UTF8.self))
        }
        return bytes
    }

    private func expect(_ wanted: String, of command: String) throws {
        let answer = try ask(command)
        guard answer == wanted else { throw Failure.refused(command: command, answer: answer) }
    }

    /// Sends a packet, `$` text `#` sum, and returns the text of the next one, which it acknowledges.
    private func ask(_ command: String) throws -> String {
        let sum = command.utf8.reduce(UInt8(0)) { $0 &+ $1 }
        guard socket.write(Array("$\(command)#\(sum.hexadecimal)".utf8)) else { throw Failure.silent(command: command) }
        while true {
            if let start = buffer.firstIndex(of: UInt8(ascii: "$")),
                let end = buffer[start...].firstIndex(of: UInt8(ascii: "#")), end + 2 < buffer.count
            {
                let text = String(decoding: buffer[(start + 1)..<end], as: UTF8.self)
                buffer.removeFirst(end + 3)
                guard socket.write([UInt8(ascii: "+")]) else { throw Failure.silent(command: command) }
                return text
            }
            guard let more = socket.read(until: deadline) else { throw Failure.silent(command: command) }
            buffer += more
        }
    }
}

extension UInt8 {
    /// Two digits.
    fileprivate var hexadecimal: String { (self < 16 ? "0" : "") + String(self, radix: 16) }
}
