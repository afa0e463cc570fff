// The end of a report. The screen shows the verdict as soon as it is known; the line first gets what is left to tell, because
// the verdict is the last record of every report: what is before it has come whole.

import Hardware
import Platform
import Report

/// Shows and writes the verdict and leaves; does not come back.
///
/// - Parameters:
///   - tests: What was tested; `nil` where a fault ended the run.
///   - reason: Adds the reason, or that there is none.
func end(_ verdict: Verdict, _ tests: SelfTests?, _ reason: (inout RecordText) -> Void) -> Never {
    let nonce = report.nonce.value
    let milliseconds = backlog.facts?.clock.map { Clock($0).microseconds(timestamps: timestamp() - startOfRun) / 1000 }
    func add(to text: inout RecordText) {
        text.add(verdict.word)
        text.add(nonce)
        text.option(tests != nil)
        if let tests { text.add(tests.count, tests.failedCount) }
        text.option(milliseconds != nil)
        if let milliseconds { text.add(milliseconds) }
        reason(&text)
    }
    report.show(.verdict, add)
    backlog.write()
    report.sink.isOnScreen = false
    report.record(.verdict, add)
    Exit.leave(verdict)
}
