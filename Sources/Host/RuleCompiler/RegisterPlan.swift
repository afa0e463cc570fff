// What the checker has worked out about the registers of a device: where each is, and what its access asks for besides.

import Metabinary

/// What the access of a register asks for.
struct AccessManner {
    /// The register that takes the number, what is written there, and the one that is then accessed.
    var selection: (register: String, number: UInt64, data: String)?
    /// Time before each access. Units: microseconds.
    var pace: UInt64?
    var isQueue = false
}

/// The registers of a device.
struct RegisterPlan {
    /// All windows, with their registers in rising order of offset.
    var windows: [WindowDescription] = []
    /// Window of each register, and its place among all of the window.
    var places: [String: (window: Int, index: Int)] = [:]
    var manners: [String: AccessManner] = [:]

    /// A register as the metabinary holds it; `nil` for one behind others of which nothing has to be proven.
    subscript(register: Register) -> RegisterDescription? {
        guard let (window, index) = places[register.name.text] else { return nil }
        return windows[window].all.dropFirst(index).first
    }

    /// Whether one register can wait for what another was told: both are in one window, and reached in the same way.
    func areAlike(_ register: Register, _ other: Register) -> Bool {
        guard let place = places[register.name.text], let otherPlace = places[other.name.text] else { return false }
        let isSelected = manners[register.name.text]?.selection != nil
        return place.window == otherPlace.window && isSelected == (manners[other.name.text]?.selection != nil)
    }

    /// Whether others are reached by way of a register, which holds nothing itself.
    func isData(_ register: Register) -> Bool {
        manners.values.contains { $0.selection?.data == register.name.text }
    }

    /// The place at which a register is accessed.
    func target(of register: Register) -> CheckedAtlas.Place? {
        places[manners[register.name.text]?.selection?.data ?? register.name.text].map { .register(window: $0, $1) }
    }

    /// What has to happen before an access of a register.
    func steps(before register: Register, _ span: SourceSpan) -> [CheckedAtlas.Statement] {
        guard let manner = manners[register.name.text] else { return [] }
        var steps: [CheckedAtlas.Statement] = []
        func pause(_ pace: UInt64?) { if let pace { steps.append(.pause(microseconds: pace, span)) } }
        guard let selection = manner.selection else {
            pause(manner.pace)
            return steps
        }
        pause(manners[selection.register]?.pace)
        if let (window, index) = places[selection.register] {
            steps.append(.store(.register(window: window, index), index: nil, .number(selection.number, span), span))
        }
        pause(manners[selection.data]?.pace)
        return steps
    }
}
