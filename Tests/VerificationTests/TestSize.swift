// How much is tried: a seeded share everywhere, all of it where it is asked for.

import Foundation

enum TestSize {
    /// Whether METAOS_EXHAUSTIVE is set: minutes in a release build.
    static let isFull = ProcessInfo.processInfo.environment["METAOS_EXHAUSTIVE"] != nil
}
