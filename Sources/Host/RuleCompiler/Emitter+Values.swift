// Writes what may be written to registers and to elements of memory.

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
        let cause: UInt8 = value.cause == nil ? 0 : 8
        switch value.number {
        case .range(let low, let high):
            body.append(cause | (low == high ? 0 : 1))
            Self.append(low, to: &body)
            if low != high { Self.append(high - low, to: &body) }
        case .byteCount(let memory):
            body.append(cause | 2)
            Self.append(memory, to: &body)
        case .count(let memory):
            body.append(cause | 3)
            Self.append(memory, to: &body)
        case .index(let memory):
            body.append(cause | 4)
            Self.append(memory, to: &body)
        }
        guard let cause = value.cause else { return }
        Self.append(cause.register, to: &body)
        Self.append(cause.memory.map { $0 + 1 } ?? 0, to: &body)
    }
}
