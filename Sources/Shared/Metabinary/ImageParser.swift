// Reads the tables of an image, front to back, and refuses whatever FORMAT.md does not allow. It runs once over all of them,
// when the image is opened, and once more over a device that is asked for; that code computes what it should is for the
// evaluator to see.

import Program

/// Reader of the tables of one image.
final class ImageParser {
    var reader: ImageReader
    private(set) var tables: ImageTables
    /// Index of the device that is read.
    private(set) var deviceIndex = 0

    /// - Parameter tables: what was read before; empty for an image that is opened.
    @inline(never)
    init(reader: ImageReader, tables: ImageTables = ImageTables()) {
        self.reader = reader
        self.tables = tables
    }

    /// Reads names, classes and devices, up to the end of the image. Devices are checked one by one, and none is kept.
    func parse() throws(MetabinaryError) {
        for _ in 0..<(try reader.count(atMost: MetabinaryLimit.nameCount)) {
            tables.names.append(try parseName())
        }
        for _ in 0..<(try reader.count(atMost: MetabinaryLimit.classCount)) {
            tables.classes.append(try parseClass())
        }
        for index in 0..<(try reader.count(atMost: MetabinaryLimit.deviceCount)) {
            tables.deviceOffsets.append(reader.offset)
            _ = try parseDevice(index)
        }
        guard reader.isAtEnd else { throw .bytesLeftOver(at: reader.offset) }
    }

    /// Printable ASCII without blanks, so that every name is one word of a report.
    @inline(never)
    private func parseName() throws(MetabinaryError) -> [UInt8] {
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

    @inline(never)
    func name() throws(MetabinaryError) -> [UInt8] {
        tables.names[try reader.index(below: tables.names.count)]
    }

    @inline(never)
    func line() throws(MetabinaryError) -> UInt16 {
        UInt16(try reader.number(atMost: UInt64(UInt16.max)))
    }

    /// A class comes after the one that it is.
    @inline(never)
    private func parseClass() throws(MetabinaryError) -> ClassDescription {
        var node = ClassDescription(name: try name(), version: try reader.byte())
        let parent = try reader.index(below: tables.classes.count + 1)
        if parent > 0 { node.ancestors = [tables.classes[parent - 1].name] + tables.classes[parent - 1].ancestors }
        return node
    }

    /// Reads the device that is here.
    func parseDevice(_ index: Int) throws(MetabinaryError) -> DeviceDescription {
        deviceIndex = index
        let deviceName = try name()
        let itsClass = tables.classes[try reader.index(below: tables.classes.count)]
        let ruleFile = try name()
        var matches: [MatchDescription] = []
        for _ in 0..<(try reader.count(atMost: MetabinaryLimit.matchCount)) {
            matches.append(try reader.match())
        }
        var windows: [WindowDescription] = []
        var memories: [MemoryDescription] = []
        try parseMemory(&windows, &memories)
        let cells = try parseCells(in: memories)
        // What operands of code name is before the code.
        @inline(never)
        func device(_ functions: [FunctionDescription], _ stage: StaticStage) -> DeviceDescription {
            DeviceDescription(
                name: deviceName, itsClass: itsClass, ruleFile: ruleFile, matches: matches, windows: windows,
                memories: memories, functions: functions, cells: cells, tables: stage.tables,
                facts: stage.facts, choices: stage.choices, quantities: stage.quantities, probes: stage.probes)
        }
        var stage = StaticStage()
        switch try reader.byte() {
        case 0: break
        case 1: try parseStage(&stage) { device([], $0) }
        default: throw .badFact(at: reader.offset - 1)
        }
        let named = device([], stage)
        var functions: [FunctionDescription] = []
        for _ in 0..<(try reader.count(atMost: MetabinaryLimit.functionCount)) {
            functions.append(try parseFunction(of: named))
        }
        return device(functions, stage)
    }

    @inline(never)
    func parseFunction(of device: DeviceDescription) throws(MetabinaryError) -> FunctionDescription {
        let functionName = try name()
        var parameters: [ParameterDescription] = []
        for _ in 0..<(try reader.count(atMost: MetabinaryLimit.parameterCount)) {
            let parameterName = try name()
            let place = reader.offset
            let type = try reader.type()
            guard type != .boolean else { throw .badParameter(at: place) }
            parameters.append(ParameterDescription(name: parameterName, type: type))
        }
        let resultName = try name()
        let place = reader.offset
        let bitCount = try reader.byte()
        guard let type = FunctionDescription.type(ofBitCount: bitCount) else { throw .badResult(at: place) }
        let signature = FunctionSignature(
            name: functionName, resultName: resultName, resultBitCount: bitCount,
            outcomes: try parseOutcomes(bitCount, of: device), ruleFile: try name())
        let firstLine = try line()
        let (start, byteCount) = try parseCode(
            of: device, parameterCount: parameters.count, returnsValue: type != .void)
        return FunctionDescription(
            signature, parameters: parameters, line: firstLine, deviceIndex: deviceIndex, codeOffset: start,
            codeByteCount: byteCount)
    }

    /// Checks code and steps over it. Returns where it is, and its size.
    @inline(never)
    func parseCode(
        of device: DeviceDescription, parameterCount: Int, returnsValue: Bool
    ) throws(MetabinaryError) -> (Int, Int) {
        let byteCount = try reader.count(atMost: MetabinaryLimit.codeByteCount)
        let start = reader.offset
        guard byteCount <= reader.end - start else { throw .endsEarly(at: start) }
        reader.offset += byteCount
        var checker = CodeChecker(
            ImageReader(reader.bytes, from: start, to: reader.offset), of: device, parameterCount: parameterCount,
            returnsValue: returnsValue, isLimited: tables.isLimited)
        try checker.check(to: reader.offset)
        return (start, byteCount)
    }
}
