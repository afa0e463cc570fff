// What no field of a description shows by itself: fields and registers that tell of memory tell of such as can be told, and
// all of it that a device must know. The image parser refuses a device that is not so.

import Program

extension DeviceDescription {
    /// Whether fields of slots tell of buffers of pools, and of memory that is in parts.
    var fieldsAreSound: Bool {
        for memory in memories {
            guard areSound(memory.fields), memory.parts.allSatisfy({ areSound($0.fields) }) else { return false }
        }
        return true
    }

    private func areSound(_ fields: [SlotField]) -> Bool {
        fields.allSatisfy { $0.memory < memories.count && memories[$0.memory].hasParts }
    }

    // MARK: Roles

    /// Whether registers tell of memories that can be told so.
    var rolesAreSound: Bool {
        for window in windows {
            for register in window.all {
                let isOfBuffers = register.role == .bufferAddress || register.role == .bufferLength
                let isOfPages = register.role == .pageNumber
                for memory in register.memories {
                    guard memory < memories.count,
                        isOfBuffers ? memories[memory].hasParts : memories[memory].kind == .ring,
                        !isOfPages || memories[memory].alignment >= MetabinaryLimit.pageByteCount
                    else { return false }
                }
            }
        }
        return true
    }

    /// Whether memories that lie behind others come after such: the device is told of neither's end, and both tell it
    /// addresses, which keeps them side by side.
    var isBehindSound: Bool {
        for (index, memory) in memories.enumerated() where memory.isBehind {
            guard index > 0, memory.headroom == 0, memories[index - 1].kind == .ring, memories[index - 1].headroom == 0
            else { return false }
        }
        return true
    }

    /// Whether of each ring one register takes the address, or two as wide as each other take its halves, and one the size:
    /// nothing else tells a device where to find it. Of memory in parts, the high half and the size may be left out, and all
    /// three together: fields and other registers may lead there.
    var ringsHaveBases: Bool {
        // Of each memory, how many registers take the low half, the high half and the size, 20 bits each.
        let (low, high, size) = (UInt64(1), UInt64(1) << 20, UInt64(1) << 40)
        for (index, memory) in memories.enumerated() where memory.kind == .ring {
            var told: UInt64 = 0
            var half = ValueType.void
            for window in windows {
                for register in window.all {
                    for memory in register.memories where memory == index {
                        switch register.role {
                        case .addressLow, .addressHigh:
                            guard half == .void || half == register.type else { return false }
                            half = register.type
                            told += register.role == .addressHigh ? high : half == .u64 ? low + high : low
                        case .pageNumber: told += low + high
                        case .byteCount: told += size
                        default: break
                        }
                    }
                }
            }
            // What may be left out counts as told.
            var may: UInt64 = 0
            if !memory.parts.isEmpty { may = told == 0 ? low | high | size : (high | size) & ~told }
            guard told + may == low + high + size else { return false }
        }
        return true
    }

    // MARK: Values

    /// Whether values name memories that there are, and each premise is about a single register of the same window, reached in
    /// the same way, that may be told that, or about all that take a memory's place, and all of these are there.
    var valuesAreSound: Bool {
        for memory in memories {
            guard areSound(memory.allowed, in: nil), memory.parts.allSatisfy({ areSound($0.allowed, in: nil) }) else {
                return false
            }
        }
        for window in windows {
            for register in window.all {
                guard areSound(register.allowed, in: window, register.selection != nil) else { return false }
            }
        }
        return true
    }

    @inline(never)
    private func areSound(
        _ list: [AllowedValues]?, in window: WindowDescription?, _ isSelected: Bool = false
    ) -> Bool {
        guard let list else { return true }
        for allowed in list {
            for value in allowed.values {
                guard isSound(value.number) else { return false }
                for premise in value.premises {
                    guard let window, canHold(premise, in: window, isSelected) else { return false }
                }
            }
        }
        return true
    }

    private func isSound(_ number: AllowedValue.Number) -> Bool {
        switch number {
        case .range: true
        case .byteCount(let memory), .count(let memory), .index(let memory), .order(let memory):
            memory < memories.count && memories[memory].kind != .state
        }
    }

    private func canHold(
        _ premise: AllowedValue.Premise, in window: WindowDescription, _ isSelected: Bool
    ) -> Bool {
        switch premise {
        case .whole(let memory):
            var isTold = false
            for other in windows {
                for register in other.all where register.takesPlace(of: memory) {
                    guard other === window, !register.voids, isSelected == (register.selection != nil) else {
                        return false
                    }
                    isTold = isTold || register.role == .addressLow || register.role == .pageNumber
                }
            }
            return isTold
        case .address(let index, let memory):
            let limit = MetabinaryLimit.toldElementCount
            guard let register = window.holder(index, isSelected, elementLimit: limit) else { return false }
            return register.role == .bufferAddress && register.memories.contains(memory)
        case .number(let index, let number):
            guard let register = window.holder(index, isSelected) else { return false }
            let isZero = number == .range(low: 0, high: 0)
            return (register.role == .plain || register.mayBeZero && isZero) && isSound(number)
        }
    }
}

extension WindowDescription {
    /// A register that keeps what it is told, or an array of few.
    fileprivate func holder(_ index: Int, _ isSelected: Bool, elementLimit: UInt64 = 1) -> RegisterDescription? {
        guard index < all.count else { return nil }
        let register = all[index]
        let isReachedAlike = isSelected == (register.selection != nil)
        return isReachedAlike && register.isWritable && register.count <= elementLimit ? register : nil
    }
}
