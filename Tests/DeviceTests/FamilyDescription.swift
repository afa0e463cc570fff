// What the atlas says of each family: its registers, from the metabinary, and how long its functions may wait, from the
// rules' text. So what is added there is tested here.

import Devices
import Metabinary
import Pipeline

@testable import RuleCompiler

/// The description of one row's device.
struct FamilyDescription {
    /// In the order of their windows and offsets.
    let registers: [DeclaredRegister]
    /// Bounds of waits and pauses by function. Units: microseconds.
    let waits: [String: [Int]]
    /// Turns of all loops, by function.
    let turns: [String: Int]
    private let row: DriverUnderTest

    init(_ row: DriverUnderTest) throws {
        self.row = row
        let sources = try DriverUnderTest.atlas()
        guard let bytes = RuleCompiler.compile(sources).metabinary else {
            throw DriverUnderTest.Absence.atlasRefused(row.deviceName)
        }
        let image = try MetabinaryImage(bytes)
        guard let device = image.devices.first(where: { $0.name.elementsEqual(row.deviceName.utf8) }) else {
            throw DriverUnderTest.Absence.noCard
        }
        let placed = try row.driver.windows
        registers = device.windows.indices.flatMap { index in
            device.windows[index].registers.map { register in
                DeclaredRegister(
                    name: String(decoding: register.name, as: UTF8.self),
                    offset: placed[index].offset + register.offset, count: Int(register.count),
                    byteCount: Int(register.byteCount), isReadable: register.isReadable,
                    isWritable: register.isWritable)
            }
        }
        let diagnostics = DiagnosticCollector(sources: sources.map(SourceText.init))
        let atlas = Parser.parse(diagnostics)
        var functions: [Syntax.Function] = []
        var routines: [Syntax.Routine] = []  // of the device before those that it is derived from
        var name = row.deviceName
        while let node = atlas.devices.first(where: { $0.name.text == name }) {
            functions += node.functions
            routines += node.routines
            name = node.parent.text
        }
        functions += DeviceDescription.functions(ofClass: name, atlas)
        let known = routines
        let bounds = functions.map { ($0.member.name.text, DeviceDescription.waits(in: $0.statements, known)) }
        waits = Dictionary(bounds) { first, _ in first }.filter { !$0.value.isEmpty }
        let loops = functions.map { ($0.member.name.text, Self.turns(in: $0.statements, known)) }
        turns = Dictionary(loops) { first, _ in first }.filter { $0.value > 0 }
    }

    /// Loops by count, those of routines where they are put in.
    private static func turns(in statements: [Syntax.Statement], _ routines: [Syntax.Routine]) -> Int {
        statements.map { statement -> Int in
            switch statement.kind {
            case .condition(_, let then, let otherwise):
                return turns(in: then, routines) + turns(in: otherwise ?? [], routines)
            case .count(_, let count, let body): return Int(count.value ?? 0) * (1 + turns(in: body, routines))
            case .call(.call(let callee, _, _)):
                let routine = routines.first { $0.name.text == callee.text }
                return routine.map { turns(in: $0.statements, routines) } ?? 0
            default: return 0
            }
        }.reduce(0, +)
    }

    /// Limits of a driver's calls, by this description and a run on a card that keeps nobody waiting.
    func limits(seed: UInt64) throws -> CallLimits {
        try CallLimits(
            row.driver, row.model, registers: registers, values: [:], waits: waits, turns: turns,
            clockFrequency: row.clockFrequency, seed: seed)
    }
}
