// Writes the checked rules as a metabinary. It decides nothing about meaning; it knows the format (FORMAT.md beside
// the reader) and reports what does not fit its limits.

import Checksum
import Hardware
import Metabinary

/// Writer of one metabinary.
struct Emitter {
    /// The numbers that stand for shared memory and for a pool in parts, where others stand for kinds of regions.
    private static let (partsForm, poolInPartsForm): (UInt8, UInt8) = (4, 5)

    let diagnostics: DiagnosticCollector
    private var names: [String: Int] = [:]
    private var nameTable: [UInt8] = []
    var body: [UInt8] = []
    /// Source and line of the operation that was appended last.
    var source = 0
    var line = 0
    /// Line of the innermost statement or value of the function's own file that is being emitted.
    var usingLine = 0

    private init(_ diagnostics: DiagnosticCollector) { self.diagnostics = diagnostics }

    /// The image of the rules; it means something only if no diagnostic was reported.
    static func emit(_ atlas: CheckedAtlas, _ diagnostics: DiagnosticCollector) -> [UInt8] {
        var emitter = Emitter(diagnostics)
        let image = emitter.emit(atlas)
        return image
    }

    private mutating func emit(_ atlas: CheckedAtlas) -> [UInt8] {
        Self.append(atlas.classes.count, to: &body)
        for node in atlas.classes {
            appendName(node.name)
            body.append(node.version)
            Self.append(node.parent.map { $0 + 1 } ?? 0, to: &body)
        }
        Self.append(atlas.devices.count, to: &body)
        for device in atlas.devices { emit(device) }
        return frame(atlas)
    }

    /// Puts the header before the tables and the checksum after them.
    private mutating func frame(_ atlas: CheckedAtlas) -> [UInt8] {
        let magic = MetabinaryImage.magic
        var image: [UInt8] = [magic.0, magic.1, magic.2, magic.3, MetabinaryImage.version, 0, 0, 0, 0]
        Self.append(names.count, to: &image)
        image += nameTable + body
        let byteCount = image.count + MetabinaryImage.trailerByteCount
        if let last = atlas.devices.last,
            names.count > MetabinaryLimit.nameCount || byteCount > MetabinaryLimit.imageByteCount
        {
            diagnostics.report(
                .imageTooLarge, last.name.span, names.count, byteCount, MetabinaryLimit.nameCount,
                MetabinaryLimit.imageByteCount)
        }
        for index in 0..<4 { image[5 + index] = UInt8(truncatingIfNeeded: byteCount >> (8 * index)) }
        let checksum = CRC32.checksum(of: image)
        for index in 0..<4 { image.append(UInt8(truncatingIfNeeded: checksum >> UInt32(8 * index))) }
        return image
    }

    // MARK: Numbers and names

