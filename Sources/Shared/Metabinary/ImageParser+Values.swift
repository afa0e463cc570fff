// Reads what may be written to registers and to elements of memory, and refuses what could not be granted: bits that an
// element has not, values that they have no room for, sizes of no memory, and premises that no register can meet.

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
            let premiseCount = Int(form >> 3)
            guard premiseCount == 0 || index > 1, premiseCount <= MetabinaryLimit.premiseCount else {
                throw .badValues(at: place)
            }
            var value = AllowedValue(number: try parseNumber(form & 7, atMost: allowed.mask))
            for _ in 0..<premiseCount { value.premises.append(try parsePremise()) }
            allowed.values.append(value)
        }
    }

    @inline(never)
    private func parseNumber(_ form: UInt8, atMost mask: UInt64) throws(MetabinaryError) -> AllowedValue.Number {
        let place = reader.offset - 1
        switch form {
        case 0:
            let value = try reader.number(atMost: mask)
            return .range(low: value, high: value)
        case 1:
            let low = try reader.number(atMost: mask)
            return .range(low: low, high: low + (try reader.number(atMost: mask - low)))
        case 2: return .byteCount(of: try reader.index(below: MetabinaryLimit.memoryCount))
        case 3: return .count(of: try reader.index(below: MetabinaryLimit.memoryCount))
        case 4: return .index(of: try reader.index(below: MetabinaryLimit.memoryCount))
        default: throw .badValues(at: place)
        }
    }

    @inline(never)
    private func parsePremise() throws(MetabinaryError) -> AllowedValue.Premise {
        let form = try reader.byte()
        if form == 5 { return .whole(memory: try reader.index(below: MetabinaryLimit.memoryCount)) }
        let register = try reader.index(below: MetabinaryLimit.registerCount)
        if form == 6 {
            return .address(register: register, memory: try reader.index(below: MetabinaryLimit.memoryCount))
        }
        return .number(register: register, try parseNumber(form, atMost: .max))
    }

    /// Values name memories that there are; a premise is about a single register of the same window that may be told
    /// that, or about all that take a memory's place, and all of these are there.
    func checkValues(of windows: [WindowDescription], _ memories: [MemoryDescription]) throws(MetabinaryError) {
        for memory in memories {
            try check(memory.allowed, nil, [], memories)
            for part in memory.parts { try check(part.allowed, nil, [], memories) }
        }
        for window in windows {
            for register in window.registers { try check(register.allowed, window, windows, memories) }
        }
    }

    @inline(never)
    private func check(
        _ list: [AllowedValues]?, _ window: WindowDescription?, _ windows: [WindowDescription],
        _ memories: [MemoryDescription]
    ) throws(MetabinaryError) {
        guard let list else { return }
        for allowed in list {
            for value in allowed.values {
                guard Self.isSound(value.number, memories) else { throw .badValues(at: reader.offset) }
                for premise in value.premises {
                    guard let window, Self.canHold(premise, window, windows, memories) else {
                        throw .badValues(at: reader.offset)
                    }
                }
            }
        }
    }

    private static func isSound(_ number: AllowedValue.Number, _ memories: [MemoryDescription]) -> Bool {
        switch number {
        case .range: true
        case .byteCount(let memory), .count(let memory), .index(let memory):
            memory < memories.count && memories[memory].kind != .state
        }
    }

    @inline(never)
    private static func canHold(
        _ premise: AllowedValue.Premise, _ window: WindowDescription, _ windows: [WindowDescription],
        _ memories: [MemoryDescription]
    ) -> Bool {
        switch premise {
        case .whole(let memory):
            var isTold = false
            for other in windows {
                for register in other.registers where register.takesPlace(of: memory) {
                    guard other === window, !register.voids else { return false }
                    isTold = isTold || register.role == .addressLow
                }
            }
            return isTold
        case .address(let index, let memory):
            guard let register = holder(index, window, elementLimit: MetabinaryLimit.toldElementCount) else {
                return false
            }
            return register.role == .bufferAddress && register.memories.contains(memory)
        case .number(let index, let number):
            guard let register = holder(index, window) else { return false }
            let isZero = number == .range(low: 0, high: 0)
            return (register.role == .plain || register.mayBeZero && isZero) && isSound(number, memories)
        }
    }

    /// A register of a window that keeps what it is told, or an array of few.
    private static func holder(
        _ index: Int, _ window: WindowDescription, elementLimit: UInt64 = 1
    ) -> RegisterDescription? {
        guard index < window.registers.count else { return nil }
        let register = window.registers[index]
        return register.isWritable && register.count <= elementLimit && !register.voids ? register : nil
    }
}
