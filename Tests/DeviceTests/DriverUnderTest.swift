// The drivers that the suite runs: the stand-in, and what the generator makes of the atlas. Both are rows of one table.

import Devices
import Foundation
import Hardware
import Metabinary
import Pipeline
import Recording
import RuleCompiler
import Testing

/// A driver of the table.
enum DriverUnderTest: String, CaseIterable, CustomTestStringConvertible, Sendable {
    case standIn = "stand-in"
    case generated = "generated"
    case express = "e1000e"
    case byteRing = "rtl8139"
    case virtio = "virtio_net"
    /// The same on a card that never says when it looks by itself, and whose doorbells are elsewhere.
    case quietVirtio = "virtio_net, without events"
    case oldVirtio = "virtio_net_legacy"
    case lists = "i8255x"
    case ownMemory = "ne2000"
    case lance = "pcnet"

    var testDescription: String { rawValue }

    /// What the driver's bytes were made for: a slow clock where each access of a window is paced, or a call may pause for
    /// long, which is many instructions of a fast one. Units: hertz.
    var clockFrequency: UInt64 {
        switch self {
        case .generated, .express: 1_000_000
        case .lists, .ownMemory, .lance: 4_000_000
        default: Self.clockFrequency
        }
    }

    static let clockFrequency: UInt64 = 1_000_000_000

    /// The simulated card that the driver is for.
    var model: CardModel {
        switch self {
        case .standIn, .generated: .gigabit
        case .express: .gigabitExpress
        case .byteRing: .byteRing
        case .virtio, .quietVirtio: .virtio
        case .oldVirtio: .legacyVirtio
        case .lists: .lists
        case .ownMemory: .ownMemory
        case .lance: .lance
        }
    }

    /// The name of its description in the atlas.
    var deviceName: String {
        switch self {
        case .standIn, .generated: "e1000"
        case .quietVirtio: "virtio_net"
        default: rawValue
        }
    }

    /// What probes find out of its card; of others, what the rules state for a machine that is not there.
    var probes: [String: UInt64] {
        self == .quietVirtio ? ["offered": 0x0001_0020, "rx_notify": 5, "tx_notify": 2] : [:]
    }

    /// The drivers of every family of the atlas.
    static let families: [DriverUnderTest] = [
        .generated, .express, .byteRing, .virtio, .quietVirtio, .oldVirtio, .lists, .ownMemory, .lance,
    ]

    /// The rows that can run now; says once why one cannot.
    static let available: [DriverUnderTest] = {
        do {
            _ = try DriverUnderTest.generated.driver
            return [.standIn, .generated]
        } catch {
            print("DeviceTests: the generated driver is left out: \(error)")
            return [.standIn]
        }
    }()

    /// Why there is no driver.
    enum Absence: Error {
        case atlasRefused(String)
        case metabinaryRefused(String)
        case noCard
        case refused(String)
        case incomplete(missing: String)
    }

    private static let standInDriver = Result { try StandInDriver.assemble() }
    private static let generatedDriver = Result {
        try generate(clockFrequency: DriverUnderTest.generated.clockFrequency)
    }
    private static let expressDriver = Result {
        try generate("e1000e", clockFrequency: DriverUnderTest.express.clockFrequency)
    }
    private static let byteRingDriver = Result { try generate("rtl8139") }
    private static let virtioDriver = Result { try generate("virtio_net") }
    private static let quietVirtioDriver = Result {
        try generate("virtio_net", probes: DriverUnderTest.quietVirtio.probes)
    }
    private static let oldVirtioDriver = Result { try generate("virtio_net_legacy") }
    private static let listsDriver = Result {
        try generate("i8255x", clockFrequency: DriverUnderTest.lists.clockFrequency)
    }
    private static let ownMemoryDriver = Result {
        try generate("ne2000", clockFrequency: DriverUnderTest.ownMemory.clockFrequency)
    }
    private static let lanceDriver = Result {
        try generate("pcnet", clockFrequency: DriverUnderTest.lance.clockFrequency)
    }

