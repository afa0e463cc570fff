// The records of capabilities: the bytes, which are the facts, and for the PCI standard's own capabilities the same in
// words, for people. FactsReader reads the bytes only.

import Hardware

extension RecordWriter {
    /// Writes a capability, and what it says where the standard tells.
    mutating func write(_ capability: Capability, of function: FunctionAddress) {
        record("capability") { text in
            text.word(function)
            text.word(address: UInt64(capability.offset))
            text.key("id")
            text.put("0x")
            text.put(hexadecimal: UInt64(capability.identifier), digits: 2)
            if !capability.contents.isEmpty { text.word("") }
            for byte in capability.contents { text.put(hexadecimal: UInt64(byte), digits: 2) }
            text.by(.configuration)
        }
        if let state = capability.powerState {
            record("power") { text in
                text.word(function)
                text.word("D")
                text.put(decimal: UInt64(state))
                text.by(.configuration)
            }
        } else if let count = capability.messageCount {
            record("msi") { text in
                text.word(function)
                text.field("vectors", UInt64(count))
                text.by(.configuration)
            }
        } else if let messages = capability.messageTable {
            record("msi-x") { text in
                text.word(function)
                text.field("vectors", UInt64(messages.vectorCount))
                text.key("table")
                text.put(messages.table)
                text.key("pba")
                text.put(messages.pending)
                text.by(.configuration)
            }
        } else if let express = capability.express {
            record("express") { text in
                text.word(function)
                text.word(express.typeWord)
                text.field("payload", UInt64(express.payloadByteCount))
                text.field("of", UInt64(express.payloadLimit))
                text.by(.configuration)
            }
        }
    }
}

extension RecordText {
    /// Puts where a table lies: `bar1+0x800`.
    @inline(never)
    fileprivate mutating func put(_ place: Capability.TablePlace) {
        put("bar")
        put(decimal: UInt64(place.bar))
        put("+")
        put(address: UInt64(place.offset))
    }
}
