// The records of capabilities: the bytes, which are the facts, and for the PCI standard's own capabilities the same in
// words, for people. The host reads the bytes only.

import Hardware

extension RecordWriter {
    /// Writes a capability, and what it says where the standard tells.
    mutating func write(_ capability: Capability, of function: FunctionAddress) {
        record(.capability) { text in
            text.add(function, capability.offset, capability.identifier)
            if text.option(!capability.contents.isEmpty) { text.add(capability.contents) }
            text.add(.configuration)
        }
        if let state = capability.powerState {
            record(.power) { $0.add(function, state, FactSource.configuration) }
        } else if let count = capability.messageCount {
            record(.msi) { $0.add(function, count, FactSource.configuration) }
        } else if let messages = capability.messageTable {
            record(.msix) { text in
                text.add(function, messages.vectorCount, messages.table.bar, messages.table.offset)
                text.add(messages.pending.bar, messages.pending.offset, FactSource.configuration)
            }
        } else if let express = capability.express {
            record(.express) { text in
                text.add(function, express.typeWord, express.payloadByteCount, express.payloadLimit)
                text.add(.configuration)
            }
        }
    }
}
