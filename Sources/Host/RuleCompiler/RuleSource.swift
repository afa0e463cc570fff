// A file of the rule language as the compiler takes it: the compiler itself reads no files.

/// Text of one rule file.
public struct RuleSource: Sendable {
    /// What diagnostics call the file; its last path component goes into the metabinary. Imports go by the whole of it.
    public var name: String
    public var text: String

    public init(name: String, text: String) {
        self.name = name
        self.text = text
    }

    /// The name of a file that this one imports, by its path from this one's folder.
    public func name(beside path: String) -> String { Self.name(path, beside: name) }

    /// The name of the file at a path from the folder of a named file.
    static func name(_ path: String, beside name: String) -> String {
        let folder = name.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        return folded((folder + path.split(separator: "/", omittingEmptySubsequences: false)).joined(separator: "/"))
    }

    /// A path without the steps that lead nowhere, by which two names of one file are the same.
    public static func folded(_ path: String) -> String {
        var steps: [Substring] = []
        for step in path.split(separator: "/") where step != "." {
            if step == "..", let last = steps.last, last != ".." { steps.removeLast() } else { steps.append(step) }
        }
        return (path.hasPrefix("/") ? "/" : "") + steps.joined(separator: "/")
    }
}
