// How the result of a function is laid out: the outcome's number; where any outcome carries fields, in bits 39:32, and the
// fields in bits 31:0; else in bits 7:0. The checker goes by it; everybody else reads the layout in the metabinary.

/// Where an outcome has its number.
enum OutcomeLayout {
    static let bitCount: UInt8 = 8
    /// Where the number is beside fields.
    static let shift: UInt8 = 32

    static func carriesFields(_ outcomes: [Syntax.Outcome]) -> Bool { outcomes.contains { !$0.fields.isEmpty } }

    static func number(of index: Int, _ outcomes: [Syntax.Outcome]) -> UInt64 {
        var number: UInt64 = 0
        for (position, outcome) in outcomes[...index].enumerated() {
            number = outcome.number.map { $0.value ?? 0 } ?? (position == 0 ? 0 : number + 1)
        }
        return number
    }

    /// The number that stands for an outcome, in its place.
    static func code(of index: Int, _ outcomes: [Syntax.Outcome]) -> UInt64 {
        number(of: index, outcomes) << UInt64(carriesFields(outcomes) ? shift : 0)
    }
}

extension Syntax.Member {
    var resultName: String {
        switch result {
        case .nothing: "none"
        case .value(let name, _): name.text
        case .outcomes: "outcome"
        }
    }

    var resultBitCount: UInt8 {
        switch result {
        case .nothing: 0
        case .value(_, let bitCount): bitCount ?? 1
        case .outcomes(let outcomes):
            OutcomeLayout.bitCount + (OutcomeLayout.carriesFields(outcomes) ? OutcomeLayout.shift : 0)
        }
    }
}
