// The record of what went through a card in all, and the addresses of hosts and stations as fields of other records. Those of
// how a card came up and what was asked and answered through it are written where that happens.

import Pipeline

extension RecordWriter {
    /// Writes what went through a card.
    public mutating func write(_ counts: ExchangeCounts, of driver: GeneratedDriver) {
        record(.counts) { text in
            text.add(driver, counts.sent, counts.received, counts.stray)
            text.add(counts.malformed, counts.bad, counts.lost, counts.overruns)
            text.add(counts.bringups)
        }
    }
}

extension RecordText {
    /// Adds the address of a host, `10.0.2.2`.
    ///
    /// - Parameter host: First octet in bits 31:24.
    public mutating func add(host: UInt32) {
        open()
        for shift in [UInt32(24), 16, 8, 0] {
            put(decimal: UInt64(host >> shift & 0xFF))
            if shift > 0 { put(UInt8(ascii: ".")) }
        }
    }

    /// Adds the address of a station, `52:54:00:12:34:56`.
    ///
    /// - Parameter station: First octet in bits 7:0.
    public mutating func add(station: UInt64) {
        open()
        for octet in 0..<UInt64(6) {
            if octet > 0 { put(UInt8(ascii: ":")) }
            put(hexadecimal: station >> (octet * 8), digits: 2)
        }
    }
}
