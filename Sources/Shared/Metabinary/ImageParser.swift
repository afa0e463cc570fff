// Reads the tables of an image, front to back, and refuses whatever FORMAT.md does not allow. It runs once, when the
// image is opened; that code computes what it should is for the evaluator to see.

import Program

/// Reader of the tables of one image.
struct ImageParser {
    var reader: ImageReader
    private(set) var classes: [ClassDescription] = []
    private(set) var devices: [DeviceDescription] = []
    private var names: [[UInt8]] = []

    init(reader: ImageReader) { self.reader = reader }

    /// Reads names, classes and devices, up to the end of the image.
    mutating func parse() throws(MetabinaryError) {
        for _ in 0..<(try reader.count(atMost: MetabinaryLimit.nameCount)) {
            names.append(try parseName())
        }
        for _ in 0..<(try reader.count(atMost: MetabinaryLimit.classCount)) {
            classes.append(ClassDescription(name: try name(), version: try reader.byte()))
        }
        for _ in 0..<(try reader.count(atMost: MetabinaryLimit.deviceCount)) {
            devices.append(try parseDevice())
        }
        guard reader.isAtEnd else { throw .bytesLeftOver(at: reader.offset) }
    }

    /// Printable ASCII without blanks, so that every name is one word of a report.
    private mutating func parseName() throws(MetabinaryError) -> [UInt8] {
        let start = reader.offset
        let byteCount = try reader.count(atMost: MetabinaryLimit.nameByteCount)
        guard byteCount > 0 else { throw .badName(at: start) }
        var name: [UInt8] = []
        for _ in 0..<byteCount {
            let byte = try reader.byte()
            guard byte > 0x20, byte < 0x7F else { throw .badName(at: reader.offset - 1) }
            name.append(byte)
        }
        return name
    }

    private mutating func name() throws(MetabinaryError) -> [UInt8] {
        names[try reader.index(below: names.count)]
    }

    private mutating func line() throws(MetabinaryError) -> UInt16 {
        UInt16(try reader.number(atMost: UInt64(UInt16.max)))
    }

    private mutating func parseDevice() throws(MetabinaryError) -> DeviceDescription {
        let deviceName = try name()
        let itsClass = classes[try reader.index(below: classes.count)]
        var device = DeviceDescription(
            name: deviceName, className: itsClass.name, classVersion: itsClass.version, ruleFile: try name(),
            matches: [], windows: [], memories: [], functions: [])
        for _ in 0..<(try reader.count(atMost: MetabinaryLimit.matchCount)) {
            guard try reader.byte() == 0 else { throw .badMatch(at: reader.offset - 1) }
            device.matches.append(MatchDescription(vendor: try reader.word(), device: try reader.word()))
        }
        for _ in 0..<(try reader.count(atMost: MetabinaryLimit.windowCount)) {
            device.windows.append(try parseWindow())
        }
        for _ in 0..<(try reader.count(atMost: MetabinaryLimit.functionCount)) {
            device.functions.append(try parseFunction(windows: device.windows))
        }
        return device
    }

    private mutating func parseWindow() throws(MetabinaryError) -> WindowDescription {
        let windowName = try name()
        let place = reader.offset
        let bar = try reader.byte()
        let kind = try reader.byte()
        guard bar <= MetabinaryLimit.baseAddressRegister, kind == 0 else { throw .badWindow(at: place) }
        return WindowDescription(
            name: windowName, bar: bar, isMemory: true,
            minimumByteCount: try reader.number(atMost: MetabinaryLimit.windowByteCount), line: try line())
    }

    private mutating func parseFunction(windows: [WindowDescription]) throws(MetabinaryError) -> FunctionDescription {
        let functionName = try name()
        let resultName = try name()
        let place = reader.offset
        let bitCount = try reader.byte()
        guard let type = FunctionDescription.type(ofBitCount: bitCount) else { throw .badResult(at: place) }
        let firstLine = try line()
        let byteCount = try reader.count(atMost: MetabinaryLimit.codeByteCount)
        let start = reader.offset
        guard byteCount <= reader.end - start else { throw .endsEarly(at: start) }
        try checkCode(end: start + byteCount, windows: windows)
        return FunctionDescription(
            name: functionName, parameters: [], resultName: resultName, resultBitCount: bitCount, resultType: type,
            line: firstLine, deviceIndex: devices.count, codeOffset: start, codeByteCount: byteCount)
    }

    /// Steps over the code of a function and checks every operand.
    private mutating func checkCode(end: Int, windows: [WindowDescription]) throws(MetabinaryError) {
        let imageEnd = reader.end
        reader.end = end
        while !reader.isAtEnd {
            let place = reader.offset
            switch try reader.opcode().operands {
            case .none: break
            case .line: _ = try line()
            case .number: _ = try reader.number(atMost: .max)
            case .place: _ = try reader.index(below: MetabinaryLimit.stackDepth)
            case .type: _ = try reader.type()
            case .register:
                let register = try RegisterOperand(&reader)
                guard Int(register.window) < windows.count,
                    register.end <= windows[Int(register.window)].minimumByteCount
                else { throw .badRegister(at: place) }
            }
        }
        reader.end = imageEnd
    }
}
