// The records of an exchange: how a card came up, what was asked and answered through it, and what went through it in all.

import Pipeline

extension RecordWriter {
    /// Writes a record `exchange` of a card; `content` adds what it says.
    @inline(never)
    public mutating func recordExchange(of driver: GeneratedDriver, _ content: (inout RecordText) -> Void) {
        record("exchange") { text in
            text.word(driver.function)
            text.word(driver.name)
            content(&text)
        }
    }

    /// Writes what went through a card.
    public mutating func write(_ counts: ExchangeCounts, of driver: GeneratedDriver) {
        recordExchange(of: driver) { text in
            text.field("sent", counts.sent)
            text.field("received", counts.received)
            text.field("stray", counts.stray)
            text.field("malformed", counts.malformed)
            text.field("bad", counts.bad)
            text.field("lost", counts.lost)
            text.field("overruns", counts.overruns)
            text.field("bringups", counts.bringups)
        }
    }
}

extension RecordText {
    /// Puts the address of a host, `10.0.2.2`.
    ///
    /// - Parameter host: First octet in bits 31:24.
    public mutating func put(host: UInt32) {
        for shift in [UInt32(24), 16, 8, 0] {
            put(decimal: UInt64(host >> shift & 0xFF))
            if shift > 0 { put(UInt8(ascii: ".")) }
        }
    }

    /// Puts the address of a station, `52:54:00:12:34:56`.
    ///
    /// - Parameter station: First octet in bits 7:0.
    public mutating func put(station: UInt64) {
        for octet in 0..<UInt64(6) {
            if octet > 0 { put(UInt8(ascii: ":")) }
            put(hexadecimal: station >> (octet * 8), digits: 2)
        }
    }

    /// Adds what became of a question: whether it was answered, in how many tries and what time.
    public mutating func outcome(isAnswered: Bool, tries: UInt64, microseconds: UInt64) {
        if !isAnswered { word("silent") }
        field("tries", tries)
        field("us", microseconds)
    }
}
