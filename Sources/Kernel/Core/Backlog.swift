// What the report tells last: the facts of the machine, and what was generated. It is nearly all of a report's bytes, and a
// serial line of 115,200 baud takes many seconds for it; steps, oddities, tests and the verdict on the screen do not wait so
// long. A run that ends by a fault tells it too. The screen shows none of it: nobody could read that fast.

import Hardware
import Pipeline
import Report

/// The records that are still to be written.
struct Backlog {
    private enum State {
        /// There are no facts yet.
        case empty
        case waiting
        case beingWritten
        case written
    }

    private var state = State.empty
    private(set) var facts: MachineFacts?
    private var drivers: [(driver: GeneratedDriver, verification: UInt64)] = []

    /// Takes the facts, once they are complete.
    mutating func add(_ facts: MachineFacts) {
        self.facts = facts
        state = .waiting
    }

    /// Takes a driver that was announced.
    mutating func add(_ driver: GeneratedDriver, verification: UInt64) {
        drivers.append((driver, verification))
    }

    /// Writes all records, unless that was done.
    mutating func write() {
        guard state == .waiting, let facts else { return }
        state = .beingWritten
        report.sink.isOnScreen = false
        report.write(facts)
        report.write(facts.placement.privateRegion)
        for (driver, verification) in drivers { report.write(driver, verification: verification) }
        report.sink.isOnScreen = true
        state = .written
    }

    /// Gives up what is left where it was being written; returns whether it was.
    mutating func drop() -> Bool {
        defer { state = .written }
        return state == .beingWritten
    }
}
