// The subjects: every function that the generator makes of the atlas for the recorded machines, one of each that differs in
// more than addresses, and samples of what no shipped function does: ports by hand, configuration space by rules of a test.

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
    private static let configured = Result { try generateConfigured() }

    /// Functions of the shipped drivers, of every family.
    static var shipped: [Subject] { get throws { try made.get().subjects } }

    /// Those, and the samples.
    static var all: [Subject] {
        get throws { try made.get().subjects + [sample.get().subject] + configured.get().subjects }
    }

    /// What the encoder made, by the names of subjects.
    static var encoded: [String: EncodedFunction] {
        get throws {
            let sample = try sample.get()
            return try made.get().encoded.merging([sample.subject.name: sample.encoded]) { $1 }
                .merging(configured.get().encoded) { $1 }
        }
    }

    /// A slow clock: pauses of milliseconds are kept by turns, and each turn is run. Units: hertz.
    private static let clockFrequency: UInt64 = 100_000

    private static func generate() throws -> (subjects: [Subject], encoded: [String: EncodedFunction]) {
        let atlas = root.appending(path: "Sources/Atlas")
        let names = try FileManager.default.contentsOfDirectory(atPath: atlas.path).filter { $0.hasSuffix(".meta") }
        let sources = try names.sorted().map {
            RuleSource(name: $0, text: try String(contentsOf: atlas.appending(path: $0), encoding: .utf8))
        }
        let compilation = RuleCompiler.compile(sources)
        guard case .metabinary(let bytes, _) = compilation else {
            throw Absence.atlasRefused(compilation.diagnostics.map { "\($0)" }.joined(separator: "\n"))
        }
        var made: (subjects: [Subject], encoded: [String: EncodedFunction]) = ([], [:])
        for machine in machines {
            let file = root.appending(path: "Tests/Fixtures/machines/\(machine).recording")
            var facts = try Recording(text: String(contentsOf: file, encoding: .utf8)).replay().facts
            facts.clock = ClockFacts(frequency: clockFrequency, source: .powerManagementTimer)
            let more = try generate(facts, bytes, on: machine)
            // Forms of a function on which machines agree, their addresses apart, are one subject.
            for subject in more.subjects
            where !made.subjects.contains(where: { $0.isForm(of: subject) }) {
                made.subjects.append(subject)
                made.encoded[subject.name] = more.encoded[subject.name]
            }
        }
        guard !made.subjects.isEmpty else { throw Absence.noCard }
        return made
    }

    /// Recordings with cards; the last ones add what the first have not got.
    private static let machines = ["pc", "pc-cards", "q35-cards", "pc-lists", "pc-lance", "pc-old"]

    /// The functions of all drivers that a machine gets.
    private static func generate(
        _ facts: MachineFacts, _ metabinary: [UInt8], on machine: String
    ) throws -> (subjects: [Subject], encoded: [String: EncodedFunction]) {
        let image = try MetabinaryImage(metabinary)
        var observer = PlacementObserver()
        var subjects: [Subject] = []
        var encoded: [String: EncodedFunction] = [:]
        for case .driver(let driver) in Pipeline.generate(facts, image, observer: &observer) {
            let family = String(decoding: driver.name, as: UTF8.self)
            let place = driver.function
            subjects += driver.functions.map { function in
                let member = String(decoding: function.name, as: UTF8.self)
                let name = "\(machine) \(place.bus):\(place.device).\(place.function) \(member)"
                encoded[name] = observer.functions[function.entry.rawValue]
                return Subject(
                    name: name, family: family, member: member, code: function.bytes, address: function.entry.rawValue,
                    grants: driver.grants,
                    parameters: function.parameterBounds.map { ValueRange(low: 0, high: $0) }, driver: driver)
            }
        }
        return (subjects, encoded)
    }

    /// Registers of configuration space: read, written, waited for, in a loop and on two ways through a function.
    private static let configuredRules = """
        class lamp 1 {
            require wake() -> ready | stuck
            require fill(level: u32) -> none
            require pick(place: u8) -> level: u32
        }
        device blinker is lamp {
            match pci vendor 0x1234 device 0x0001
            window config = configuration
            window power = configuration capability 0x01
            register config.VENDOR at 0x00 u16 ro
            register config.LATENCY at 0x0D u8 ro
            register config.LEVEL at 0x60 rw
            register config.PART at 0x67 u8 wo
            register power.CONTROL at 0x04 u16 rw { STATE: 0…1 }
            generate wake() -> ready | stuck {
                CONTROL = STATE(0)
                wait CONTROL.STATE == 0 within 100 us else return stuck
                return ready
            }
            generate fill(level: u32) -> none {
                for i in 0..<4 {
                    LEVEL = level
                    PART = i
                }
            }
            generate pick(place: u8) -> level: u32 {
                if place == 1 { return VENDOR }
                if place == 2 { return LATENCY }
                return LEVEL
            }
        }
        """

    private static func generateConfigured() throws -> (subjects: [Subject], encoded: [String: EncodedFunction]) {
        let compilation = RuleCompiler.compile([RuleSource(name: "blinker.meta", text: configuredRules)])
        guard case .metabinary(let bytes, _) = compilation else {
            throw Absence.atlasRefused(compilation.diagnostics.map { "\($0)" }.joined(separator: "\n"))
        }
        var function = PCIFunction(
            address: FunctionAddress(bus: 1, device: 2, function: 3), vendor: 0x1234, device: 0x0001)
        function.capabilities = [Capability(identifier: 1, offset: 0x50)]
        var facts = MachineFacts()
        facts.functions = [function]
        facts.clock = ClockFacts(frequency: clockFrequency, source: .powerManagementTimer)
        return try generate(facts, bytes, on: "sample")
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
        let live: UInt16 = 1 << 1 | 1 << 7  // RCX, RDI
        let blocks = [
            EncodedBlock(offset: targets[0], kind: .counted(.rcx, low: 1, high: 100), liveRegisters: live),
            EncodedBlock(offset: targets[1], kind: .join, liveRegisters: live),
            EncodedBlock(offset: targets[2], kind: .counted(.rcx, low: 0, high: 255), liveRegisters: live),
        ]
        let encoded = EncodedFunction(bytes: code, instructions: [], relocations: [], blocks: blocks)
        let subject = Subject(
            name: "sample ports", family: "ports", member: "ports", code: code, address: address, grants: grants,
            parameters: [.anything], driver: nil)
        return (subject, encoded)
    }
}
