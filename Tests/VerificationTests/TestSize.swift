// How much is tried: a seeded share everywhere, all of it where it is asked for.

import Foundation

enum TestSize {
    /// Whether METAOS_EXHAUSTIVE is set: minutes in a release build.
    static let isFull = ProcessInfo.processInfo.environment["METAOS_EXHAUSTIVE"] != nil

    /// Whether the tests were built for release: an instruction that is counted by a trap costs microseconds, and a
    /// debug build takes tens of times as many.
    static var isOptimized: Bool {
        #if DEBUG
            false
        #else
            true
        #endif
    }
}
