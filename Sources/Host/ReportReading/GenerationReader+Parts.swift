// The parts of a driver that a record each tells whole: its choices, windows, memories and the guard space after them.

import Hardware
import Pipeline
import Program
import Report

extension GenerationReader {
    static func choice(_ fields: inout RecordFields) throws(ReportError) -> KeptChoice {
        let (name, line, kept): ([UInt8], UInt16, Int) = (fields.text(), try fields.number(), try fields.number())
        var costs: [CodeCost?] = []
        for word in fields.words() {
            let parts = word.parts(at: "/").map { $0.number(radix: 10).flatMap(Int.init(exactly:)) }
            if parts.count == 2, let byteCount = parts[0], let instructionCount = parts[1] {
                costs.append(CodeCost(byteCount: byteCount, instructionCount: instructionCount))
            } else if word.isSpelled("none") {
                costs.append(nil)
            } else {
                throw fields.malformed("bytes/instructions or none")
            }
        }
        guard kept > 0, kept <= costs.count else { throw fields.malformed("an alternative that has a cost") }
        return KeptChoice(name: name, line: line, costs: costs, kept: kept - 1)
    }

    /// A window that a BAR decodes.
    static func window(
        _ fields: inout RecordFields, of address: FunctionAddress, _ facts: MachineFacts
    ) throws(ReportError) -> PlacedWindow {
        let (name, bar): ([UInt8], UInt8) = (fields.text(), try fields.number())
        let offset: UInt64 = try fields.optionalNumber() ?? 0
        let function = facts.functions.first { $0.address == address }
        guard let range = function?.baseAddressRegister(bar) else { throw fields.unintroduced("BAR") }
        return PlacedWindow(
            name: name, bar: bar, offset: offset, space: fields.option() ? .ports : .memory,
            physical: PhysicalAddress(rawValue: range.base &+ offset),
            virtual: VirtualAddress(rawValue: try fields.number()), byteCount: try fields.number())
    }

    static func configurationWindow(
        _ fields: inout RecordFields, of address: FunctionAddress
    ) throws(ReportError) -> PlacedWindow {
        let (name, place): ([UInt8], UInt64) = (fields.text(), try fields.number())
        guard place >> 8 == UInt64(address.rawValue) else { throw fields.malformed("a place of the driver's function") }
        return PlacedWindow(
            name: name, bar: 0, offset: place & 0xFF, space: .configuration,
            physical: PhysicalAddress(rawValue: place), virtual: VirtualAddress(rawValue: place),
            byteCount: try fields.number())
    }

    static func memory(_ fields: inout RecordFields) throws(ReportError) -> PlacedMemory {
        let name = fields.text()
        let kind = try fields.element(of: [Region.Kind.ring, .pool, .state], \.word)
        let (virtual, byteCount): (UInt64, UInt64) = (try fields.number(), try fields.number())
        return PlacedMemory(
            name: name, kind: kind, physical: PhysicalAddress(rawValue: try fields.number()),
            virtual: VirtualAddress(rawValue: virtual), byteCount: byteCount,
            stride: try fields.optionalNumber() ?? 0, headroom: try fields.optionalNumber() ?? 0)
    }

    mutating func readGuard(_ fields: inout RecordFields, ofDriver index: Int) throws(ReportError) {
        let (name, address): ([UInt8], UInt64) = (fields.text(), try fields.number())
        // It follows the record of its memory.
        let memories = drivers[index].driver.memories
        guard let last = memories.indices.last, memories[last].name == name,
            memories[last].virtual.rawValue &+ memories[last].byteCount == address
        else { throw fields.malformed("the guard space behind the region before") }
        drivers[index].driver.memories[last].guardByteCount = try fields.number()
    }
}
