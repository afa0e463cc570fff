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
    /// Window of each register, and its place among those of the window.
    var places: [String: (window: Int, index: Int)] = [:]
    var manners: [String: AccessManner] = [:]

    /// A register as the metabinary holds it; `nil` for one that has no place of its own.
    subscript(register: Register) -> RegisterDescription? {
        places[register.name.text].map { windows[$0.window].registers[$0.index] }
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
