// What the atlas says of the card that the suite simulates: its registers, where its rings are told, and how long its
// functions may wait. Read from the rules' text, so that a register which is added there is tested here.

import Devices
import Foundation
import Pipeline

@testable import RuleCompiler

/// The description of one device.
struct DeviceDescription: Sendable {
    /// Why there is none.
    struct Absence: Error {
        var message: String
    }

    /// In the order of their offsets.
    let registers: [DeclaredRegister]
    /// Bounds of waits and pauses by function. Units: microseconds.
    let waits: [String: [Int]]
    /// Lowest bit of each field, by register and field.
    private let fields: [String: [String: UInt32]]
    /// Names of the registers that take a ring's base and size.
    private let rings: [(name: String, low: String, high: String, bytes: String)]

    /// The card of both drivers of the table.
    static let card = Result { try DeviceDescription("e1000") }

    private init(_ name: String) throws {
        let diagnostics = DiagnosticCollector(sources: try DriverUnderTest.atlas().map(SourceText.init))
        let atlas = Parser.parse(diagnostics)
        guard diagnostics.isEmpty, let device = atlas.devices.first(where: { $0.name.text == name }) else {
            throw Absence(message: "\(name): \(diagnostics.found)")
        }
        fields = Dictionary(
            uniqueKeysWithValues: device.registers.map { register in
                let bits = register.fields.map { ($0.name.text, UInt32($0.low.value ?? 0)) }
                return (register.name.text, Dictionary(uniqueKeysWithValues: bits))
            })
        rings = try device.rings.map {
            guard let base = $0.base, let bytes = $0.bytes else { throw Absence(message: "ring \($0.name.text)") }
            return ($0.name.text, base.low.text, base.high.text, bytes.text)
        }
        registers = try device.registers.map {
            guard let offset = $0.offset.value, $0.bitCount == 32 else {
                throw Absence(message: "\($0.name.text) is no register of 32 bits")
            }
            return DeclaredRegister(
                name: $0.name.text, offset: offset, count: Int($0.count?.value ?? 1), isReadable: $0.isReadable,
                isWritable: $0.isWritable)
        }.sorted { $0.offset < $1.offset }
        let functions = (device.functions + Self.functions(ofClass: device.parent.text, atlas)).map {
            ($0.member.name.text, Self.waits(in: $0.statements, device.routines))
        }
        waits = Dictionary(functions.filter { !$0.1.isEmpty }) { first, _ in first }
    }

    /// The functions that a class, and those that it is, generate.
    static func functions(ofClass name: String, _ atlas: Syntax.Atlas) -> [Syntax.Function] {
        guard let node = atlas.classes.first(where: { $0.name.text == name }) else { return [] }
        return node.functions + (node.parent.map { functions(ofClass: $0.text, atlas) } ?? [])
    }

    /// Bounds of waits and pauses, those of routines where they are put in.
    static func waits(in statements: [Syntax.Statement], _ routines: [Syntax.Routine] = []) -> [Int] {
        statements.flatMap { statement -> [Int] in
            switch statement.kind {
            case .wait(_, let bound, _): [Int(bound?.value ?? 0)]
            // Kept by turns, which may take sixteen times as long.
            case .pause(let bound): [16 * Int(bound.value ?? 0)]
            case .condition(_, let then, let otherwise), .when(_, let then, let otherwise):
                waits(in: then, routines) + waits(in: otherwise ?? [], routines)
            case .count(_, let count, let body): waits(in: body, routines).map { $0 * Int(count.value ?? 1) }
            case .slots(_, _, let body): waits(in: body, routines)
            case .call(.call(let callee, _, _)):
                waits(in: routines.first { $0.name.text == callee.text }?.statements ?? [], routines)
            default: []
            }
        }
    }

    /// Offset of a register, and the lowest bit of one of its fields.
    func place(_ register: String, _ field: String? = nil) throws -> (offset: UInt64, bit: UInt32) {
        guard let offset = registers.first(where: { $0.name == register })?.offset else {
            throw Absence(message: "no register \(register)")
        }
        guard let field else { return (offset, 0) }
        guard let bit = fields[register]?[field] else { throw Absence(message: "no field \(register).\(field)") }
        return (offset, bit)
    }

    /// What a driver may tell its device of its rings, by the registers that take it.
    private func values(for driver: GeneratedDriver) throws -> [UInt64: UInt64] {
        var values: [UInt64: UInt64] = [:]
        for ring in rings {
            guard let memory = driver.memories.first(where: { $0.name.elementsEqual(ring.name.utf8) }) else {
                throw Absence(message: "no memory for ring \(ring.name)")
            }
            values[try place(ring.low).offset] = memory.physical.rawValue & 0xFFFF_FFFF
            values[try place(ring.high).offset] = memory.physical.rawValue >> 32
            values[try place(ring.bytes).offset] = memory.byteCount
        }
        return values
    }

    /// Limits of a driver's calls, by this description and a run on a card that keeps nobody waiting.
    func limits(of row: DriverUnderTest, seed: UInt64) throws -> CallLimits {
        let driver = try row.driver
        return try CallLimits(
            driver, registers: registers, values: values(for: driver), waits: waits,
            clockFrequency: row.clockFrequency, seed: seed)
    }
}
