// What can be wrong with a text that should give a machine. Each case carries its line; the caller knows the file.

/// Why a text describes no machine.
public enum MachineFileError: Error, Hashable, Sendable {
    /// The first line is not that of a machine file; `hint` is what the text looks like instead, if that is known.
    case title(hint: String?)
    /// A version of the format that this reader does not know.
    case version(line: Int, text: String)
    /// A line that is no fact, or not as its kind asks. Lines count from 1.
    case line(Int, text: String, reason: String)
}

extension MachineFileError: CustomStringConvertible {
    /// The line that is wrong, counted from 1.
    public var line: Int {
        switch self {
        case .title: 1
        case .version(let line, _), .line(let line, _, _): line
        }
    }

    /// What is wrong, without the place.
    public var description: String {
        switch self {
        case .title(let hint): "no machine file: it does not begin with '\(MachineFile.title)'" + (hint ?? "")
        case .version(_, let text): "'\(text)': this program reads '\(MachineFile.title)'"
        case .line(_, let text, let reason):
            "'\(text.count > 40 ? text.prefix(37) + "..." : text)': \(reason)"
        }
    }
}
