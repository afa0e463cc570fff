// Writes how the result of a function is laid out.

import Metabinary

extension Emitter {
    mutating func emit(_ outcomes: [ResultOutcome]) {
        Self.append(outcomes.count, to: &body)
        for outcome in outcomes {
            appendName(String(decoding: outcome.name, as: UTF8.self))
            Self.append(outcome.pattern, to: &body)
            Self.append(outcome.fields.count, to: &body)
            for field in outcome.fields {
                appendName(String(decoding: field.name, as: UTF8.self))
                body += [field.firstBit, field.bitCount]
                Self.append(field.memory.map { $0 + 1 } ?? 0, to: &body)
            }
        }
    }
}
