// The fuzzer by itself: `fuzz COUNT [SEED]` runs cases and fails where one shows what must not be, `fuzz show SEED
// NUMBER` prints what goes into one and what comes of it.

import Foundation
import Fuzzing

let arguments = CommandLine.arguments.dropFirst().map { String($0) }
let run = try FuzzRun()

if arguments.first == "show", arguments.count == 3, let seed = UInt64(arguments[1]), let number = Int(arguments[2]) {
    let fuzzCase = run.fuzzCase(seed: seed, number)
    switch fuzzCase.input {
    case .text(let sources):
        for source in sources { print("//// \(source.name)\n\(source.text)") }
    case .image(let bytes):
        print(bytes.map { String($0, radix: 16) }.joined(separator: " "))
    }
    let outcome = fuzzCase.run(run.machines)
    print("\(outcome.summary)\n\(outcome.findings.joined(separator: "\n"))")
    exit(0)
}
guard let count = arguments.first.flatMap({ Int($0) }) else {
    print("usage: fuzz COUNT [SEED] | fuzz show SEED NUMBER")
    exit(2)
}
let seed = arguments.dropFirst().first.flatMap { UInt64($0) } ?? 1
let start = ContinuousClock.now
let threads = ProcessInfo.processInfo.activeProcessorCount
let result = run.run(seed: seed, count: count, threads: min(threads, 16), limit: 20)
print("fuzz: \(count) cases, seed \(seed), \(ContinuousClock.now - start)")
for (summary, count) in result.counts.sorted(by: { $0.key < $1.key }) { print("  \(count) \(summary)") }
var shown: Set<Int> = []
for (number, what) in result.findings where shown.insert(number).inserted { print("  case \(number): \(what)") }
print("fuzz: \(result.findings.count) findings")
exit(result.findings.isEmpty ? 0 : 1)
