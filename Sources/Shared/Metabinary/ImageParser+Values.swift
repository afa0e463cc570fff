// Reads what may be written to registers and to elements of memory, and refuses what could not be granted: bits that an
// element has not, values that they have no room for, sizes of no memory, and causes that no register can be.

import Program

extension ImageParser {
    /// What may be written to an element: `nil` for anything, else in rising order of bits, none over another.
    @inline(never)
    func parseAllowedValues(_ elementByteCount: UInt64) throws(MetabinaryError) -> [AllowedValues]? {
        let number = try reader.count(atMost: MetabinaryLimit.allowedValuesCount + 1)
        guard number > 0 else { return nil }
        var list: [AllowedValues] = []
        for _ in 1..<number {
            let place = reader.offset
            var allowed = AllowedValues(
                firstBit: UInt16(truncatingIfNeeded: try reader.number(atMost: UInt64(UInt16.max))),
                bitCount: try reader.byte())
            guard 1...64 ~= allowed.bitCount, UInt64(allowed.firstBit) % 64 + UInt64(allowed.bitCount) <= 64,
                UInt64(allowed.firstBit) >= list.last?.end ?? 0, allowed.end <= 8 * elementByteCount
            else { throw .badValues(at: place) }
            try parseValues(of: &allowed)
            list.append(allowed)
        }
        return list
    }

    @inline(never)
    private func parseValues(of allowed: inout AllowedValues) throws(MetabinaryError) {
        let count = try reader.count(atMost: MetabinaryLimit.allowedValueCount + 1)
        if count < 2 {
            allowed.bits = count == 0 ? allowed.mask : try reader.number(atMost: allowed.mask)
            return
        }
        for index in 1..<count {
            let place = reader.offset
            let form = try reader.byte()
            let number: AllowedValue.Number
            switch form & 7 {
            case 0:
                let value = try reader.number(atMost: allowed.mask)
                number = .range(low: value, high: value)
            case 1:
                let low = try reader.number(atMost: allowed.mask)
                let more = try reader.number(atMost: allowed.mask - low)
                number = .range(low: low, high: low + more)
            case 2: number = .byteCount(of: try reader.index(below: MetabinaryLimit.memoryCount))
            case 3: number = .count(of: try reader.index(below: MetabinaryLimit.memoryCount))
            case 4: number = .index(of: try reader.index(below: MetabinaryLimit.memoryCount))
            default: throw .badValues(at: place)
            }
            var value = AllowedValue(number: number)
            if form == form & 7 | 8, index > 1 {
                value.cause = AllowedValue.Cause(register: try reader.index(below: MetabinaryLimit.registerCount))
                let told = try reader.count(atMost: MetabinaryLimit.memoryCount)
                value.cause?.memory = told == 0 ? nil : told - 1
            } else if form > 7 {
                throw .badValues(at: place)
            }
            allowed.values.append(value)
        }
    }

    /// Values name memories that there are; a cause is a single register of the same window that may be told it.
    func checkValues(of windows: [WindowDescription], _ memories: [MemoryDescription]) throws(MetabinaryError) {
        for memory in memories {
            try check(memory.allowed, nil, memories)
            for part in memory.parts { try check(part.allowed, nil, memories) }
        }
        for window in windows {
            for register in window.registers { try check(register.allowed, window, memories) }
        }
    }

    @inline(never)
    private func check(
        _ list: [AllowedValues]?, _ window: WindowDescription?, _ memories: [MemoryDescription]
    ) throws(MetabinaryError) {
        guard let list else { return }
        for allowed in list {
            for value in allowed.values {
                switch value.number {
                case .range: break
                case .byteCount(let memory), .count(let memory), .index(let memory):
                    guard memory < memories.count, memories[memory].kind != .state else {
                        throw .badValues(at: reader.offset)
                    }
                }
                guard let cause = value.cause else { continue }
                guard let window, cause.register < window.registers.count,
                    Self.canCause(cause, window.registers[cause.register])
                else { throw .badValues(at: reader.offset) }
            }
        }
    }

    private static func canCause(_ cause: AllowedValue.Cause, _ register: RegisterDescription) -> Bool {
        guard register.isWritable, register.count == 1 else { return false }
        guard let memory = cause.memory else { return register.role == .plain || register.mayBeZero }
        return register.role == .bufferAddress && register.memories.contains(memory)
    }
}
