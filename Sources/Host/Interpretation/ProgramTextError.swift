// What can be wrong with a program's text. Each case carries the place; whether the program that was read is well formed,
// ProgramChecker says.

/// A place in a text.
public struct TextPlace: Hashable, Sendable {
    /// Counted from 1.
    public var line: Int
    /// Counted from 1, in bytes.
    public var column: Int

    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }
}

/// Why a text is no program.
public enum ProgramTextError: Error, Hashable, Sendable {
    /// The first line does not say what the program returns.
    case missingHead(TextPlace)
    /// Something else is here than what has to follow.
    case expected(String, TextPlace)
    /// No operation has that word.
    case unknownOperation(String, TextPlace)
    /// No type has that word.
    case unknownType(String, TextPlace)
    /// No kind of region has that word.
    case unknownKind(String, TextPlace)
    /// No fact has that word.
    case unknownFact(String, TextPlace)
    /// No region before has that name.
    case unknownRegion(String, TextPlace)
    /// A region before has that name.
    case regionTwice(String, TextPlace)
    /// No origin has that line, or that number.
    case unknownOrigin(UInt64, TextPlace)
    /// A number does not fit here.
    case numberTooLarge(TextPlace)
    /// The item has another number, or one although it has no value, or none although it has one.
    case wrongNumber(expected: Int?, TextPlace)
    /// The line goes on where it has to end.
    case excessText(TextPlace)

    /// Where it is.
    public var place: TextPlace {
        switch self {
        case .missingHead(let place), .expected(_, let place), .unknownOperation(_, let place),
            .unknownType(_, let place), .unknownKind(_, let place), .unknownFact(_, let place),
            .unknownRegion(_, let place), .regionTwice(_, let place), .unknownOrigin(_, let place),
            .numberTooLarge(let place), .wrongNumber(_, let place), .excessText(let place):
            place
        }
    }
}

extension ProgramTextError: CustomStringConvertible {
    /// `3:7: no region before is named 'tx'`
    public var description: String { "\(place.line):\(place.column): \(reason)" }

    private var reason: String {
        switch self {
        case .missingHead: "a program begins with 'program -> ' and the type of its result"
        case .expected(let what, _): "expected \(what)"
        case .unknownOperation(let word, _): "no operation is called '\(word)'"
        case .unknownType(let word, _): "no type is called '\(word)'"
        case .unknownKind(let word, _): "no kind of region is called '\(word)'"
        case .unknownFact(let word, _): "no fact is called '\(word)'"
        case .unknownRegion(let word, _): "no region before is named '\(word)'"
        case .regionTwice(let word, _): "a region before is named '\(word)'"
        case .unknownOrigin(let number, _): "no origin is line or number \(number)"
        case .numberTooLarge: "the number is too large here"
        case .wrongNumber(let number?, _): "the item is %\(number)"
        case .wrongNumber(nil, _): "the item has no value, and so no number"
        case .excessText: "the line has to end here"
        }
    }
}
