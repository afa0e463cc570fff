// Writes the tables of an image, along the layout by which they are read. Names join a table of their own as they are named, which
// comes before what names them.

import Checksum
import Metabinary
import Program

/// Writer of the tables of one image.
final class ImageWriter: LayoutCoder {
    static var makes: Bool { false }

    var classes: [ClassDescription]
    private let devices: [DeviceDescription]
    /// Code of all rules.
    private let code: [UInt8]
    private var names: [[UInt8]: Int] = [:]
    private var nameTable: [UInt8] = []
    private var body: [UInt8] = []

    private init(_ classes: [ClassDescription], _ devices: [DeviceDescription], code: [UInt8]) {
        (self.classes, self.devices, self.code) = (classes, devices, code)
    }

    /// The image of descriptions whose rules have their code among `code`, and how many names it has.
    static func write(
        _ classes: [ClassDescription], _ devices: [DeviceDescription], code: [UInt8]
    ) -> (image: [UInt8], nameCount: Int) {
        let writer = ImageWriter(classes, devices, code: code)
        writer.image()
        return (writer.framed(), writer.names.count)
    }

    /// The tables with the header before them and the checksum after them.
    private func framed() -> [UInt8] {
        let magic = MetabinaryImage.magic
        var image: [UInt8] = [magic.0, magic.1, magic.2, magic.3, MetabinaryImage.version, 0, 0, 0, 0]
        image.append(number: UInt64(names.count))
        image += nameTable + body
        let byteCount = image.count + MetabinaryImage.trailerByteCount
        for index in 0..<4 { image[5 + index] = UInt8(truncatingIfNeeded: byteCount >> (8 * index)) }
        let checksum = CRC32.checksum(of: image)
        for index in 0..<4 { image.append(UInt8(truncatingIfNeeded: checksum >> UInt32(8 * index))) }
        return image
    }

    // MARK: Fields

    // What is wrong with a description has been reported with a place in the text.
    var isRefused: Bool { false }
    var place: Int { body.count }
    func refuse(_ reason: MetabinaryError) {}

    func byte(_ value: inout UInt8, _ what: StaticString) { body.append(value) }

    func word(_ value: inout UInt16, _ what: StaticString) {
        body += [UInt8(truncatingIfNeeded: value), UInt8(truncatingIfNeeded: value >> 8)]
    }

    func number(_ value: inout UInt64, atMost limit: UInt64, _ what: StaticString) { body.append(number: value) }

    func index(_ value: inout Int, below count: Int, _ what: StaticString) { body.append(number: UInt64(value)) }

    func name(_ value: inout [UInt8], _ what: StaticString) {
        let index = names[value] ?? names.count
        if index == names.count {
            names[value] = index
            nameTable.append(number: UInt64(value.count))
            nameTable += value
        }
        body.append(number: UInt64(index))
    }

    func itsClass(_ value: inout ClassDescription, _ what: StaticString) {
        body.append(number: UInt64(classes.firstIndex { $0.name == value.name } ?? 0))
    }

    func type(_ value: inout ValueType, _ what: StaticString) { body.append(value.rawValue) }

    func code(of rule: FunctionDescription, in device: DeviceDescription, returnsValue: Bool) {
        body.append(number: UInt64(rule.codeByteCount))
        body += code[rule.codeOffset..<rule.codeOffset + rule.codeByteCount]
    }

    // MARK: Structure

    func count(_ count: Int, atMost limit: Int, _ what: StaticString) -> Int {
        body.append(number: UInt64(count))
        return count
    }

    func enter(_ record: StaticString, _ count: Int) -> Int { count }
    func leave() {}
    func isThere(_ condition: Bool, _ what: StaticString) -> Bool { condition }

    /// The table is put in when it is known whole.
    func names(atMost limit: Int) {}

    func devices(atMost limit: Int, _ code: (DeviceDescription) -> Void) {
        _ = count(devices.count, atMost: limit, "")
        for device in devices { code(device) }
    }
}

extension [UInt8] {
    /// Variable length: seven bits a byte, the low ones first, bit 7 set in every byte but the last.
    mutating func append(number: UInt64) {
        var rest = number
        while rest >= 0x80 {
            append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        append(UInt8(rest))
    }
}
