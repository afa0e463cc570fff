// A metabinary: the rules in compact form, checked once as a whole. It answers which description a function of the machine
// has, reads that one, and evaluates functions of it; where the rules came from is not its business.

import Checksum
import Hardware
import Program

/// The rules of an atlas, checked.
///
/// Layout: FORMAT.md.
public struct MetabinaryImage: Sendable {
    /// First bytes of every image.
    public static let magic: (UInt8, UInt8, UInt8, UInt8) = (0x4D, 0x45, 0x54, 0x41)  // "META"
    /// Version of the format that this reader understands.
    public static let version: UInt8 = 6
    /// Magic, version and size.
    ///
    /// Units: bytes.
    public static let headerByteCount = 9
    /// The checksum at the end.
    ///
    /// Units: bytes.
    public static let trailerByteCount = 4

    /// Descriptions, in the order of the image.
    public let devices: DeviceList

    /// Reads an image and checks all of it: header, checksum, every table and every operand.
    ///
    /// Throws: `MetabinaryError`, for anything that is not as FORMAT.md says.
    public init(_ bytes: [UInt8]) throws(MetabinaryError) { try self.init(bytes, isLimited: true) }

    /// Reads an image as the compiler does, which reports itself what is deeper than the limits: more names, blocks or
    /// runs within one another.
    package init(_ bytes: [UInt8], isLimited: Bool) throws(MetabinaryError) {
        try Self.checkFrame(bytes)
        let parser = ImageParser(
            reader: ImageReader(bytes, from: Self.headerByteCount, to: bytes.count - Self.trailerByteCount),
            tables: ImageTables(isLimited: isLimited))
        try parser.parse()
        devices = DeviceList(bytes: bytes, tables: parser.tables)
    }

    /// Classes, in the order of the image.
    public var classes: [ClassDescription] { devices.tables.classes }

    private var bytes: [UInt8] { devices.bytes }

    /// Index of the most specific description of a function, `nil` where there is none.
    public func mostSpecificDevice(for function: PCIFunction) -> Int? {
        devices.mostSpecificIndex(for: function)
    }

    /// Evaluates a function of this image for one device of the machine.
    ///
    /// - Parameters:
    ///   - device: the description, with its facts put in; `nil` for the one that is in the image, which is then read.
    ///   - input: what is known of the function of the machine, all facts among it.
    ///   - regions: the region of each window of the description, in its order, then of each memory, in its order.
    ///   - clockFrequency: of the time-stamp counter, for the bounds of waits; 0 where the machine has no such clock,
    ///     which makes every bound 0: whoever calls then refuses a program that waits. Units: hertz.
    ///   - budget: the account of the driver, which pays for failures too.
    ///
    /// Throws: `MetabinaryError`, for code that does not compute a value of the result's type within the limits.
    public func evaluate(
        _ function: FunctionDescription, of device: DeviceDescription? = nil, input: StaticInput = StaticInput(),
        regions: [Region], clockFrequency: UInt64, budget: inout GenerationBudget
    ) throws(MetabinaryError) -> Program {
        let evaluator = try evaluator(of: function, device, input, regions, clockFrequency, budget)
        defer { budget = evaluator.budget }
        return try evaluator.evaluate()
    }

    /// Evaluates a function by itself, on an account of its own.
    public func evaluate(
        _ function: FunctionDescription, of device: DeviceDescription? = nil, input: StaticInput = StaticInput(),
        regions: [Region], clockFrequency: UInt64
    ) throws(MetabinaryError) -> Program {
        var budget = GenerationBudget()
        return try evaluate(
            function, of: device, input: input, regions: regions, clockFrequency: clockFrequency, budget: &budget)
    }

    /// Evaluates a fact that its description computes.
    ///
    /// - Parameters:
    ///   - device: the description.
    ///   - input: what is known of the function of the machine, all facts before this one among it.
    ///   - budget: the account of the driver, which pays for failures too.
    ///
    /// Throws: `MetabinaryError`: `factMissing` where discovery has no answer, `factOutside` for a number that the rules do
    /// not know what to do with, and whatever bad code leaves.
    public func evaluate(
        _ fact: FactDescription, of device: DeviceDescription, input: StaticInput, budget: inout GenerationBudget
    ) throws(MetabinaryError) -> UInt64 {
        let evaluator = try evaluator(of: fact.rule, device, input, [], 0, budget)
        defer { budget = evaluator.budget }
        let value = try evaluator.number()
        guard value >= fact.lowest, value <= fact.highest else { throw .factOutside(at: fact.rule.codeOffset) }
        return value
    }

    @inline(never)
    private func evaluator(
        of function: FunctionDescription, _ device: DeviceDescription?, _ input: StaticInput, _ regions: [Region],
        _ clockFrequency: UInt64, _ budget: GenerationBudget
    ) throws(MetabinaryError) -> Evaluator {
        let end = function.codeOffset + function.codeByteCount
        guard function.deviceIndex < devices.count, end <= bytes.count else { throw .badIndex(at: 0) }
        return Evaluator(
            reader: code(of: function), function: function, device: device ?? devices[function.deviceIndex],
            input: input, regions: regions, clockFrequency: clockFrequency, budget: budget)
    }

    /// A cursor over the code of a function of this image.
    package func code(of function: FunctionDescription) -> ImageReader {
        ImageReader(bytes, from: function.codeOffset, to: function.codeOffset + function.codeByteCount)
    }

    /// Checks all that can be known without reading a table.
    private static func checkFrame(_ bytes: [UInt8]) throws(MetabinaryError) {
        guard bytes.count >= headerByteCount + trailerByteCount else { throw .tooShort(byteCount: bytes.count) }
        guard bytes.count <= MetabinaryLimit.imageByteCount else { throw .tooLong(byteCount: bytes.count) }
        guard bytes[0] == magic.0, bytes[1] == magic.1, bytes[2] == magic.2, bytes[3] == magic.3 else {
            throw .badMagic
        }
        guard bytes[4] == version else { throw .unsupportedVersion(bytes[4]) }
        let stated = doubleWord(bytes, at: 5)
        guard Int(stated) == bytes.count else { throw .wrongByteCount(stated: stated, actual: bytes.count) }
        let statedChecksum = doubleWord(bytes, at: bytes.count - trailerByteCount)
        let checksum = CRC32.checksum(of: bytes.dropLast(trailerByteCount))
        guard statedChecksum == checksum else {
            throw .wrongChecksum(stated: statedChecksum, computed: checksum)
        }
    }

    private static func doubleWord(_ bytes: [UInt8], at offset: Int) -> UInt32 {
        var value: UInt32 = 0
        for index in 0..<4 {
            value |= UInt32(bytes[offset + index]) << UInt32(8 * index)
        }
        return value
    }
}
