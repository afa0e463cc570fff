// The record of the watchdog: how long a call of generated code may take, or why nothing would end one.

import Hardware

extension RecordWriter {
    /// Writes that a call is ended after so many seconds, by a timer.
    public mutating func write(watchdog seconds: UInt32, _ timer: LocalTimer) {
        record(.watchdog) { $0.add(seconds, timer.frequency) }
    }

    /// Writes that there is no watchdog.
    public mutating func write(noWatchdog error: LocalTimerError) {
        record(.noWatchdog) { $0.add(error.words) }
    }
}
