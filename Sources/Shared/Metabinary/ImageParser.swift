// Reads the tables of an image, front to back along the layout, and refuses whatever FORMAT.md does not allow. It runs once over
// all of them, when the image is opened, and once more over a device that is asked for; that code computes what it should is for
// the evaluator to see.

import Program

/// Reader of the tables of one image. Its reads stay functions: in the kernel their copies would be most of it.
final class ImageParser: LayoutCoder {
    @inline(__always) static var makes: Bool { true }

    private var reader: ImageReader
    private(set) var tables: ImageTables
    private var failure: MetabinaryError?

    /// - Parameter tables: what was read before; empty for an image that is opened.
    @inline(never)
    init(reader: ImageReader, tables: ImageTables = ImageTables()) {
        self.reader = reader
        self.tables = tables
    }

    /// Reads names, classes and devices, up to the end of the image. Devices are checked one by one, and none is kept.
    func parse() throws(MetabinaryError) {
        image()
        require(reader.isAtEnd, .bytesLeftOver(at: place))
        if let failure { throw failure }
    }

    // MARK: Refusals

    var isRefused: Bool { failure != nil }
    var place: Int { reader.offset }

    @inline(never)
    func refuse(_ reason: MetabinaryError) {
        guard failure == nil else { return }
        failure = reason
        reader.offset = reader.end
    }

    /// What a field reads as, 0 where it is refused.
    @inline(__always)
    private func read<Value>(_ none: Value, _ field: (inout ImageReader) throws(MetabinaryError) -> Value) -> Value {
        do throws(MetabinaryError) { return try field(&reader) } catch {
            refuse(error)
            return none
        }
    }

    // MARK: Fields

    @inline(never)
    private func byte() -> UInt8 { read(0) { reader throws(MetabinaryError) in try reader.byte() } }

    @inline(never)
    private func number(_ limit: UInt64) -> UInt64 {
        read(0) { reader throws(MetabinaryError) in try reader.number(atMost: limit) }
    }

    @inline(never)
    private func index(_ count: Int) -> Int {
        read(0) { reader throws(MetabinaryError) in try reader.index(below: count) }
    }

    @inline(never)
    private func type() -> ValueType { read(.void) { reader throws(MetabinaryError) in try reader.type() } }

    @inline(never)
    private func name() -> [UInt8] {
        let index = index(tables.names.count)
        return isRefused ? [] : tables.names[index]
    }

    // Names of fields are for others.
    @inline(__always) func byte(_ value: inout UInt8, _ what: StaticString) { value = byte() }
    @inline(__always) func word(_ value: inout UInt16, _ what: StaticString) {
        value = UInt16(byte()) | UInt16(byte()) << 8
    }
    @inline(__always) func number(_ value: inout UInt64, atMost limit: UInt64, _ what: StaticString) {
        value = number(limit)
    }
    @inline(__always) func index(_ value: inout Int, below count: Int, _ what: StaticString) { value = index(count) }
    @inline(__always) func type(_ value: inout ValueType, _ what: StaticString) { value = type() }
    @inline(__always) func name(_ value: inout [UInt8], _ what: StaticString) { value = name() }

    var classes: [ClassDescription] {
        get { tables.classes }
        set { tables.classes = newValue }
    }

    func itsClass(_ value: inout ClassDescription, _ what: StaticString) {
        let index = index(tables.classes.count)
        if !isRefused { value = tables.classes[index] }
    }

    // MARK: Structure

    @inline(__always) func count(_ count: Int, atMost limit: Int, _ what: StaticString) -> Int { self.count(limit) }
    @inline(__always) private func count(_ limit: Int) -> Int { Int(number(UInt64(limit))) }
    @inline(__always) func enter(_ record: StaticString, _ count: Int) -> Int { count }
    @inline(__always) func leave() {}
    @inline(__always) func isThere(_ condition: Bool, _ what: StaticString) -> Bool { condition }

    func devices(atMost limit: Int, _ code: (DeviceDescription) -> Void) {
        for index in 0..<count(limit) where !isRefused {
            tables.deviceOffsets.append(reader.offset)
            let device = DeviceDescription()
            device.index = index
            code(device)
        }
    }

    // MARK: Names and code

    func names(atMost limit: Int) {
        for _ in 0..<count(limit) where !isRefused { tables.names.append(newName()) }
    }

    /// Printable ASCII without blanks, so that every name is one word of a report.
    private func newName() -> [UInt8] {
        let start = place
        let byteCount = count(MetabinaryLimit.nameByteCount)
        require(byteCount > 0, .badName(at: start))
        var name: [UInt8] = []
        for _ in 0..<byteCount {
            let start = place
            let byte = byte()
            require(byte > 0x20 && byte < 0x7F, .badName(at: start))
            name.append(byte)
        }
        return name
    }

    /// Checks code and steps over it.
    @inline(never)
    func code(of rule: FunctionDescription, in device: DeviceDescription, returnsValue: Bool) {
        let byteCount = count(MetabinaryLimit.codeByteCount)
        let start = place
        require(byteCount <= reader.end - start, .endsEarly(at: start))
        guard !isRefused else { return }
        (rule.deviceIndex, rule.codeOffset, rule.codeByteCount) = (device.index, start, byteCount)
        reader.offset += byteCount
        var checker = CodeChecker(
            ImageReader(reader.bytes, from: start, to: reader.offset), of: device,
            parameterCount: rule.parameters.count, returnsValue: returnsValue, isLimited: tables.isLimited)
        do throws(MetabinaryError) { try checker.check(to: reader.offset) } catch { refuse(error) }
        rule.choices = checker.choices
    }
}
