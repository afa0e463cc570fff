// The facts of PCI functions: one record introduces a function, and the others fill it in.

import Hardware

extension FactsReader {
    /// Takes the fact that a record states of a PCI function. Returns whether its kind is one of those.
    mutating func readFunctionFact(_ record: Record) throws(ReportError) -> Bool {
        if record.isKind("pci") {
            try readFunction(RecordFields(record))
        } else if record.isKind("subsystem") {
            try readSubsystem(RecordFields(record))
        } else if record.isKind("interrupt") {
            try readInterrupt(RecordFields(record))
        } else if record.isKind("bridge") {
            try readBridge(RecordFields(record))
        } else if record.isKind("bar") {
            try readBaseAddressRegister(RecordFields(record))
        } else if record.isKind("capability") {
            try readCapability(RecordFields(record))
        } else {
            return false
        }
        return true
    }

    /// `pci 00:03.0 8086:100e class=02.00.00 revision=03 header=0 by=pci`
    private mutating func readFunction(_ start: RecordFields) throws(ReportError) {
        var fields = start
        let address = try fields.functionAddress()
        let (vendor, device) = try fields.identifiers("vendor:device")
        let code = try fields.value("class")
        guard code.count == 8, code.split(separator: UInt8(ascii: ".")).allSatisfy({ $0.count == 2 }) else {
            throw fields.malformed("a class of three bytes")
        }
        var function = PCIFunction(address: address, vendor: vendor, device: device)
        function.classCode = try fields.hexadecimal(code.filter { $0 != UInt8(ascii: ".") }, 6, "a class")
        function.revision = try fields.hexadecimal(fields.value("revision"), 2, "a revision")
        function.headerType = try fields.decimal(fields.value("header"), "a header type")
        _ = try fields.source()
        if facts.functions.contains(where: { $0.address == address }) {
            throw .contradiction(
                record: fields.record.number, text: fields.record.text, reason: "this function was introduced before")
        }
        facts.functions.append(function)
    }

    /// `subsystem 00:03.0 1af4:1100 by=pci`
    private mutating func readSubsystem(_ start: RecordFields) throws(ReportError) {
        var fields = start
        let index = try introducedFunction(&fields)
        let (vendor, subsystem) = try fields.identifiers("vendor:device")
        _ = try fields.source()
        facts.functions[index].subsystemVendor = vendor
        facts.functions[index].subsystem = subsystem
    }

    /// `interrupt 00:03.0 line=11 pin=A by=pci`
    private mutating func readInterrupt(_ start: RecordFields) throws(ReportError) {
        var fields = start
        let index = try introducedFunction(&fields)
        let line: UInt8 = try fields.decimal(fields.value("line"), "an interrupt line")
        let pin = try fields.value("pin")
        guard pin.count == 1, let letter = pin.first, (0x41...0x44).contains(letter) else {
            throw fields.malformed("a pin from A to D")
        }
        _ = try fields.source()
        facts.functions[index].interruptLine = line
        facts.functions[index].interruptPin = letter - 0x40
    }

    /// `bridge 00:02.0 secondary=1 subordinate=1 by=pci`
    private mutating func readBridge(_ start: RecordFields) throws(ReportError) {
        var fields = start
        let index = try introducedFunction(&fields)
        let secondary: UInt8 = try fields.decimal(fields.value("secondary"), "a bus number")
        let subordinate: UInt8 = try fields.decimal(fields.value("subordinate"), "a bus number")
        let isClosed = fields.takes("closed")
        _ = try fields.source()
        facts.functions[index].secondaryBus = secondary
        facts.functions[index].subordinateBus = subordinate
        facts.functions[index].isClosed = isClosed
    }

    /// `bar 00:03.0 0 memory32 0xfebc0000 +0x20000 by=pci`
    private mutating func readBaseAddressRegister(_ start: RecordFields) throws(ReportError) {
        var fields = start
        let function = try introducedFunction(&fields)
        let index: UInt8 = try fields.decimal(fields.word("the number of a BAR"), "the number of a BAR")
        guard index < 6 else { throw fields.malformed("the number of a BAR, 0 to 5") }
        let kind: BaseAddressRegister.Kind
        if fields.takes("memory32") {
            kind = .memory32
        } else if fields.takes("memory64") {
            kind = .memory64
        } else if fields.takes("io") {
            kind = .io
        } else {
            throw fields.malformed("memory32, memory64 or io")
        }
        let isPrefetchable = fields.takes("prefetchable")
        let base: UInt64 = try fields.prefixed("the base of a range")
        let byteCount: UInt64 = try fields.size("the size of a range")
        _ = try fields.source()
        facts.functions[function].baseAddressRegisters.append(
            BaseAddressRegister(
                index: index, kind: kind, isPrefetchable: isPrefetchable, base: base, byteCount: byteCount))
    }

    /// `capability 00:03.0 0xdc id=0x01 22c80020 by=pci`
    private mutating func readCapability(_ start: RecordFields) throws(ReportError) {
        var fields = start
        let index = try introducedFunction(&fields)
        let offset: UInt8 = try fields.prefixed("a place in configuration space")
        let identifier: UInt8 = try fields.prefixed(fields.value("id"), "a capability ID")
        var capability = Capability(identifier: identifier, offset: offset)
        if let digits = fields.optionalWord() {
            let expected = "pairs of digits, a byte each"
            guard digits.count % 2 == 0 else { throw fields.malformed(expected) }
            for place in stride(from: digits.startIndex, to: digits.endIndex, by: 2) {
                capability.contents.append(try fields.hexadecimal(digits[place..<place + 2], 2, expected))
            }
        }
        _ = try fields.source()
        facts.functions[index].capabilities.append(capability)
    }

    /// `probe 00:03.0 e1.done value=0x10 by=probe`
    mutating func readProbe(_ start: RecordFields) throws(ReportError) {
        var fields = start
        let index = try introducedFunction(&fields)
        let (device, name) = try fields.qualifiedName("device.probe")
        let value: UInt64 = try fields.prefixed(fields.value("value"), "a number")
        facts.probes.append(
            ProbedFact(
                function: facts.functions[index].address, device: device, name: name, value: value,
                source: try fields.source()))
    }

    /// Index of the function that the next word names.
    private func introducedFunction(_ fields: inout RecordFields) throws(ReportError) -> Int {
        let address = try fields.functionAddress()
        guard let index = facts.functions.firstIndex(where: { $0.address == address }) else {
            throw .unintroduced(record: fields.record.number, text: fields.record.text, subject: "PCI function")
        }
        return index
    }
}
