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
        var diagnostics = DiagnosticCollector(sources: sources.map(SourceText.init))
        let atlas = Parser.parse(&diagnostics)
        var functions: [Syntax.Function] = []
        var name = row.deviceName
        while let node = atlas.devices.first(where: { $0.name.text == name }) {
            functions += node.functions
            name = node.parent.text
        }
        functions += DeviceDescription.functions(ofClass: name, atlas)
        let bounds = functions.map { ($0.member.name.text, DeviceDescription.waits(in: $0.statements)) }
        waits = Dictionary(bounds) { first, _ in first }.filter { !$0.value.isEmpty }
    }

    /// Limits of a driver's calls, by this description and a run on a card that keeps nobody waiting.
    func limits(seed: UInt64) throws -> CallLimits {
        try CallLimits(
            row.driver, row.model, registers: registers, values: [:], waits: waits,
            clockFrequency: row.clockFrequency, seed: seed)
    }
}