    /// Variable length: seven bits a byte, the low ones first, bit 7 set in every byte but the last.
    static func append(_ number: UInt64, to bytes: inout [UInt8]) {
        var rest = number
        while rest >= 0x80 {
            bytes.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    static func append(_ count: Int, to bytes: inout [UInt8]) { append(UInt64(count), to: &bytes) }

    private mutating func appendWord(_ word: UInt16) {
        body.append(UInt8(truncatingIfNeeded: word))
        body.append(UInt8(truncatingIfNeeded: word >> 8))
    }

    /// Appends the index of a name, which joins the table where it is new.
    mutating func appendName(_ name: String) {
        let index = names[name] ?? names.count
        if index == names.count {
            names[name] = index
            Self.append(name.utf8.count, to: &nameTable)
            nameTable += name.utf8
        }
        Self.append(index, to: &body)
    }

    func ruleFile(of span: SourceSpan) -> String { diagnostics.sources[span.source].ruleFile }

    // MARK: Devices

    private mutating func emit(_ device: CheckedAtlas.Device) {
        appendName(device.name.text)
        Self.append(device.itsClass, to: &body)
        appendName(ruleFile(of: device.name.span))
        Self.append(device.matches.count + device.classMatches.count, to: &body)
        for match in device.matches {
            body.append(0)
            appendWord(match.vendor)
            appendWord(match.device)
        }
        for code in device.classMatches {
            body += [1, UInt8(truncatingIfNeeded: code >> 16), UInt8(truncatingIfNeeded: code >> 8)]
            body.append(UInt8(truncatingIfNeeded: code))
        }
        Self.append(device.windows.count, to: &body)
        for window in device.windows {
            appendName(window.name.text)
            let places = [window] + window.alternatives
            for (index, place) in places.enumerated() {
                let more: UInt8 = index + 1 < places.count ? 0x80 : 0
                body += [place.bar, Self.kind(of: place) | more]
                if let locator = place.locator { emit(locator) }
                if case .capability(let identifier, let markOffset, let mark)? = place.configuration {
                    body += [identifier, markOffset, mark]
                }
            }
            Self.append(window.byteCount, to: &body)
            Self.append(line(of: window.name, in: device), to: &body)
            Self.append(window.registers.count, to: &body)
            for register in window.registers { emit(register) }
        }
        Self.append(device.memories.count, to: &body)
        for memory in device.memories {
            appendName(memory.name.text)
            let form = memory.kind == .pool ? Self.poolInPartsForm : Self.partsForm
            body.append(memory.parts.isEmpty ? memory.kind.rawValue : form)
            Self.append(memory.byteCount, to: &body)
            Self.append(memory.alignment, to: &body)
            Self.append(line(of: memory.name, in: device), to: &body)
            guard memory.kind != .state else { continue }
            Self.append(memory.elementByteCount, to: &body)
            Self.append(memory.headroom, to: &body)
            if !memory.parts.isEmpty {
                Self.append(memory.parts.count, to: &body)
                for part in memory.parts { emit(part, of: memory, in: device) }
            } else if memory.kind == .ring {
                emit(memory.fields, of: memory, in: device)
                emit(memory.allowed)
            }
        }
        Self.append(device.cells.count, to: &body)
        for cell in device.cells {
            appendName(cell.name)
            body.append(cell.bitCount)
            Self.append(cell.count, to: &body)
            Self.append(cell.mask, to: &body)
        }
        emit(device.stage)
        Self.append(device.functions.count, to: &body)
        for function in device.functions { emit(function) }
    }

    /// The number that stands for the kind of a place.
    private static func kind(of place: CheckedAtlas.Window) -> UInt8 {
        switch place.configuration {
        case .start?: 3
        case .capability?: 4
        case nil: place.locator != nil ? 2 : place.isMemory ? 0 : 1
        }
    }

    /// Line of a declaration in the device's file; what it inherits from another one is asked for by the device itself.
    private func line(of name: Syntax.Name, in device: CheckedAtlas.Device) -> Int {
        diagnostics.line(of: name.span.source == device.name.span.source ? name.span : device.name.span)
    }

    /// The parts of a capability that say where a window is.
    private mutating func emit(_ locator: CapabilityLocator) {
        body += [locator.identifier, locator.markOffset, locator.mark, locator.registerOffset]
        for part in [locator.start, locator.length] { body += [part.offset, part.byteCount] }
    }

    private mutating func emit(_ register: CheckedAtlas.Register) {
        appendName(register.name.text)
        Self.append(register.offset, to: &body)
        body.append(register.bitCount)
        Self.append(register.count, to: &body)
        let rights: UInt8 = (register.isReadable ? 1 : 0) | (register.isWritable ? 2 : 0)
        body += [rights | (register.voids ? 4 : 0), register.role.rawValue]
        if register.role != .plain {
            Self.append(register.memories.count, to: &body)
            for memory in register.memories { Self.append(memory, to: &body) }
        }
        if register.role == .bufferLength { body += [register.lengthBits.first, register.lengthBits.count] }
        if register.role == .bufferAddress { body.append(register.mayBeZero ? 1 : 0) }
        if register.isWritable, register.role == .plain || register.role == .bufferLength { emit(register.allowed) }
    }

    private mutating func emit(
        _ part: CheckedAtlas.Part, of memory: CheckedAtlas.Memory, in device: CheckedAtlas.Device
    ) {
        appendName(part.name)
        for number in [part.offset, part.byteCount, part.elementByteCount] { Self.append(number, to: &body) }
        body.append((part.isReadable ? 1 : 0) | (part.isWritable ? 2 : 0))
        emit(part.fields, of: memory, in: device)
        if part.isWritable { emit(part.allowed) }
    }

    /// What the slots of a ring, or the elements of a part, tell of other memory.
    private mutating func emit(
        _ fields: [Syntax.LayoutField], of memory: CheckedAtlas.Memory, in device: CheckedAtlas.Device
    ) {
        Self.append(fields.count, to: &body)
        for field in fields.sorted(by: { $0.offset.value ?? 0 < $1.offset.value ?? 0 }) {
            let told = device.memory(toldBy: field, of: memory)
            Self.append(2 * told + (field.meaning == .length ? 1 : 0), to: &body)
            Self.append(field.offset.value ?? 0, to: &body)
            body.append(field.bitCount)
        }
    }

    mutating func emit(_ function: CheckedAtlas.Function) {
        appendName(function.name.text)
        Self.append(function.parameters.count, to: &body)
        for parameter in function.parameters {
            appendName(parameter.name)
            body.append(parameter.bitCount)
        }
        appendName(function.resultName)
        body.append(function.resultBitCount)
        emit(function.outcomes)
        appendName(ruleFile(of: function.name.span))
        source = function.name.span.source
        line = diagnostics.line(of: function.name.span)
        usingLine = line
        Self.append(line, to: &body)
        var code: [UInt8] = []
        for statement in function.statements { emit(statement, &code) }
        append(code, of: function.name)
    }

    /// Appends code after its size.
    mutating func append(_ code: [UInt8], of name: Syntax.Name) {
        if code.count > MetabinaryLimit.codeByteCount {
            diagnostics.report(.codeTooLarge, name.span, name, code.count, MetabinaryLimit.codeByteCount)
        }
        Self.append(code.count, to: &body)
        body += code
    }
}
