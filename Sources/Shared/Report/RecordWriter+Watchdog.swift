// The record of the watchdog: how long a call of generated code may take, or why nothing would end one.

import Hardware

extension RecordWriter {
    /// Writes that a call is ended after so many seconds, by a timer.
    public mutating func write(watchdog seconds: UInt32, _ timer: LocalTimer) {
        record("watchdog") { text in
            text.field("seconds", UInt64(seconds))
            text.field("hertz", timer.frequency)
        }
    }

    /// Writes that there is no watchdog.
    public mutating func write(noWatchdog error: LocalTimerError) {
        record("watchdog") { text in
            text.word("none ")
            text.put(quoted: error.words)
        }
    }
}
