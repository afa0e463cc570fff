// What a serial line did to a report: the ways in which a record can fail to arrive as it was sent.

/// Something of a report that did not arrive as it was sent.
public enum Damage: Hashable, Sendable {
    /// A line in the place of the record of this number, with a frame that does not hold.
    case damagedRecord(number: Int, line: [UInt8])
    /// Records of which no trace arrived.
    case missingRecords(ClosedRange<Int>)
    /// A whole record that arrived a second time, or out of its place.
    case repeatedRecord(number: Int)
    /// A line between records that belongs to none, with the number of the record before it, -1 for
    /// none.
    case strayLine(after: Int, line: [UInt8])

    /// Number of the first record that the damage touches.
    public var number: Int {
        switch self {
        case .damagedRecord(let number, _), .repeatedRecord(let number): number
        case .missingRecords(let numbers): numbers.lowerBound
        case .strayLine(let number, _): max(number, 0)
        }
    }
}

extension Damage: CustomStringConvertible {
    public var description: String {
        switch self {
        case .damagedRecord(let number, let line): "damaged record \(number) (\"\(Self.excerpt(line))\")"
        case .missingRecords(let numbers):
            numbers.count == 1
                ? "record \(numbers.lowerBound) is missing"
                : "records \(numbers.lowerBound)...\(numbers.upperBound) are missing"
        case .repeatedRecord(let number): "record \(number) came again or out of its place"
        case .strayLine(let number, let line):
            number < 0
                ? "a line like a record before record 0 (\"\(Self.excerpt(line))\")"
                : "a line that is no record after record \(number) (\"\(Self.excerpt(line))\")"
        }
    }

    /// The beginning of a line, fit to be shown: bytes outside of printable ASCII become `?`.
    static func excerpt(_ line: [UInt8]) -> String {
        let limit = 28
        let shown = line.prefix(limit).map { (0x20...0x7E).contains($0) && $0 != 0x22 ? $0 : UInt8(ascii: "?") }
        return String(decoding: shown, as: UTF8.self) + (line.count > limit ? "..." : "")
    }
}
