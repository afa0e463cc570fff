// Watches over the guard spaces beside one card's memories while frames go through it. It finds and mends; what becomes of
// the card its caller decides.

import Hardware
import Pipeline
import Report

/// The watch over one card.
struct GuardWatch {
    /// What mending found.
    enum Finding {
        /// All is whole.
        case whole
        /// Guard space was written to, and held what came: nothing beyond it is changed.
        case held
        /// All of one was written to, from end to end, or one that no memory of the card adjoins: what the card wrote
        /// beside it is not known.
        case passed(GuardSpace.Part)
    }

    /// So many overruns of a card are reported, and all counted: a neighbour on the wire says how many there are.
    private static let reportLimit: UInt64 = 8

    private let driver: GeneratedDriver
    private let space: GuardSpace
    private let near: [GuardSpace.Part]
    private let edges: [GuardSpace.Edge]
    /// Guard spaces that were found written to.
    private(set) var overrunCount: UInt64 = 0

    init(_ space: GuardSpace, over driver: GeneratedDriver) {
        self.driver = driver
        self.space = space
        near = space.parts(beside: driver)
        var edges: [GuardSpace.Edge] = []
        for part in near { edges += space.edges(of: part) }
        self.edges = edges
    }

    /// Whether no frame has run over the end of a memory: a look that costs a few loads, for every frame.
    var seemsWhole: Bool {
        for edge in edges where !edge.isWhole { return false }
        return true
    }

    /// Whether every byte beside the card's memories is as it was.
    var isWhole: Bool {
        for part in near where space.change(of: part) != nil { return false }
        return true
    }

    /// Looks at every byte beside the card's memories, and where one is changed at the guard spaces of all drivers. Reports
    /// each that was written to, and fills it again.
    ///
    /// - Precondition: the card does not reach memory.
    mutating func mend() -> Finding {
        if isWhole { return .whole }
        var finding = Finding.held
        for part in space.parts {
            guard let change = space.change(of: part) else { continue }
            overrunCount += 1
            if overrunCount <= Self.reportLimit {
                report.write(change, in: part.start, behind: part.memory, of: part.function, by: driver)
            }
            let isNear = near.contains { $0.start == part.start }
            if !isNear || change.start < 8 && change.end + 8 > part.byteCount { finding = .passed(part) }
            space.fill(part)
        }
        return finding
    }
}
