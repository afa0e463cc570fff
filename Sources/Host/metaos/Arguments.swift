// The words of a command line, sorted into options and operands. A word that is not understood is an error of one line
// that names the nearest word that is.

/// An option that a command takes.
struct Option {
    /// With its two dashes.
    var name: String
    /// What stands for the value in the help; empty for an option without one.
    var placeholder = ""
    var isRepeatable = false
    var help: String

    var usage: String { placeholder.isEmpty ? name : "\(name) \(placeholder)" }
}

/// A command line that is wrong.
enum UsageError: Error, CustomStringConvertible {
    case unknownCommand(String, nearest: String?)
    case unknownOption(String, nearest: String?)
    case valueMissing(Option)
    case valueUnwanted(Option)
    case repeated(Option)
    case exclusive(String, String)
    case operandUnwanted(String)
    case operandMissing(String)
    case valueWrong(option: String, value: String, expected: String)

    var description: String {
        switch self {
        case .unknownCommand(let word, let nearest):
            "no command '\(word)'" + (nearest.map { "; did you mean '\($0)'?" } ?? "; see: metaos help")
        case .unknownOption(let word, let nearest):
            "no option '\(word)'" + (nearest.map { "; did you mean '\($0)'?" } ?? "")
        case .valueMissing(let option): "\(option.name) needs a value: \(option.usage)"
        case .valueUnwanted(let option): "\(option.name) takes no value"
        case .repeated(let option): "\(option.name) is given twice"
        case .exclusive(let first, let second): "\(first) and \(second) exclude each other"
        case .operandUnwanted(let word): "'\(word)' is one operand too many"
        case .operandMissing(let what): "\(what) is missing"
        case .valueWrong(let option, let value, let expected): "\(option) '\(value)': expected \(expected)"
        }
    }
}

/// Options and operands of a command line.
struct Arguments {
    private var values: [String: [String]] = [:]
    private(set) var operands: [String] = []
    /// The words behind `--`, of a command that has them mean something of their own.
    private(set) var rest: [String] = []

    /// - Parameter takesRest: whether the words behind `--` are neither options nor operands.
    init(_ words: [String], options: [Option], operandLimit: Int, takesRest: Bool = false) throws(UsageError) {
        var rest = words[...]
        var areOptionsOver = false
        while let word = rest.popFirst() {
            if areOptionsOver || !word.hasPrefix("-") || word == "-" {
                guard operands.count < operandLimit else { throw .operandUnwanted(word) }
                operands.append(word)
            } else if word == "--", takesRest {
                self.rest = Array(rest)
                return
            } else if word == "--" {
                areOptionsOver = true
            } else {
                try take(word, &rest, options)
            }
        }
    }

    private mutating func take(
        _ word: String, _ rest: inout ArraySlice<String>, _ options: [Option]
    ) throws(UsageError) {
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let option = options.first(where: { $0.name == parts[0] }) else {
            throw .unknownOption(parts[0], nearest: nearest(to: parts[0], among: options.map(\.name)))
        }
        let known = values[option.name] ?? []
        guard known.isEmpty || option.isRepeatable else { throw .repeated(option) }
        if option.placeholder.isEmpty {
            guard parts.count == 1 else { throw .valueUnwanted(option) }
            values[option.name] = [""]
        } else if parts.count == 2 {
            values[option.name] = known + [parts[1]]
        } else {
            guard let value = rest.popFirst() else { throw .valueMissing(option) }
            values[option.name] = known + [value]
        }
    }

    /// Whether an option is there.
    func has(_ name: String) -> Bool { values[name] != nil }

    /// The value of an option.
    func value(_ name: String) -> String? { values[name]?.last }

    /// All values of an option.
    func all(_ name: String) -> [String] { values[name] ?? [] }

    /// The value of an option as a number in `range`.
    func number(_ name: String, in range: ClosedRange<Int>) throws(UsageError) -> Int? {
        guard let value = value(name) else { return nil }
        guard let number = Int(value), range.contains(number) else {
            throw .valueWrong(
                option: name, value: value, expected: "a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }
}

/// The candidate that is spelled most like `word`, if one is near enough to be a slip of it.
func nearest(to word: String, among candidates: [String]) -> String? {
    let scored = candidates.map { (candidate: $0, distance: editDistance(word, $0)) }
    guard let best = scored.min(by: { $0.distance < $1.distance }), best.distance <= max(1, word.count / 3) else {
        return nil
    }
    return best.candidate
}

/// Insertions, deletions and replacements from one word to the other.
private func editDistance(_ left: String, _ right: String) -> Int {
    let target = Array(right)
    var row = Array(0...target.count)
    for (index, character) in left.enumerated() {
        var next = [index + 1]
        for column in target.indices {
            let replaced = row[column] + (character == target[column] ? 0 : 1)
            next.append(min(replaced, row[column + 1] + 1, next[column] + 1))
        }
        row = next
    }
    return row[target.count]
}
