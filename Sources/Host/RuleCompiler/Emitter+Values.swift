// Writes what may be written to registers and to elements of memory.

import Metabinary

extension Emitter {
    /// 0 where anything may be written; else one more than the number of runs of bits, and these.
    mutating func emit(_ allowed: [CheckedAtlas.AllowedBits]?) {
        Self.append(allowed.map { $0.count + 1 } ?? 0, to: &body)
        for run in allowed ?? [] {
            Self.append(run.firstBit, to: &body)
            body.append(run.bitCount)
            guard let bits = run.bits else {
                Self.append(run.values.count + 1, to: &body)
                for value in run.values { emit(value) }
                continue
            }
            let all = UInt64.max >> UInt64(64 - run.bitCount)
            body.append(bits == all ? 0 : 1)
            if bits != all { Self.append(bits, to: &body) }
        }
    }

    private mutating func emit(_ value: CheckedAtlas.AllowedBits.Value) {
        emit(value.number, premiseCount: min(value.premises.count, MetabinaryLimit.premiseCount))
        for premise in value.premises {
            switch premise {
            case .whole(let memory):
                body.append(5)
                Self.append(memory, to: &body)
            case .address(let register, let memory):
                body.append(6)
                Self.append(register, to: &body)
                Self.append(memory, to: &body)
            case .number(let register, let number): emit(number, of: register)
            }
        }
    }

    /// - Parameters:
    ///   - premiseCount: how many premises follow.
    ///   - register: the one that is told it, of a premise.
    private mutating func emit(
        _ number: CheckedAtlas.AllowedBits.Number, premiseCount: Int = 0, of register: Int? = nil
    ) {
        let form: UInt8 =
            switch number {
            case .range(let low, let high): low == high ? 0 : 1
            case .byteCount: 2
            case .count: 3
            case .index: 4
            }
        body.append(form | UInt8(premiseCount) << 3)
        if let register { Self.append(register, to: &body) }
        switch number {
        case .range(let low, let high):
            Self.append(low, to: &body)
            if low != high { Self.append(high - low, to: &body) }
        case .byteCount(let memory), .count(let memory), .index(let memory): Self.append(memory, to: &body)
        }
    }
}
