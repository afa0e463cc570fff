// The words of facts in printed programs.

import Program

extension FactSet {
    /// The words of all its facts; those that have none, as a number after them.
    public var words: String {
        var others = self
        var words: [String] = []
        for bit in UInt32(0)..<32 {
            let fact = FactSet(rawValue: 1 << bit)
            guard contains(fact), let word = fact.word else { continue }
            words.append("\(word)")
            others.remove(fact)
        }
        if !others.isEmpty { words.append("0x" + String(others.rawValue, radix: 16)) }
        return words.joined(separator: " ")
    }

    /// The word that stands for a single fact, `nil` where there is none.
    var word: StaticString? {
        switch self {
        case .baseAddressRegister(0): "bar0"
        case .baseAddressRegister(1): "bar1"
        case .baseAddressRegister(2): "bar2"
        case .baseAddressRegister(3): "bar3"
        case .baseAddressRegister(4): "bar4"
        case .baseAddressRegister(5): "bar5"
        case .identity: "identity"
        case .clock: "clock"
        case .placement: "placement"
        case .location: "location"
        default: nil
        }
    }
}
