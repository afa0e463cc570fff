// Writes the checked rules as a metabinary. It decides nothing about meaning; it knows the format (FORMAT.md beside
// the reader) and reports what does not fit its limits.

import Checksum
import Metabinary

/// Writer of one metabinary.
struct Emitter {
    private var diagnostics: DiagnosticCollector
    private var names: [String: Int] = [:]
    private var nameTable: [UInt8] = []
    private var body: [UInt8] = []

    private init(_ diagnostics: DiagnosticCollector) { self.diagnostics = diagnostics }

    /// The image of the rules; it means something only if no diagnostic was reported.
    static func emit(_ atlas: CheckedAtlas, _ diagnostics: inout DiagnosticCollector) -> [UInt8] {
        var emitter = Emitter(diagnostics)
        let image = emitter.emit(atlas)
        diagnostics = emitter.diagnostics
        return image
    }

    private mutating func emit(_ atlas: CheckedAtlas) -> [UInt8] {
        Self.append(atlas.classes.count, to: &body)
        for node in atlas.classes {
            appendName(node.name)
            body.append(node.version)
        }
        Self.append(atlas.devices.count, to: &body)
        for device in atlas.devices { emit(device) }
        return frame(atlas)
    }

    /// Puts the header before the tables and the checksum behind them.
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
                .limitExceeded, last.name.span, "the metabinary has \(names.count) names and \(byteCount) bytes",
                mend: "\(MetabinaryLimit.nameCount) names and \(MetabinaryLimit.imageByteCount) bytes are the most")
        }
        for index in 0..<4 { image[5 + index] = UInt8(truncatingIfNeeded: byteCount >> (8 * index)) }
        let checksum = CRC32.checksum(of: image)
        for index in 0..<4 { image.append(UInt8(truncatingIfNeeded: checksum >> UInt32(8 * index))) }
        return image
    }

    // MARK: Numbers and names

    /// Variable length: seven bits a byte, the low ones first, bit 7 set in every byte but the last.
    private static func append(_ number: UInt64, to bytes: inout [UInt8]) {
        var rest = number
        while rest >= 0x80 {
            bytes.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    private static func append(_ count: Int, to bytes: inout [UInt8]) { append(UInt64(count), to: &bytes) }

    private mutating func appendWord(_ word: UInt16) {
        body.append(UInt8(truncatingIfNeeded: word))
        body.append(UInt8(truncatingIfNeeded: word >> 8))
    }

    /// Appends the index of a name, which joins the table where it is new.
    private mutating func appendName(_ name: String) {
        let index = names[name] ?? names.count
        if index == names.count {
            names[name] = index
            Self.append(name.utf8.count, to: &nameTable)
            nameTable += name.utf8
        }
        Self.append(index, to: &body)
    }

    /// The last path component, cut to the length of a name; what is not printable ASCII becomes `?`.
    private func ruleFile(of span: SourceSpan) -> String {
        let path = Array(diagnostics.sources[span.source].name.utf8)
        let component = path.split(separator: UInt8(ascii: "/")).last ?? [UInt8(ascii: "?")]
        let shown = component.prefix(MetabinaryLimit.nameByteCount).map {
            $0 > 0x20 && $0 < 0x7F ? $0 : UInt8(ascii: "?")
        }
        return String(decoding: shown, as: UTF8.self)
    }

    // MARK: Devices

    private mutating func emit(_ device: CheckedAtlas.Device) {
        appendName(device.name.text)
        Self.append(device.itsClass, to: &body)
        appendName(ruleFile(of: device.name.span))
        Self.append(device.matches.count, to: &body)
        for match in device.matches {
            body.append(0)
            appendWord(match.vendor)
            appendWord(match.device)
        }
        Self.append(device.windows.count, to: &body)
        for window in device.windows {
            appendName(window.name.text)
            body += [window.bar, 0]
            Self.append(window.byteCount, to: &body)
            Self.append(diagnostics.line(of: window.name.span), to: &body)
        }
        Self.append(device.functions.count, to: &body)
        for function in device.functions { emit(function) }
    }

    private mutating func emit(_ function: CheckedAtlas.Function) {
        appendName(function.name.text)
        appendName(function.resultName)
        body.append(function.resultBitCount)
        var line = diagnostics.line(of: function.name.span)
        Self.append(line, to: &body)
        var code: [UInt8] = []
        for value in function.values { emit(value, &line, &code) }
        emit(.returnValue, function.returnSpan, &line, &code)
        if code.count > MetabinaryLimit.codeByteCount {
            diagnostics.report(
                .limitExceeded, function.name.span,
                "the code of `\(function.name.text)` takes \(code.count) bytes; "
                    + "\(MetabinaryLimit.codeByteCount) is the most",
                mend: "name what is computed more than once by `let`")
        }
        Self.append(code.count, to: &body)
        body += code
    }

    // MARK: Code

    /// Appends an opcode; before one that emits items, the line of its place where that is another than before.
    private func emit(_ opcode: Opcode, _ span: SourceSpan, _ line: inout Int, _ code: inout [UInt8]) {
        let itsLine = diagnostics.line(of: span)
        if itsLine != line, opcode != .push, opcode != .local {
            line = itsLine
            code.append(Opcode.line.rawValue)
            Self.append(itsLine, to: &code)
        }
        code.append(opcode.rawValue)
    }

    /// Operands first, then the operation: the order of a stack machine.
    private func emit(_ expression: CheckedAtlas.Expression, _ line: inout Int, _ code: inout [UInt8]) {
        func operation(_ opcode: Opcode) { emit(opcode, expression.span, &line, &code) }
        func binary(_ opcode: Opcode, _ left: CheckedAtlas.Expression, _ right: CheckedAtlas.Expression) {
            emit(left, &line, &code)
            emit(right, &line, &code)
            operation(opcode)
        }
        switch expression.operation {
        case .number(let number):
            operation(.push)
            Self.append(number, to: &code)
        case .local(let index):
            operation(.local)
            Self.append(index, to: &code)
        case .load(let window, let bitCount, let offset):
            operation(.load)
            Self.append(window, to: &code)
            code.append(bitCount)
            Self.append(offset, to: &code)
        case .and(let left, let right): binary(.and, left, right)
        case .or(let left, let right): binary(.or, left, right)
        case .shiftLeft(let left, let right): binary(.shiftLeft, left, right)
        case .shiftRight(let left, let right): binary(.shiftRight, left, right)
        case .extend(let operand, let bitCount):
            emit(operand, &line, &code)
            operation(.extend)
            code.append(bitCount)
        case .truncate(let operand, let bitCount):
            emit(operand, &line, &code)
            operation(.truncate)
            code.append(bitCount)
        }
    }
}
