// The subjects: every function that the generator makes of the atlas for a recorded machine, and a sample by hand for
// what no shipped function does, which is to use ports.

@testable import Encoding

import Foundation
import Hardware
import Metabinary
import Pipeline
import Recording
import RuleCompiler
import Testing
import Verification

/// Keeps what the encoder made, in its place.
private struct PlacementObserver: PipelineObserver {
    var functions: [UInt64: EncodedFunction] = [:]

    mutating func placed(_ function: EncodedFunction, at entry: VirtualAddress) { functions[entry.rawValue] = function }
}

/// All functions that are mutated.
enum DriverSubjects {
    /// Why there are none.
    enum Absence: Error {
        case atlasRefused(String)
        case noCard
    }

    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private static let made = Result { try generate() }
    private static let sample = Result { try samplePorts() }

    /// Functions of the shipped driver.
    static var shipped: [Subject] { get throws { try made.get().subjects } }

    /// Those, and the sample with ports.
    static var all: [Subject] { get throws { try made.get().subjects + [sample.get().subject] } }

    /// What the encoder made, by the names of subjects.
    static var encoded: [String: EncodedFunction] {
        get throws {
            let sample = try sample.get()
            return try made.get().encoded.merging([sample.subject.name: sample.encoded]) { $1 }
        }
    }

    /// Units: hertz.
    private static let clockFrequency: UInt64 = 1_000_000_000

    private static func generate() throws -> (subjects: [Subject], encoded: [String: EncodedFunction]) {
        let atlas = root.appending(path: "Sources/Atlas")
        let names = try FileManager.default.contentsOfDirectory(atPath: atlas.path).filter { $0.hasSuffix(".meta") }
        let sources = try names.sorted().map {
            RuleSource(name: $0, text: try String(contentsOf: atlas.appending(path: $0), encoding: .utf8))
        }
        let compilation = RuleCompiler.compile(sources)
        guard case .metabinary(let bytes) = compilation else {
            throw Absence.atlasRefused(compilation.diagnostics.map { "\($0)" }.joined(separator: "\n"))
        }
        let image = try MetabinaryImage(bytes)
        let file = root.appending(path: "Tests/Fixtures/machines/pc.recording")
        var facts = try Recording(text: String(contentsOf: file, encoding: .utf8)).replay().facts
        facts.clock = ClockFacts(frequency: clockFrequency, source: .powerManagementTimer)
        var observer = PlacementObserver()
        for case .driver(let driver) in Pipeline.generate(facts, image, observer: &observer) {
            var encoded: [String: EncodedFunction] = [:]
            let subjects = driver.functions.map { function in
                let name = String(decoding: function.name, as: UTF8.self)
                encoded[name] = observer.functions[function.entry.rawValue]
                return Subject(
                    name: name, code: function.bytes, address: function.entry.rawValue, grants: driver.grants,
                    parameters: function.parameterBounds.map { ValueRange(low: 0, high: $0) })
            }
            return (subjects, encoded)
        }
        throw Absence.noCard
    }

    /// A command by ports, as a disk of old takes it: waits until it is idle, writes a number, takes words in.
    private static func samplePorts() throws -> (subject: Subject, encoded: EncodedFunction) {
        let source = """
            mov ecx, 100
            look: mov edx, 0x1F7
            in al, dx
            test al, 0x80
            je ready
            dec ecx
            jne look
            mov eax, 1
            ret
            ready: mov eax, edi
            and eax, 0x0F
            mov edx, 0x1F6
            out dx, al
            xor ecx, ecx
            take: mov edx, 0x1F0
            in ax, dx
            mov esi, ecx
            shl esi, 1
            mov [rsi + 0x60000000], ax
            inc ecx
            cmp ecx, 0x100
            jne take
            xor eax, eax
            mov edx, 0x80
            out dx, al
            ret
            """
        let port = { (name: String, start: UInt64, byteCount: UInt64, rights: Rights) in
            Grant(
                name: Array(name.utf8), space: .ports, start: start, byteCount: byteCount, rights: rights,
                elementByteCount: byteCount, isWhole: true)
        }
        let grants = [
            Grant(
                name: Array("words".utf8), start: 0x6000_0000, byteCount: 512, rights: .write, elementByteCount: 2,
                isWhole: true), port("DELAY", 0x80, 1, .write), port("DATA", 0x1F0, 2, .read),
            port("DRIVE", 0x1F6, 1, [.read, .write]), port("STATUS", 0x1F7, 1, .read),
        ]
        let address: UInt64 = 0x4000_0000
        let code = try Assembly.assemble(source, origin: address)
        let function = try DecodedFunction(code, at: address)
        let targets = Set(function.instructions.compactMap(\.target)).sorted()
        guard targets.count == 3 else { throw Absence.noCard }
        var encoded = EncodedFunction()
        encoded.bytes = code
        let live: UInt16 = 1 << 1 | 1 << 7  // RCX, RDI
        encoded.blocks = [
            EncodedBlock(offset: targets[0], kind: .counted(.rcx, low: 1, high: 100), liveRegisters: live),
            EncodedBlock(offset: targets[1], kind: .join, liveRegisters: live),
            EncodedBlock(offset: targets[2], kind: .counted(.rcx, low: 0, high: 255), liveRegisters: live),
        ]
        let subject = Subject(name: "ports", code: code, address: address, grants: grants, parameters: [.anything])
        return (subject, encoded)
    }
}
