// A machine of the library after the steps of the boot that write before any device is used, and with the drivers that
// its facts give: each is booted once, and all tests look at the same outcome.

import Foundation
import Hardware
import Metabinary
import Pipeline
import RuleCompiler

/// What came of a machine.
struct BootedMachine: Sendable {
    let machine: LibraryMachine
    /// As it was before anybody looked, and as it is now.
    let before: BootingMachine
    private(set) var after: BootingMachine
    let facts: MachineFacts
    let oddities: [Oddity]
    /// The functions that a rule is for.
    let described: Set<FunctionAddress>
    /// Generated drivers as "00:03.0 e1000", and why others were refused.
    let drivers: [String]
    let refusals: [String]

    /// All machines of the library, booted.
    static let all = Result { try LibraryMachine.all.map { (name: $0.name, boot: try BootedMachine($0)) } }

    static func of(_ machine: LibraryMachine) throws -> BootedMachine {
        guard let found = try all.get().first(where: { $0.name == machine.name }) else {
            return try BootedMachine(machine)
        }
        return found.boot
    }

    /// The shipped rules, compiled once.
    static let rules = Result {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Sources/Atlas")
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".meta") }
        let sources = try names.sorted().map {
            RuleSource(name: $0, text: try String(contentsOf: folder.appending(path: $0), encoding: .utf8))
        }
        let compilation = RuleCompiler.compile(sources)
        guard let bytes = compilation.metabinary else { throw RejectedRules(diagnostics: "\(compilation.diagnostics)") }
        return try MetabinaryImage(bytes)
    }

    struct RejectedRules: Error { var diagnostics: String }

    /// The first address behind the kernel's image, which lies from 1 MiB on.
    private static let imageEnd = PhysicalAddress(rawValue: 0x40_0000)

    /// Boots a machine as the kernel does, up to where memory is given out, then generates.
    ///
    /// - Parameters:
    ///   - damagedByte: a byte of memory in which a bit is flipped before.
    ///   - offend: what else is written in a step, for rules that have to notice it.
    init(
        _ machine: LibraryMachine, damagedAt damagedByte: UInt64? = nil,
        offend: (inout BootingMachine, BootStep) -> Void = { _, _ in }
    ) throws {
        let image = try Self.rules.get()
        var access = machine.start()
        if let damagedByte { access.flipBit(at: damagedByte) }
        var oddities: [Oddity] = []
        self.machine = machine
        before = access
        let isDriven = { image.mostSpecificDevice(for: $0) != nil }
        var facts = discoverMachine(machine.bootInformation, &access, isDriven: isDriven) { event in
            if case .found(let oddity) = event { oddities.append(oddity) }
        }
        offend(&access, .discovery)
        access.step = .takeOver
        facts.takeOver(&access, isDriven: isDriven) { oddities.append($0) }
        offend(&access, .takeOver)
        let count = facts.functions.count { $0.headerType == 0 }
        facts.placement = .chosen(facts.memory, for: count, beyond: Self.imageEnd)
        var observer = SilentObserver()
        var drivers: [String] = []
        var refusals: [String] = []
        for outcome in generate(facts, image, observer: &observer) {
            switch outcome {
            case .driver(let driver):
                drivers.append("\(driver.function.text) \(String(decoding: driver.name, as: UTF8.self))")
            case .refused(let refusal): refusals.append("\(refusal.function.text) \(refusal.error)")
            }
        }
        described = Set(facts.functions.filter(isDriven).map(\.address))
        after = access
        self.facts = facts
        self.oddities = oddities
        self.drivers = drivers
        self.refusals = refusals
    }

    var writes: [TracedWrite] { after.writes }

    /// The function of the table that is there.
    func function(_ address: FunctionAddress) -> MachineFunction? {
        machine.functions.first { $0.address == address }
    }

    func classCode(_ address: FunctionAddress) -> UInt32 { before.word(address, 0x08) >> 8 }

    /// Whether it is what firmware uses to boot from: mass storage, a network, a USB controller; or what a rule is for.
    func isSilenced(_ address: FunctionAddress) -> Bool {
        let code = classCode(address)
        return code >> 16 == 0x01 || code >> 16 == 0x02 || code >> 8 == 0x0C03 || described.contains(address)
    }
}
