// Reads how the result of a function is laid out. Nobody who takes results apart checks them again: what passes here tells
// every outcome from every other, and every field from what is beside it.

import Program

extension ImageParser {
    /// Reads the outcomes of a function; none where its result is one value.
    ///
    /// - Parameter bitCount: that of the result.
    @inline(never)
    func parseOutcomes(_ bitCount: UInt8, of device: DeviceDescription) throws(MetabinaryError) -> [ResultOutcome] {
        var outcomes: [ResultOutcome] = []
        for _ in 0..<(try reader.count(atMost: MetabinaryLimit.outcomeCount)) {
            let place = reader.offset
            let outcome = try parseOutcome(bitCount, of: device)
            for other in outcomes where other.overlaps(outcome) { throw .badResult(at: place) }
            outcomes.append(outcome)
        }
        return outcomes
    }

    /// Reads an outcome; all of its bits are bits of the result, and no field shares one.
    private func parseOutcome(
        _ bitCount: UInt8, of device: DeviceDescription
    ) throws(MetabinaryError) -> ResultOutcome {
        let place = reader.offset
        let nameIndex = try reader.index(below: tables.names.count)
        let pattern = try reader.number(atMost: .max)
        var taken = pattern
        var fields: [ResultOutcome.Field] = []
        for _ in 0..<(try reader.count(atMost: MetabinaryLimit.outcomeFieldCount)) {
            let nameIndex = try reader.index(below: tables.names.count)
            let firstBit = try reader.byte()
            let count = try reader.byte()
            let memory = try reader.index(below: device.memories.count + 1) - 1
            let isBuffer = memory >= 0
            guard count > 0, UInt64(firstBit) + UInt64(count) <= 64,
                !isBuffer || device.memories[memory].kind != .state
            else { throw .badResult(at: place) }
            let field = ResultOutcome.Field(
                name: tables.names[nameIndex], firstBit: firstBit, bitCount: count, memory: isBuffer ? memory : nil)
            guard taken & field.mask == 0 else { throw .badResult(at: place) }
            taken |= field.mask
            fields.append(field)
        }
        guard taken.leadingZeroBitCount >= 64 - Int(bitCount) else { throw .badResult(at: place) }
        return ResultOutcome(name: tables.names[nameIndex], pattern: pattern, fields: fields)
    }
}
