// Tells which cases were at work when the process traps, or when one takes too long. The signal's handler reads numbers
// that are in memory, writes them and lets the signal have its way; that it allocates is a risk that a process which
// ends anyway may take.

import Foundation

/// The cases at work, one a thread.
package enum Watch {
    private static let slotCount = 16
    /// Number of the case of each thread, -1 for none; what a signal handler can read.
    nonisolated(unsafe) private static let cases: UnsafeMutablePointer<Int> = {
        let slots = UnsafeMutablePointer<Int>.allocate(capacity: slotCount)
        slots.initialize(repeating: -1, count: slotCount)
        return slots
    }()
    /// Starts of those cases in seconds.
    nonisolated(unsafe) private static let starts: UnsafeMutablePointer<Int> = {
        let slots = UnsafeMutablePointer<Int>.allocate(capacity: slotCount)
        slots.initialize(repeating: 0, count: slotCount)
        return slots
    }()
    nonisolated(unsafe) private static var seed: UInt64 = 0

    /// Watches from now on.
    ///
    /// - Parameter limit: what a case may take at most. Units: seconds.
    package static func start(seed: UInt64, limit: Int) {
        self.seed = seed
        _ = (cases, starts)
        for number in [SIGILL, SIGTRAP, SIGABRT, SIGSEGV, SIGBUS, SIGFPE] {
            signal(number) { number in
                Watch.tell("trap")
                signal(number, SIG_DFL)
                raise(number)
            }
        }
        let thread = Thread {
            while true {
                sleep(1)
                let now = time(nil)
                for slot in 0..<slotCount where cases[slot] >= 0 && now - starts[slot] > limit {
                    tell("no end after \(limit) seconds")
                    abort()
                }
            }
        }
        thread.start()
    }

    /// A thread begins a case, or ends its last one.
    package static func begin(_ number: Int, thread: Int) {
        starts[thread] = time(nil)
        cases[thread] = number
    }

    private static func tell(_ what: String) {
        for slot in 0..<slotCount where cases[slot] >= 0 {
            FileHandle.standardError.write(Data("fuzz: \(what): seed \(seed), case \(cases[slot])\n".utf8))
        }
    }
}