    var driver: GeneratedDriver {
        get throws {
            switch self {
            case .standIn: try Self.standInDriver.get()
            case .generated: try Self.generatedDriver.get()
            case .express: try Self.expressDriver.get()
            case .byteRing: try Self.byteRingDriver.get()
            case .virtio: try Self.virtioDriver.get()
            case .quietVirtio: try Self.quietVirtioDriver.get()
            case .oldVirtio: try Self.oldVirtioDriver.get()
            case .lists: try Self.listsDriver.get()
            case .ownMemory: try Self.ownMemoryDriver.get()
            case .lance: try Self.lanceDriver.get()
            }
        }
    }

    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The functions of the contract `packet_nic 2`.
    static let functionNames = ["link", "mac", "bringup", "transmit", "notify", "receive", "giveback"]

    /// The texts of the atlas, some of them replaced.
    ///
    /// - Parameter change: gets a file's name and text, returns the text that is used.
    static func atlas(_ change: (String, String) -> String = { $1 }) throws -> [RuleSource] {
        let atlas = root.appending(path: "Sources/Atlas")
        let names = try FileManager.default.contentsOfDirectory(atPath: atlas.path).filter { $0.hasSuffix(".meta") }
        return try names.sorted().map { name in
            let text = try String(contentsOf: atlas.appending(path: name), encoding: .utf8)
            return RuleSource(name: name, text: change(name, text))
        }
    }

    /// Compiles the atlas, some of its texts replaced, and generates the driver of a description for the recorded machine.
    ///
    /// - Parameters:
    ///   - probes: what probes find out; of others, what the rule states for a machine that is not there.
    ///   - revision: another revision of its card than the recorded machine has.
    ///   - change: gets a file's name and text, returns the text that is compiled.
    ///   - shape: changes what discovery found of each function.
    static func generate(
        _ device: String = "e1000", probes: [String: UInt64] = [:], clockFrequency: UInt64 = clockFrequency,
        revision: UInt8? = nil, _ change: (String, String) -> String = { $1 },
        shape: (inout PCIFunction) -> Void = { _ in }
    ) throws -> GeneratedDriver {
        let compilation = RuleCompiler.compile(try atlas(change))
        guard case .metabinary(let bytes, _) = compilation else {
            throw Absence.atlasRefused(compilation.diagnostics.map { "\($0)" }.joined(separator: "\n"))
        }
        let image: MetabinaryImage
        do { image = try MetabinaryImage(bytes) } catch { throw Absence.metabinaryRefused("\(error)") }
        // The first machine has the first card alone, the others have the rest.
        let recording =
            switch device {
            case "e1000": "pc"
            case "i8255x", "ne2000": "pc-lists"
            case "virtio_net_legacy": "pc-old"
            case "pcnet": "pc-lance"
            default: "pc-cards"
            }
        let file = root.appending(path: "Tests/Fixtures/machines/\(recording).recording")
        var facts = try Recording(text: String(contentsOf: file, encoding: .utf8)).replay().facts
        facts.clock = ClockFacts(frequency: clockFrequency, source: .powerManagementTimer)
        if let revision { for index in facts.functions.indices { facts.functions[index].revision = revision } }
        for index in facts.functions.indices { shape(&facts.functions[index]) }
        for function in facts.functions {
            facts.probes += probes.map {
                ProbedFact(function: function.address, device: Array(device.utf8), name: Array($0.utf8), value: $1)
            }
        }
        var observer = SilentObserver()
        for outcome in Pipeline.generate(facts, image, observer: &observer) {
            switch outcome {
            case .driver(let driver) where driver.name.elementsEqual(device.utf8):
                let names = driver.functions.map { String(decoding: $0.name, as: UTF8.self) }
                let missing = functionNames.filter { !names.contains($0) }
                guard missing.isEmpty else { throw Absence.incomplete(missing: missing.joined(separator: " ")) }
                return driver
            case .refused(let refusal) where refusal.deviceName.elementsEqual(device.utf8):
                throw Absence.refused("\(refusal)")
            default: continue
            }
        }
        throw Absence.noCard
    }
}
