// A run of many cases on several threads: what came of them, by kind, and everything that must not have happened.

import Foundation
import Hardware
import Recording
import RuleCompiler

/// A run.
package struct FuzzRun: Sendable {
    /// What a run gives.
    package struct Result: Sendable {
        package var counts: [String: Int] = [:]
        /// Number of the case and what it showed.
        package var findings: [(number: Int, what: String)] = []
    }

    package let files: RuleFiles
    package let images: [[UInt8]]
    package let machines: [MachineFacts]

    /// Throws: whatever reading the rules and the recordings throws.
    package init() throws {
        files = try RuleFiles()
        images = files.groups.compactMap { RuleCompiler.compile($0.sources).metabinary }
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Fixtures/machines")
        machines = try ["pc-cards", "q35-cards"].map { name in
            let url = folder.appending(path: name + ".recording")
            return try Recording(text: try String(contentsOf: url, encoding: .utf8)).replay().facts
        }
    }

    /// The case of that number.
    package func fuzzCase(seed: UInt64, _ number: Int) -> FuzzCase {
        FuzzCase(seed: seed, number: number, files, images)
    }

    /// Runs cases 0 to `count - 1`.
    package func run(seed: UInt64, count: Int, threads: Int, limit: Int) -> Result {
        Watch.start(seed: seed, limit: limit)
        let lock = NSLock()
        nonisolated(unsafe) var next = 0
        nonisolated(unsafe) var result = Result()
        DispatchQueue.concurrentPerform(iterations: threads) { thread in
            while true {
                let number = lock.withLock {
                    next += 1
                    return next - 1
                }
                guard number < count else { break }
                Watch.begin(number, thread: thread)
                let outcome = fuzzCase(seed: seed, number).run(machines)
                lock.withLock {
                    result.counts[outcome.summary, default: 0] += 1
                    result.findings += outcome.findings.map { (number, $0) }
                }
            }
            Watch.begin(-1, thread: thread)
        }
        result.findings.sort { $0.number < $1.number }
        return result
    }
}
